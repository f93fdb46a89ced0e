"""From folders to a library: scan, compare, prepare, embed, save."""

import os
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager

import numpy as np

from photoseek.embedder import Vectors
from photoseek.indexer.disk.changes import Changes
from photoseek.indexer.disk.hanging import WHY, answers, hanging_below, hangs
from photoseek.indexer.pipeline.beside import with_other_sidecars
from photoseek.indexer.pipeline.comparing import compare_root, settle_vanished
from photoseek.indexer.pipeline.known_contents import KnownContents
from photoseek.indexer.pipeline.known_facts import read_copies
from photoseek.indexer.pipeline.placing import Underway, place
from photoseek.indexer.pipeline.recording import recorded
from photoseek.indexer.pipeline.run import BATCH_PHOTOS, Progress, Result, Run, Summary
from photoseek.indexer.pipeline.stages import batches, in_parallel
from photoseek.indexer.pipeline.time_spent import TimeSpent
from photoseek.indexer.workers.outcomes import Outcome, Prepared, Rejected, Task, Unreadable
from photoseek.storage import Root, Stamp, is_url

_BATCHES_AT_ONCE = 2


def index(run: Run, places: Mapping[Root, Iterable[str]]) -> Summary:
    """Bring the library up to what lies on disk at `places`, paths below each root ("" for all of it).

    Whatever was saved stays saved when a run ends early; the next one goes on from there.
    """
    return index_in_detail(run, places).summary


def index_in_detail(run: Run, places: Mapping[Root, Iterable[str]]) -> Result:
    """Do the same, and give also what the run noticed."""
    result = Result()
    compared = {root: compare_root(run, root, list(below), result) for root, below in places.items()}
    tasks = [
        Task(root, path, stamp, replaces=path in changes.replacing)
        for root, changes in compared.items()
        for path, stamp in changes.to_read.items()
    ]
    if not run.only_new:
        tasks += _lacking_vectors(run, compared, {(task.root.root_id, task.path) for task in tasks})
    underway = Underway(
        frozenset((task.root.root_id, task.path) for task in tasks),
        frozenset(photo_id for changes in compared.values() for photo_id in changes.displaced),
    )
    placed = _bring_in(run, tasks, result, underway)
    if run.stop.is_set():
        result.summary.stopped = True
        return result
    for root, changes in compared.items():
        settle_vanished(run, root, changes, placed, result.summary)
    _read_beside(run, compared, result.summary)
    return result


def _read_beside(run: Run, compared: Mapping[Root, Changes], summary: Summary) -> None:
    """Read facts again where the files beside photos came, changed or went."""
    with run.library.catalog.read() as transaction:
        waiting = with_other_sidecars(transaction, compared)
    if not waiting:
        return
    with _preparing(run, frozenset()) as prepare:
        done = read_copies(run.library, waiting, prepare, run.stop, run.on_progress, run.workers)
    summary.sidecars_read, summary.stopped = done.read, done.stopped


def embed_lacking(run: Run, roots: Iterable[Root]) -> Summary:
    """Return each photo in these roots that lacks one a vector of the run's model; look at nothing else.

    A file that is not as it is known, or not there, is left to the next `index`, which compares. Whatever was
    saved stays saved when it ends early; the next one goes on from there.
    """
    result = Result()
    known = {root.root_id: root for root in roots}
    with run.library.catalog.read() as transaction:
        files = transaction.files.lacking_vectors(run.model)
        waiting = transaction.skips.waiting()
    tasks = [
        Task(known[file.root_id], file.path, file.stamp)
        for file in files
        if file.root_id in known and (file.root_id, file.path) not in waiting
    ]
    _bring_in(run, [task for task in tasks if _is_as_known(task)], result, Underway())
    result.summary.stopped = run.stop.is_set()
    return result.summary


def _is_as_known(task: Task) -> bool:
    if is_url(task.root.path):  # the request that reads it shows as much
        return True
    try:
        status = os.stat(task.absolute)  # noqa: PTH116 (the path is a str all the way)
    except OSError:
        return False
    now = Stamp.of(status)
    return task.stamp in {now, now._replace(inode=0)}  # known without, where file systems make inodes up


def _lacking_vectors(run: Run, compared: Mapping[Root, Changes], taken: set[tuple[int, str]]) -> list[Task]:
    """Photos that are in the library and where it could be looked, but without a vector of this model."""
    roots = {root.root_id: root for root in compared}
    seen = {root.root_id: changes.seen for root, changes in compared.items()}
    with run.library.catalog.read() as transaction:
        files = transaction.files.lacking_vectors(run.model)
        taken |= transaction.skips.waiting()
    return [
        Task(roots[file.root_id], file.path, file.stamp)
        for file in files
        if file.root_id in roots
        and seen[file.root_id].saw(file.path)
        and (file.root_id, file.path) not in taken
    ]


