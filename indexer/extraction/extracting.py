"""Runs an extractor over all photos that wait for it: newest first, one transaction a batch."""

import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from threading import Event

from photoseek.indexer.disk.locations import is_there
from photoseek.indexer.extraction.extractor import CatchesUp, Extractor, TurnedOff
from photoseek.indexer.extraction.looking import Looked, Looking, ToLookAt, reading
from photoseek.indexer.pipeline.recording import recorded
from photoseek.indexer.pipeline.run import WORKERS, Progress
from photoseek.indexer.pipeline.stages import in_parallel
from photoseek.indexer.workers.outcomes import Task
from photoseek.indexer.workers.reading import yield_to_others
from photoseek.storage import Library

# Has other machines look at photos: gives what they found, in any order, and leaves out what they could not do.
Others = Callable[[Library, Extractor, list[ToLookAt], Event], Iterator[Looked]]

# A batch is saved when it has so many photos, or when its first has waited for so long.
_BATCH_PHOTOS = 64
_BATCH_S = 10.0
_NICENESS = 10


@dataclass(slots=True)
class Extraction:
    """What one run of an extractor did, in photos."""

    kind: str
    done: int = 0
    failed: int = 0  # of those: nothing could be extracted
    left: int = 0  # not there, changed since, or not come to
    stopped: bool = False


def extract(  # noqa: PLR0913 (what a run is given)
    library: Library,
    extractor: Extractor,
    stop: Event,
    on_progress: Callable[[Progress], None] | None = None,
    *,
    workers: int = WORKERS,
    isolated: bool = True,
    others: Others | None = None,
) -> Extraction:
    """Extract from all photos that wait for this engine, until `stop` is set.

    What was saved stays saved when it ends early, even by a kill; the next run goes on from there. What other
    machines can't do, and what they could not read, is looked at here. Raises ClusterError.
    """
    summary = Extraction(extractor.kind)
    with library.catalog.read() as transaction:
        waiting = transaction.extractions.waiting(
            extractor.kind, extractor.engine, of_videos=extractor.of_videos
        )
        known = transaction.extractions.engine_of(extractor.kind)
        roots = {root.root_id: root for root in transaction.roots.all()}
    if known != extractor.engine:
        with library.catalog.write() as transaction:
            transaction.extractions.use_engine(
                extractor.kind, extractor.engine, of_videos=extractor.of_videos
            )
    there = {number for number, root in roots.items() if is_there(root.path)}
    reachable = [
        ToLookAt(file.photo_id, Task(roots[file.root_id], file.path, file.stamp), one.content_hash)
        for one in waiting
        if (file := one.file).root_id in there
    ]
    summary.left = len(waiting) - len(reachable)
    if reachable:
        found = _looked_at(library, extractor, reachable, stop, workers, others, isolated=isolated)
        try:
            with closing(found) as looked:
                _save_each(library, extractor, looked, len(reachable), summary, stop, on_progress)
        except TurnedOff:
            summary.left = len(waiting) - summary.done
    if isinstance(extractor, CatchesUp):  # also with what a killed run left
        extractor.catch_up(library, stop, at_end=True)
    summary.stopped = stop.is_set()
    return summary


def _looked_at(  # noqa: PLR0913 (one part of a run)
    library: Library,
    extractor: Extractor,
    photos: list[ToLookAt],
    stop: Event,
    workers: int,
    others: Others | None,
    *,
    isolated: bool,
) -> Generator[Looked, None, None]:
    """Yield what came of each photo: by other machines, if there are any, and then by this one."""
    left = {photo.photo_id: photo for photo in photos}
    if others is not None:
        for one in others(library, extractor, photos, stop):
            del left[one.photo_id]
            yield one
    with reading(extractor, _NICENESS, isolated=isolated) as read:
        looking = Looking(extractor, library.thumbnails.read, read)

        def look(photo: ToLookAt) -> Looked:
            yield_to_others(_NICENESS if workers else 0)  # without workers it is the caller's own thread
            # After a stop, nothing more is done of those that were handed out ahead.
            return Looked(photo.photo_id, is_left=True) if stop.is_set() else looking(photo)

        yield from in_parallel(look, _until(stop, left.values()), workers, ahead=2 * max(1, workers))


def _save_each(  # noqa: PLR0913 (one part of a run)
    library: Library,
    extractor: Extractor,
    looked: Iterator[Looked],
    total: int,
    summary: Extraction,
    stop: Event,
    on_progress: Callable[[Progress], None] | None,
) -> None:
    untouched = total
    with recorded(library, total, on_progress, stage=summary.kind) as record:
        for batch in _in_time(looked):
            _save(library, extractor, batch, summary)
            if isinstance(extractor, CatchesUp):
                extractor.catch_up(library, stop, at_end=False)
            untouched -= len(batch)
            record(Progress(total - untouched, total, summary.done, summary.failed, {}))
    summary.left += untouched


def _save(library: Library, extractor: Extractor, batch: list[Looked], summary: Extraction) -> None:
    with library.catalog.write() as transaction:
        there = transaction.extractions.still_there(one.photo_id for one in batch)
        looked = [one for one in batch if not one.is_left and one.photo_id in there]
        extractor.save(transaction, {one.photo_id: one.found for one in looked if one.reason is None})
        reasons = {one.photo_id: one.reason for one in looked}
        transaction.extractions.done(extractor.kind, extractor.engine, reasons)
    summary.done += len(looked)
    summary.failed += sum(one.reason is not None for one in looked)
    summary.left += sum(one.is_left for one in batch)


def _until(stop: Event, photos: Iterable[ToLookAt]) -> Iterator[ToLookAt]:
    for one in photos:
        if stop.is_set():
            return
        yield one


def _in_time(looked: Iterator[Looked]) -> Iterator[list[Looked]]:
    """Yield batches: a kill costs seconds, however slow the engine is."""
    batch: list[Looked] = []
    began = time.monotonic()
    for one in looked:
        batch.append(one)
        if len(batch) == _BATCH_PHOTOS or time.monotonic() - began > _BATCH_S:
            yield batch
            batch, began = [], time.monotonic()
    if batch:
        yield batch
