"""Runs an extractor over all photos that wait for it: newest first, one transaction a batch."""

import io
import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from threading import Event
from typing import Any

import numpy as np
from PIL import Image

from photoseek.embedder import Pixels
from photoseek.indexer.disk.hanging import answers, hangs
from photoseek.indexer.disk.locations import is_there
from photoseek.indexer.extraction.extractor import CatchesUp, Extractor, TurnedOff
from photoseek.indexer.pipeline.recording import recorded
from photoseek.indexer.pipeline.run import WORKERS, Progress
from photoseek.indexer.pipeline.stages import in_parallel
from photoseek.indexer.workers.isolation import NO_MODEL, Isolated
from photoseek.indexer.workers.outcomes import Outcome, ReadForExtraction, Rejected, Task, Unreadable
from photoseek.indexer.workers.reading import yield_to_others
from photoseek.storage import Library, Root, Thumbnails, Waiting, for_terminal

# A batch is saved when it has so many photos, or when its first has waited for so long.
_BATCH_PHOTOS = 64
_BATCH_S = 10.0
_NICENESS = 10
_MOST_OF_ERROR = 200  # characters


@dataclass(slots=True)
class Extraction:
    """What one run of an extractor did, in photos."""

    kind: str
    done: int = 0
    failed: int = 0  # of those: nothing could be extracted
    left: int = 0  # not there, changed since, or not come to
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class _Looked:
    """What came of one photo."""

    photo_id: int
    found: Any = None
    reason: str | None = None  # nothing could be extracted
    is_left: bool = False  # for a later run


@dataclass(frozen=True, slots=True)
class _Engine:
    """One extractor at work, for several threads at once."""

    extractor: Extractor
    roots: dict[int, Any]  # by id
    thumbnails: Thumbnails
    read: Callable[[Task], Outcome]
    niceness: int
    stop: Event
    away: set[Root] = field(default_factory=set)  # whose store stopped answering during this run

    def __call__(self, waiting: Waiting) -> _Looked:
        """Extract what is in one photo; after a stop, nothing more of those that were handed out ahead."""
        yield_to_others(self.niceness)
        if self.stop.is_set():
            return _Looked(waiting.file.photo_id, is_left=True)
        return self._look(waiting)

    def _look(self, waiting: Waiting) -> _Looked:
        photo_id = waiting.file.photo_id
        try:
            found = self._at_a_glance(waiting.content_hash)
            if found is not None:
                return _Looked(photo_id, found)
            outcome = self._read(waiting)
            if isinstance(outcome, ReadForExtraction) and outcome.content_hash == waiting.content_hash:
                return _Looked(photo_id, self.extractor.extract(outcome.payload))
        except MemoryError:
            return _Looked(photo_id, is_left=True)
        except Exception as error:  # noqa: BLE001 (whatever an engine stumbles over, the other photos go on)
            said = for_terminal(str(error))[:_MOST_OF_ERROR]
            return _Looked(photo_id, reason=f"the engine failed on it ({type(error).__name__}: {said})")
        if isinstance(outcome, Rejected) or (isinstance(outcome, Unreadable) and outcome.costly):
            return _Looked(photo_id, reason=outcome.reason)
        return _Looked(photo_id, is_left=True)

    def _at_a_glance(self, content_hash: bytes) -> Any | None:  # noqa: ANN401 (what the extractor finds)
        thumbnail = _pixels(self.thumbnails, content_hash)
        return None if thumbnail is None else self.extractor.glance(thumbnail)

    def _read(self, waiting: Waiting) -> Outcome:
        file = waiting.file
        task = Task(self.roots[file.root_id], file.path, file.stamp)
        if hangs(task.absolute) or task.root in self.away:
            return Unreadable(task, None)
        outcome = self.read(task)
        if isinstance(outcome, Unreadable) and outcome.away:
            self.away.add(task.root)
        return outcome


