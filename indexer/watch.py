"""Index once, then keep the library what the disk is, until told to stop."""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from threading import Event

from indexer.pipeline import Run, Summary, index
from indexer.switching import Switching
from indexer.watcher import Following, Watcher
from storage import Root

# Events can be lost (queues overflow, network disks forget): a full compare now and then catches up.
COMPARE_EVERY_S = 600.0


def watch(
    run: Run,
    roots: list[Root],
    told: Callable[[Summary], None],
    following: Callable[[Following], None],
    switching: Switching | None = None,
) -> None:
    """Follow `roots` until `run.stop` is set; with `switching`, a model on its way gets what time is left.

    `told` hears of every round, first of the full one; `following`, each time it changes how a root is followed.
    """
    with closing(Watcher(roots, following)) as watcher:
        watcher.start()  # before the first full round, so that nothing falls between the two
        summary = index(run, {root: [""] for root in watcher.roots})
        watcher.follow_links(summary.links)
        told(summary)
        run.library.save_index(always=True)
        compared_at = time.monotonic()
        for batch in watcher.batches(run.stop):
            places: dict[Root, set[str]] = batch
            if time.monotonic() - compared_at > COMPARE_EVERY_S:
                places = {root: {""} for root in watcher.roots}
                compared_at = time.monotonic()
            if not places:
                if switching is not None:
                    switching.in_a_quiet_moment(_Interrupted(run.stop, watcher))
                continue
            summary = index(replace(run, only_settled=True), places)
            for touched in summary.unsettled:
                watcher.again(touched)
            watcher.follow_links(summary.links)
            run.library.save_index()
            told(summary)


class _Interrupted(Event):
    """Set once the watch is to end, or something has happened that is to be looked at first."""

    def __init__(self, stop: Event, watcher: Watcher) -> None:
        super().__init__()
        self._stop = stop
        self._watcher = watcher

    def is_set(self) -> bool:
        """Look at both."""
        return self._stop.is_set() or self._watcher.is_waiting
