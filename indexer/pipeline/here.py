"""Photos read, decoded and embedded on this machine, a batch at a time."""

import os
from collections.abc import Callable, Container, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial

import numpy as np

from photoseek.embedder import Vectors
from photoseek.indexer.disk.hanging import answers, hangs
from photoseek.indexer.pipeline.known_contents import KnownContents
from photoseek.indexer.pipeline.run import BATCH_PHOTOS, Block, Run
from photoseek.indexer.pipeline.stages import batches, in_parallel
from photoseek.indexer.pipeline.time_spent import TimeSpent
from photoseek.indexer.workers.outcomes import Outcome, Prepared, Task, Unreadable
from photoseek.storage import FolderThumbnails, Thumbnails

_BATCHES_AT_ONCE = 2


def blocks_here(run: Run, tasks: list[Task], spent: TimeSpent) -> Iterator[Block]:
    """Yield batches with what came of each file, and the vectors of those that had none, by content hash.

    Each has been saved when the next is asked for.
    """
    known = KnownContents(run.library.catalog, run.model, len(tasks))

    def prepared(prepare: Callable[[Task], Outcome]) -> Iterator[list[Outcome]]:
        outcomes = in_parallel(prepare, _until_stopped(run, tasks), run.workers, ahead=2 * BATCH_PHOTOS)
        for batch in batches(outcomes, BATCH_PHOTOS):
            spent.end("reading and decoding")
            yield batch

    def embedded(batch: list[Outcome]) -> Block:
        fresh, vectors = without_twins(run, batch)
        if fresh:
            made = run.embedder.embed_photos(np.stack([one.pixels for one in fresh]))
            vectors |= {one.content_hash: vector for one, vector in zip(fresh, made, strict=True)}
        return batch, vectors

    with preparing(run, known) as prepare_one:
        away: set[str] = set()  # roots whose store went away meanwhile

        def prepare(task: Task) -> Outcome:
            if hangs(task.absolute) or task.root.path in away:
                return Unreadable(task, None)
            outcome = prepare_one(task)
            if isinstance(outcome, Unreadable) and outcome.away:
                away.add(task.root.path)
            return outcome

        # The next batch is embedded already while one is saved, and takes the cores that its last photos leave.
        at_once = min(run.workers, _BATCHES_AT_ONCE)
        for batch, vectors in in_parallel(embedded, prepared(prepare), at_once, ahead=_BATCHES_AT_ONCE):
            spent.end("embedding")
            yield batch, vectors
            known.add(outcome.content_hash for outcome in batch if isinstance(outcome, Prepared))


def without_twins(run: Run, batch: list[Outcome]) -> tuple[list[Prepared], dict[bytes, Vectors]]:
    """Return each content of a batch once that is to be embedded; of pixels that have a vector already, that."""
    prepared = {o.content_hash: o for o in batch if isinstance(o, Prepared)}
    with run.library.catalog.read() as transaction:
        twins = transaction.vectors.by_pixels(run.model, [o.facts.pixel_hash for o in prepared.values()])
    known = {c: twins[o.facts.pixel_hash] for c, o in prepared.items() if o.facts.pixel_hash in twins}
    return [o for c, o in prepared.items() if c not in known], known


@contextmanager
def preparing(run: Run, already_embedded: Container[bytes]) -> Iterator[Callable[[Task], Outcome]]:
    """Return what reads and decodes a file: in worker processes, or in the threads that call it."""
    preprocess, thumbnails = run.embedder.facts.preprocess, run.library.thumbnails
    # Here rather than above: it loads all that reads photos, which a run that finds nothing new needs none of.
    from photoseek.indexer.workers.prepare import CarriedThumbnails, preparer

    # No worker process speaks to a store: each would load what does, wait for one that is away, and say so.
    near = thumbnails if isinstance(thumbnails, FolderThumbnails) else CarriedThumbnails(thumbnails.long_side)
    if not run.isolated:
        yield partial(_kept, thumbnails, preparer(preprocess, already_embedded, near))
        return
    from photoseek.indexer.workers.isolation import Isolated

    isolated = Isolated(preprocess, already_embedded, near, answers=disk_answers)
    with closing(isolated):
        yield partial(_kept, thumbnails, isolated)


def _kept(thumbnails: Thumbnails, prepare: Callable[[Task], Outcome], task: Task) -> Outcome:
    outcome = prepare(task)
    if isinstance(outcome, Prepared) and outcome.thumbnail is not None:
        thumbnails.keep({outcome.content_hash: outcome.thumbnail})
        return replace(outcome, thumbnail=None)
    return outcome


def disk_answers(task: Task) -> bool:
    """Return whether the disk of a file answers."""
    return answers(os.path.dirname(task.absolute))  # noqa: PTH120 (the path is a str all the way)


def _until_stopped(run: Run, tasks: list[Task]) -> Iterator[Task]:
    enough = min(BATCH_PHOTOS, max(1, len(tasks) - 1))  # for the workers to decode meanwhile
    for number, task in enumerate(tasks):
        if run.stop.is_set():
            return
        if number == enough:
            run.embedder.get_ready()
        yield task
