"""Index once, then keep the library what the disk is, until told to stop."""

import time
from collections.abc import Callable
from dataclasses import replace

from indexer.pipeline import Run, Summary, index
from indexer.watcher import Watcher
from storage import Root

# Events can be lost (queues overflow, network disks forget): a full compare now and then catches up.
COMPARE_EVERY_S = 600.0


def watch(
    run: Run, roots: list[Root], told: Callable[[Summary], None], following: Callable[[list[Root]], None]
) -> None:
    """Follow `roots` until `run.stop` is set.

    `told` hears of every round that changed something, first of the full one; `following` is called once events
    are being followed, with the roots that must be polled. Raises IndexerError if a root is not there.
    """
    watcher = Watcher(roots)
    polled = watcher.start()  # before the first full round, so that nothing falls between the two
    try:
        told(index(run, {root: [""] for root in roots}))
        run.library.save_index(always=True)
        following(polled)
        compared_at = time.monotonic()
        for batch in watcher.batches(run.stop):
            places: dict[Root, set[str]] = batch
            if time.monotonic() - compared_at > COMPARE_EVERY_S:
                places = {root: {""} for root in roots}
                compared_at = time.monotonic()
            if not places:
                continue
            summary = index(replace(run, only_settled=True), places)
            for touched in summary.unsettled:
                watcher.again(touched)
            run.library.save_index()
            told(summary)
    finally:
        watcher.stop()