def _bring_in(run: Run, tasks: list[Task], result: Result, underway: Underway) -> set[int]:
    """Prepare, embed and save; gives the ids of the photos that found a place."""
    summary = result.summary
    if not tasks:
        return set()
    known = KnownContents(run.library.catalog, run.model, len(tasks))
    placed: set[int] = set()
    done = 0
    spent = TimeSpent("reading and decoding", "embedding", "saving")

    def prepared(prepare: Callable[[Task], Outcome]) -> Iterator[list[Outcome]]:
        outcomes = in_parallel(prepare, _until_stopped(run, tasks), run.workers, ahead=2 * BATCH_PHOTOS)
        for batch in batches(outcomes, BATCH_PHOTOS):
            spent.end("reading and decoding")
            yield batch

    def embedded(batch: list[Outcome]) -> tuple[list[Outcome], dict[bytes, Vectors]]:
        return batch, _embed(run, batch)

    with _preparing(run, known) as prepare_one, recorded(run.library, len(tasks), run.on_progress) as record:
        away: dict[str, str] = {}  # roots whose store went away meanwhile → why

        def prepare(task: Task) -> Outcome:
            if hangs(task.absolute) or task.root.path in away:
                return Unreadable(task, None)
            outcome = prepare_one(task)
            if isinstance(outcome, Unreadable) and outcome.away:
                away[task.root.path] = outcome.away
            return outcome

        # The next batch is embedded already while one is saved, and takes the cores that its last photos leave.
        at_once = min(run.workers, _BATCHES_AT_ONCE)
        for batch, vectors in in_parallel(embedded, prepared(prepare), at_once, ahead=_BATCHES_AT_ONCE):
            spent.end("embedding")
            placed |= _save(run, batch, vectors, result, underway)
            spent.end("saving")
            known.add(outcome.content_hash for outcome in batch if isinstance(outcome, Prepared))
            done += len(batch)
            record(Progress(done, len(tasks), summary.embedded, summary.skipped, spent.by_stage))
    summary.unreadable |= away
    for root in {task.root for task in tasks}:
        summary.unreadable |= dict.fromkeys(hanging_below(root.path), WHY)
    return placed


@contextmanager
def _preparing(run: Run, already_embedded: Container[bytes]) -> Iterator[Callable[[Task], Outcome]]:
    """Return what reads and decodes a file: in worker processes, or in the threads that call it."""
    preprocess, thumbnails = run.embedder.facts.preprocess, run.library.thumbnails
    if not run.isolated:
        from photoseek.indexer.workers.prepare import preparer

        yield preparer(preprocess, already_embedded, thumbnails)
        return
    # It loads all that reads photos, which a run that finds nothing new needs none of.
    from photoseek.indexer.workers.isolation import Isolated

    isolated = Isolated(preprocess, already_embedded, thumbnails, answers=_answers)
    with closing(isolated):
        yield isolated


def _answers(task: Task) -> bool:
    return answers(os.path.dirname(task.absolute))  # noqa: PTH120 (the path is a str all the way)


def _until_stopped(run: Run, tasks: list[Task]) -> Iterator[Task]:
    enough = min(BATCH_PHOTOS, max(1, len(tasks) - 1))  # for the workers to decode meanwhile
    for number, task in enumerate(tasks):
        if run.stop.is_set():
            return
        if number == enough:
            run.embedder.get_ready()
        yield task


def _embed(run: Run, batch: list[Outcome]) -> dict[bytes, Vectors]:
    """Embed each content of the batch once, but for pixels that have a vector already; by content hash."""
    prepared = {o.content_hash: o for o in batch if isinstance(o, Prepared)}
    with run.library.catalog.read() as transaction:
        twins = transaction.vectors.by_pixels(run.model, [o.facts.pixel_hash for o in prepared.values()])
    known = {c: twins[o.facts.pixel_hash] for c, o in prepared.items() if o.facts.pixel_hash in twins}
    fresh = [o for c, o in prepared.items() if c not in known]
    if not fresh:
        return known
    vectors = run.embedder.embed_photos(np.stack([o.pixels for o in fresh]))
    return known | {o.content_hash: vector for o, vector in zip(fresh, vectors, strict=True)}


def _save(
    run: Run,
    batch: list[Outcome],
    vectors: dict[bytes, Vectors],
    result: Result,
    underway: Underway,
) -> set[int]:
    """Save a batch in one transaction; gives the ids of the photos that found a place."""
    with run.library.catalog.write() as transaction:
        placed = place(transaction, batch, underway)
        saved = {placed[content_hash]: vector for content_hash, vector in vectors.items()}
        transaction.vectors.save(run.model, saved)
        if run.on_indexed and saved:
            run.on_indexed(transaction, run.model, saved)
    skipped = [outcome.task for outcome in batch if isinstance(outcome, Rejected | Unreadable)]
    summary = result.summary
    result.noticed.skipped += [(task.root, task.path) for task in skipped]
    summary.embedded += len(saved)
    summary.skipped += len(skipped)
    summary.recognised += len(batch) - len(skipped) - len(saved)  # familiar, or twice in this batch
    return set(placed.values())
