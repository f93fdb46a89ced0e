"""From folders to a library: scan, compare, prepare, embed, save."""

import os
from collections.abc import Iterable, Mapping

from photoseek.embedder import Vectors
from photoseek.indexer.disk.changes import Changes
from photoseek.indexer.disk.hanging import WHY, hanging_below
from photoseek.indexer.pipeline.beside import with_other_sidecars
from photoseek.indexer.pipeline.comparing import compare_root, settle_vanished
from photoseek.indexer.pipeline.here import blocks_here, preparing
from photoseek.indexer.pipeline.known_facts import read_copies
from photoseek.indexer.pipeline.placing import Underway, place
from photoseek.indexer.pipeline.recording import recorded
from photoseek.indexer.pipeline.run import Progress, Result, Run, Summary
from photoseek.indexer.pipeline.time_spent import TimeSpent
from photoseek.indexer.workers.outcomes import Outcome, Rejected, Task, Unreadable
from photoseek.storage import Root, Stamp, is_url


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
    with preparing(run, frozenset()) as prepare:
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
    """Read, embed and save; gives the ids of the photos that found a place."""
    summary = result.summary
    if not tasks:
        return set()
    placed: set[int] = set()
    done = 0
    spent = TimeSpent("reading and decoding", "embedding", "saving")
    away: dict[str, str] = {}  # roots whose store went away meanwhile → why
    blocks = run.blocks or blocks_here
    with recorded(run.library, len(tasks), run.on_progress) as record:
        for batch, vectors in blocks(run, tasks, spent):
            away |= {
                one.task.root.path: one.away for one in batch if isinstance(one, Unreadable) and one.away
            }
            placed |= _save(run, batch, vectors, result, underway)
            spent.end("saving")
            done += len(batch)
            record(Progress(done, len(tasks), summary.embedded, summary.skipped, spent.by_stage))
    summary.unreadable |= away
    for root in {task.root for task in tasks}:
        summary.unreadable |= dict.fromkeys(hanging_below(root.path), WHY)
    return placed


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
        embedded = {placed[content_hash]: vector for content_hash, vector in vectors.items()}
        lacking = transaction.vectors.lacking(run.model, embedded)  # a block may come twice
        saved = {photo_id: vector for photo_id, vector in embedded.items() if photo_id in lacking}
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
