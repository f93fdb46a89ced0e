"""From folders to a library: scan, compare, prepare, embed, save."""

import os
import time
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, fields
from threading import Event

import numpy as np

from embedder import Embedder, Vectors
from indexer.changes import Changes, compare
from indexer.disks import ANOTHER
from indexer.hanging import WHY, answers, hanging_below, hangs
from indexer.known import KnownContents
from indexer.looking import look_at
from indexer.outcomes import Outcome, Prepared, Refused, Task, Unread
from indexer.placing import Underway, place
from indexer.stages import batches, in_parallel
from indexer.time_spent import TimeSpent
from storage import NEVER_READ, Library, Model, Root, Stamp, Transaction

# Called in the transaction that saves new photos, with their vectors by photo id.
OnIndexed = Callable[[Transaction, Model, Mapping[int, Vectors]], None]

WORKERS = max(2, os.cpu_count() or 2)
BATCH_PHOTOS = 16 * WORKERS
_BATCHES_AT_ONCE = 2
# The brake (an emptied root counts always): more than this at once is a disk that went, not a person who tidied.
BRAKE_FILES = 50
BRAKE_SHARE = 0.2
# What is missing is forgotten after so many days of looking; nobody looks less often than once in so many.
MOST_DAYS_UNSEEN = 31
# A file written to this recently may not be whole yet.
SETTLE_S = 0.4


