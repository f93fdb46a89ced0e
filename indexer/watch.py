"""Index once, then keep the library what the disk is, until told to stop."""

import logging
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from threading import Event

from indexer.pipeline import Run, Summary, index
from indexer.switching import Switching
from indexer.watcher import Following, Watcher
from storage import LibraryInUse, LibraryNotWritable, Root, StorageError

# Events can be lost (queues overflow, network disks forget): a full compare now and then catches up.
COMPARE_EVERY_S = 600.0
# Between two looks for files whose time has come to be tried again.
TRY_AGAIN_EVERY_S = 60.0
# Before a round that failed is tried again: twice as long each time.
FIRST_PAUSE_S, LONGEST_PAUSE_S = 2.0, 60.0

_LOG = logging.getLogger(__name__)


def watch(  # noqa: PLR0913 (what is followed, and who hears of what)
    run: Run,
    roots: list[Root],
    told: Callable[[Summary], None],
    following: Callable[[Following], None],
    switching: Switching | None = None,
    troubled: Callable[[StorageError, float], None] = lambda error, _: _LOG.warning("%s", error),
) -> None:
    """Follow `roots` until `run.stop` is set; with `switching`, a model on its way gets what time is left.

    `told` hears of every round, first of the full one; `following`, each time it changes how a root is followed.
    A library that can't be written after the first round, for its disk is full or another process holds it, ends
    nothing: `troubled` hears why, and after how many seconds it is tried again.
    """
    with closing(Watcher(roots, following)) as watcher:
        watcher.start()  # before the first full round, so that nothing falls between the two
        summary = index(run, {root: [""] for root in watcher.roots})
        watcher.follow_links(summary.links)
        told(summary)
        run.library.save_index(always=True)
        compared_at = tried_at = time.monotonic()
        pause_s = FIRST_PAUSE_S
        for batch in watcher.batches(run.stop):
            places: dict[Root, set[str]] = batch
            if time.monotonic() - compared_at > COMPARE_EVERY_S:
                places = {root: {""} for root in watcher.roots}
                compared_at = time.monotonic()
            try:
                if time.monotonic() - tried_at > TRY_AGAIN_EVERY_S:
                    _try_again(run, watcher)
                    tried_at = time.monotonic()
                if places:
                    told(_look_at(run, places, watcher))
                elif switching is not None:
                    switching.in_a_quiet_moment(_Interrupted(run.stop, watcher))
                pause_s = FIRST_PAUSE_S
            except (LibraryInUse, LibraryNotWritable) as error:
                for touched in ((root, path) for root, paths in places.items() for path in paths):
                    watcher.again(touched)
                troubled(error, pause_s)
                run.stop.wait(pause_s)
                pause_s = min(2 * pause_s, LONGEST_PAUSE_S)


def _try_again(run: Run, watcher: Watcher) -> None:
    """Put into a later batch what was skipped for a cause outside it, and may be tried again by now."""
    followed = {root.root_id: root for root in watcher.roots}
    with run.library.catalog.read() as transaction:
        due = transaction.skips.due()
    for skip in due:
        if skip.root_id in followed:
            watcher.again((followed[skip.root_id], skip.path))


def _look_at(run: Run, places: dict[Root, set[str]], watcher: Watcher) -> Summary:
    summary = index(replace(run, only_settled=True), places)
    for touched in summary.unsettled:
        watcher.again(touched)
    watcher.follow_links(summary.links)
    run.library.save_index()
    return summary


class _Interrupted(Event):
    """Set once the watch is to end, or something has happened that is to be looked at first."""

    def __init__(self, stop: Event, watcher: Watcher) -> None:
        super().__init__()
        self._stop = stop
        self._watcher = watcher

    def is_set(self) -> bool:
        """Look at both."""
        return self._stop.is_set() or self._watcher.is_waiting