def extract(  # noqa: PLR0913 (what a run is given)
    library: Library,
    extractor: Extractor,
    stop: Event,
    on_progress: Callable[[Progress], None] | None = None,
    *,
    workers: int = WORKERS,
    isolated: bool = True,
) -> Extraction:
    """Extract from all photos that wait for this engine, until `stop` is set.

    What was saved stays saved when it ends early, even by a kill; the next run goes on from there.
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
    reachable = [one for one in waiting if one.file.root_id in there]
    summary.left = len(waiting) - len(reachable)
    if reachable:
        with _reading(extractor, isolated=isolated) as read:
            # Without workers it is the caller's own thread that extracts.
            niceness = _NICENESS if workers else 0
            engine = _Engine(extractor, roots, library.thumbnails, read, niceness, stop)
            try:
                _extract_each(library, engine, reachable, summary, stop, on_progress, workers)
            except TurnedOff:
                summary.left = len(waiting) - summary.done
    if isinstance(extractor, CatchesUp):  # also with what a killed run left
        extractor.catch_up(library, stop, at_end=True)
    summary.stopped = stop.is_set()
    return summary


def _extract_each(  # noqa: PLR0913 (one part of a run)
    library: Library,
    engine: _Engine,
    waiting: list[Waiting],
    summary: Extraction,
    stop: Event,
    on_progress: Callable[[Progress], None] | None,
    workers: int,
) -> None:
    untouched = len(waiting)
    with recorded(library, len(waiting), on_progress, stage=summary.kind) as record:
        looked = in_parallel(engine, _until(stop, waiting), workers, ahead=2 * max(1, workers))
        for batch in _in_time(looked):
            _save(library, engine.extractor, batch, summary)
            if isinstance(engine.extractor, CatchesUp):
                engine.extractor.catch_up(library, stop, at_end=False)
            untouched -= len(batch)
            done = len(waiting) - untouched
            record(Progress(done, len(waiting), summary.done, summary.failed, {}))
    summary.left += untouched


def _save(library: Library, extractor: Extractor, batch: list[_Looked], summary: Extraction) -> None:
    with library.catalog.write() as transaction:
        there = transaction.extractions.still_there(one.photo_id for one in batch)
        looked = [one for one in batch if not one.is_left and one.photo_id in there]
        extractor.save(transaction, {one.photo_id: one.found for one in looked if one.reason is None})
        reasons = {one.photo_id: one.reason for one in looked}
        transaction.extractions.done(extractor.kind, extractor.engine, reasons)
    summary.done += len(looked)
    summary.failed += sum(one.reason is not None for one in looked)
    summary.left += sum(one.is_left for one in batch)


def _until(stop: Event, waiting: list[Waiting]) -> Iterator[Waiting]:
    for one in waiting:
        if stop.is_set():
            return
        yield one


def _in_time(looked: Iterator[_Looked]) -> Iterator[list[_Looked]]:
    """Yield batches: a kill costs seconds, however slow the engine is."""
    batch: list[_Looked] = []
    began = time.monotonic()
    for one in looked:
        batch.append(one)
        if len(batch) == _BATCH_PHOTOS or time.monotonic() - began > _BATCH_S:
            yield batch
            batch, began = [], time.monotonic()
    if batch:
        yield batch


@contextmanager
def _reading(extractor: Extractor, *, isolated: bool) -> Iterator[Callable[[Task], Outcome]]:
    """Return what reads a file: in processes that it may crash, or in the threads that call it."""
    if not isolated:
        yield partial(extractor.reading, reserve=lambda _: None)
        return
    with closing(
        Isolated(
            NO_MODEL,
            frozenset(),
            None,
            extractor.file_s,
            answers=_answers,
            reading=extractor.reading,
            niceness=_NICENESS,
        )
    ) as processes:
        yield processes


def _answers(task: Task) -> bool:
    return answers(os.path.dirname(task.absolute))  # noqa: PTH120 (the path is a str all the way)


def _pixels(thumbnails: Thumbnails, content_hash: bytes) -> Pixels | None:
    """Return the pixels of a thumbnail, which is decoded here: indexing has made it, or decoded it once before."""
    content = thumbnails.read(content_hash)
    if content is not None:
        with suppress(OSError, ValueError):
            return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))
    return None