@dataclass(slots=True)
class Summary:
    """What one run did, in files."""

    embedded: int = 0
    recognised: int = 0  # read, and their content or pixels were known
    moved: int = 0
    copies_gone: int = 0  # whose photo lies elsewhere too, as it did before
    returned: int = 0
    unchanged: int = 0
    missing: int = 0
    skipped: int = 0
    held_back: int = 0  # gone, but so many at once that the brake keeps them
    unreadable: dict[str, str] = field(default_factory=dict)  # absolute path → why
    unsettled: list[tuple[Root, str]] = field(
        default_factory=list
    )  # still being written: to be looked at again
    links: list[tuple[Root, str]] = field(default_factory=list)  # to folders outside a root
    compared_before: dict[int, str | None] = field(default_factory=dict)  # when each root last was, UTC
    stopped: bool = False

    def add(self, other: "Summary") -> None:
        """Take in what another run did."""
        for told in fields(self):
            mine, theirs = getattr(self, told.name), getattr(other, told.name)
            setattr(self, told.name, mine | theirs if isinstance(mine, dict) else mine + theirs)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come."""

    done: int
    total: int
    embedded: int
    skipped: int
    # Seconds of this process by stage: one that takes most of them holds up the rest.
    spent: Mapping[str, float]


@dataclass(slots=True)
class Run:
    """What every stage of a run needs, and how it is asked to behave."""

    library: Library
    embedder: Embedder
    model: Model
    on_indexed: OnIndexed | None = None
    on_progress: Callable[[Progress], None] | None = None
    stop: Event = field(default_factory=Event)
    workers: int = WORKERS  # that decode; 0 does everything in one thread, in order
    isolated: bool = False  # decode in processes, which a bad file may crash, rather than in threads
    confirm_missing: bool = False
    only_new: bool = False  # leave photos alone that are in the library, but have no vector of this model
    only_settled: bool = False  # leave files alone that are still being written


def index(run: Run, places: Mapping[Root, Iterable[str]]) -> Summary:
    """Bring the library up to what lies on disk at `places`, paths below each root ("" for all of it).

    Whatever was saved stays saved when a run ends early; the next one goes on from there.
    """
    summary = Summary()
    compared = {root: _compare(run, root, list(below), summary) for root, below in places.items()}
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
    placed = _bring_in(run, tasks, summary, underway)
    if run.stop.is_set():
        summary.stopped = True
        return summary
    for root, changes in compared.items():
        _settle_vanished(run, root, changes, placed, summary)
    return summary


def embed_lacking(run: Run, roots: Iterable[Root]) -> Summary:
    """Give each photo in these roots that lacks one a vector of the run's model; look at nothing else.

    A file that is not as it is known, or not there, is left to the next `index`, which compares. Whatever was
    saved stays saved when it ends early; the next one goes on from there.
    """
    summary = Summary()
    known = {root.root_id: root for root in roots}
    with run.library.catalog.read() as transaction:
        files = transaction.files.lacking_vectors(run.model)
        waiting = transaction.skips.waiting()
    tasks = [
        Task(known[file.root_id], file.path, file.stamp)
        for file in files
        if file.root_id in known and (file.root_id, file.path) not in waiting
    ]
    _bring_in(run, [task for task in tasks if _is_as_known(task)], summary, Underway())
    summary.stopped = run.stop.is_set()
    return summary


def _is_as_known(task: Task) -> bool:
    try:
        status = os.stat(task.absolute)  # noqa: PTH116 (the path is a str all the way)
    except OSError:
        return False
    now = Stamp.of(status)
    return task.stamp in {now, now._replace(inode=0)}  # known without, where file systems make inodes up


def _compare(run: Run, root: Root, below: list[str], summary: Summary) -> Changes:
    """Compare one root, and save at once what needs no reading: moves and returns."""
    with run.library.catalog.read() as transaction:
        summary.compared_before[root.root_id] = transaction.roots.scanned_at(root.root_id)
        disks_before = transaction.roots.disks(root.root_id)
    scanned, disks = look_at(run.library, root, below, disks_before)
    if disks is None:
        summary.unreadable[root.path] = scanned.unreadable[""]
        return Changes(seen=scanned)
    if not run.confirm_missing:
        for part in disks.others.difference(scanned.unreadable):
            scanned.darken(part, ANOTHER)
    with run.library.catalog.read() as transaction:
        skipped = transaction.skips.under(root.root_id, below)
        known, as_known = transaction.files.known_but(root.root_id, below, scanned.files)
    changes = compare(scanned, known, skipped, as_known)
    changes.below, changes.whole = below, scanned.saw("") and "" in below
    changes.replacing |= {path for path in changes.to_read if disks.on_other_disk(path)}
    if run.only_settled:
        _defer_unsettled(root, changes, summary)
    with run.library.catalog.write() as transaction:
        for move in changes.moved:
            transaction.files.move(move.file, move.path, move.stamp)
        transaction.files.set_present(file.file_id for file in changes.returned)
        transaction.skips.clear(root.root_id, changes.skips_over)
        for path, reason in scanned.unreadable.items():
            if path and path not in known and path not in disks.others:
                transaction.skips.add(root.root_id, path, NEVER_READ, reason)
        if changes.whole:
            remembered = disks.to_remember(disks_before, scanned.files, all_of_it=run.confirm_missing)
            if remembered != disks_before:
                transaction.roots.remember_disks(root.root_id, remembered)
    summary.links += [(root, link) for link in scanned.links]
    summary.moved += len(changes.moved)
    summary.returned += len(changes.returned)
    summary.unchanged += changes.unchanged
    summary.unreadable |= {f"{root.path}/{path}": reason for path, reason in scanned.unreadable.items()}
    return changes


def _defer_unsettled(root: Root, changes: Changes, summary: Summary) -> None:
    now = time.time_ns()
    # A time in the future is a clock that differs, not a file that is being written.
    young = [p for p, stamp in changes.to_read.items() if 0 <= now - stamp.mtime_ns < SETTLE_S * 1e9]
    for path in young:
        del changes.to_read[path]
        summary.unsettled.append((root, path))


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


def _bring_in(run: Run, tasks: list[Task], summary: Summary, underway: Underway) -> set[int]:
    """Prepare, embed and save; gives the ids of the photos that found a place."""
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

    with _preparing(run, known) as prepare_one:

        def prepare(task: Task) -> Outcome:
            return Unread(task, None) if hangs(task.absolute) else prepare_one(task)

        # The next batch is embedded already while one is saved, and takes the cores that its last photos leave.
        at_once = min(run.workers, _BATCHES_AT_ONCE)
        for batch, vectors in in_parallel(embedded, prepared(prepare), at_once, ahead=_BATCHES_AT_ONCE):
            spent.end("embedding")
            placed |= _save(run, batch, vectors, summary, underway)
            spent.end("saving")
            known.add(outcome.content_hash for outcome in batch if isinstance(outcome, Prepared))
            done += len(batch)
            if run.on_progress:
                run.on_progress(Progress(done, len(tasks), summary.embedded, summary.skipped, spent.by_stage))
    for root in {task.root for task in tasks}:
        summary.unreadable |= dict.fromkeys(hanging_below(root.path), WHY)
    return placed


@contextmanager
def _preparing(run: Run, familiar: Container[bytes]) -> Iterator[Callable[[Task], Outcome]]:
    """Give what reads and decodes a file: in worker processes, or in the threads that call it."""
    preprocess, thumbnails = run.embedder.facts.preprocess, run.library.thumbnails
    if not run.isolated:
        from indexer.prepare import preparer

        yield preparer(preprocess, familiar, thumbnails)
        return
    # It loads all that reads photos, which a run that finds nothing new needs none of.
    from indexer.isolation import Isolated

    isolated = Isolated(preprocess, familiar, thumbnails, answers=_answers)
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
    summary: Summary,
    underway: Underway,
) -> set[int]:
    """Save a batch in one transaction; gives the ids of the photos that found a place."""
    with run.library.catalog.write() as transaction:
        placed = place(transaction, batch, underway)
        saved = {placed[content_hash]: vector for content_hash, vector in vectors.items()}
        transaction.vectors.save(run.model, saved)
        if run.on_indexed and saved:
            run.on_indexed(transaction, run.model, saved)
    refused = sum(isinstance(outcome, Refused | Unread) for outcome in batch)
    summary.embedded += len(saved)
    summary.skipped += refused
    summary.recognised += len(batch) - refused - len(saved)  # familiar, or twice in this batch
    return set(placed.values())


def _settle_vanished(run: Run, root: Root, changes: Changes, placed: set[int], summary: Summary) -> None:
    """Mark what is gone as missing, unless it was found elsewhere or the brake holds."""
    vanished = {file.file_id for file in changes.vanished}
    with run.library.catalog.write() as transaction:
        others = transaction.files.of(file.photo_id for file in changes.vanished)
        copied = {f.photo_id for f in others if f.missing_since is None and f.file_id not in vanished}
        elsewhere = [file for file in changes.vanished if file.photo_id in placed | copied]
        gone = [file for file in changes.vanished if file.photo_id not in placed | copied]
        transaction.files.forget(file.file_id for file in elsewhere)
        moved = sum(file.photo_id in placed for file in elsewhere)
        summary.moved += moved
        summary.copies_gone += len(elsewhere) - moved
        present = transaction.files.count_present(root.root_id)
        held = gone if gone and not run.confirm_missing and _brake(len(gone), present) else []
        if changes.seen.saw(""):
            transaction.files.hold_back(root.root_id, changes.below, (file.file_id for file in held))
        if held:
            summary.held_back += len(held)
            return
        transaction.files.set_missing(file.file_id for file in gone)
        if changes.whole:
            transaction.roots.scanned(root.root_id, MOST_DAYS_UNSEEN)
    summary.missing += len(gone)


def _brake(gone: int, present: int) -> bool:
    return gone == present or (gone > BRAKE_FILES and gone > present * BRAKE_SHARE)
