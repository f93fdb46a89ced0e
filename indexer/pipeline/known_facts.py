"""Known photos whose facts are read again, from their files and what lies beside these: nothing is embedded."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from threading import Event

from photoseek.indexer.disk.sidecar_names import Sidecar
from photoseek.indexer.pipeline.run import BATCH_PHOTOS, WORKERS, Progress
from photoseek.indexer.pipeline.stages import batches, in_parallel
from photoseek.indexer.workers.outcomes import FactsRead, Outcome, Task
from photoseek.storage import NEVER_READ, KnownFile, Library, Root, SidecarRead, Transaction


@dataclass(frozen=True, slots=True)
class Reread:
    """What came of it, in photos."""

    read: int = 0
    changed: int = 0  # of which something else is known than before
    left: int = 0  # whose files are not there, can't be read, or are not what they were
    stopped: bool = False


@dataclass(slots=True)
class Copies:
    """A photo's files, each of which says the same, and what lies beside all of them."""

    tasks: list[Task] = field(default_factory=list)
    beside: list[SidecarRead] = field(default_factory=list)


def copies_of(
    transaction: Transaction,
    photo_ids: Iterable[int],
    seen: Callable[[KnownFile], tuple[Sidecar, ...] | None],
) -> dict[int, Copies]:
    """Return the present files of photos, with what lies beside them.

    `seen` gives what does now; None for a file beside which nobody has looked, so that what is known counts.
    """
    wanted = set(photo_ids)
    roots = {root.root_id: root for root in transaction.roots.all()}
    known = transaction.sidecars.of(wanted)
    found: dict[int, Copies] = {}
    for file in sorted(transaction.files.of(wanted), key=lambda file: (file.root_id, file.path)):
        if file.missing_since is None:
            copies = found.setdefault(file.photo_id, Copies())
            copies.tasks.append(Task(roots[file.root_id], file.path, file.stamp, only_facts=True))
            copies.beside += _beside(file, seen(file), known.get(file.photo_id, []))
    for copies in found.values():
        beside = tuple(_to_read(roots[one.root_id], one) for one in copies.beside)
        copies.tasks = [replace(task, beside=beside) for task in copies.tasks]
    return found


def read_copies(  # noqa: PLR0913 (what is read, by what, and how it is asked to behave)
    library: Library,
    waiting: Mapping[int, Copies],
    prepare: Callable[[Task], Outcome],
    stop: Event,
    on_progress: Callable[[Progress], None] | None = None,
    workers: int = WORKERS,
) -> Reread:
    """Read photos' facts again, each from the first of its files that can be read and is what it was.

    What was saved stays saved when it ends early.
    """
    total, done = len(waiting), Reread()
    left = {photo_id: list(copies.tasks) for photo_id, copies in waiting.items() if copies.tasks}
    while left and not stop.is_set():  # once, and again for those of which a copy may be readable
        tasks = {tasks.pop(): photo_id for photo_id, tasks in left.items()}
        outcomes = in_parallel(prepare, _until(stop, tasks), workers, ahead=2 * BATCH_PHOTOS)
        for batch in batches(outcomes, BATCH_PHOTOS):
            read = {tasks[o.task]: o for o in batch if isinstance(o, FactsRead)}
            known, changed = _save(library, read, waiting)
            for photo_id in known:
                del left[photo_id]
            done = replace(done, read=done.read + len(known), changed=done.changed + changed)
            if on_progress is not None:
                on_progress(Progress(done.read, total, 0, 0, {}))
        left = {photo_id: tasks for photo_id, tasks in left.items() if tasks}
    return replace(done, left=total - done.read, stopped=stop.is_set())


def _beside(
    file: KnownFile, seen: tuple[Sidecar, ...] | None, known: Iterable[SidecarRead]
) -> list[SidecarRead]:
    if seen is None:
        return [one for one in known if (one.root_id, one.path) == (file.root_id, file.path)]
    return [
        SidecarRead(file.root_id, file.path, one.name, one.stamp, one.is_sure, file.photo_id) for one in seen
    ]


def _to_read(root: Root, one: SidecarRead) -> tuple[str, str, bool]:
    folder, photo = os.path.split(os.path.join(root.path, one.path))
    return os.path.join(folder, one.name), photo, one.is_sure


def _until(stop: Event, tasks: Mapping[Task, int]) -> Iterator[Task]:
    for task in tasks:
        if stop.is_set():
            return
        yield task


def _save(
    library: Library, read: Mapping[int, FactsRead], copies: Mapping[int, Copies]
) -> tuple[list[int], int]:
    """Keep what was read of contents that are the photos'; gives these photos, and how many of them changed."""
    with library.catalog.write() as transaction:
        ids = transaction.photos.ids_of(outcome.content_hash for outcome in read.values())
        same = {p: o.said for p, o in read.items() if ids.get(o.content_hash) == p}
        changed = transaction.photos.set_facts(same)
        transaction.sidecars.set_read(
            {photo_id: _as_read(copies[photo_id], read[photo_id]) for photo_id in same}
        )
        return list(same), changed


def _as_read(copies: Copies, outcome: FactsRead) -> list[SidecarRead]:
    """Return what was read beside a photo; what could not be, with a stamp by which it is tried again."""
    paths = [path for path, *_ in outcome.task.beside]
    return [
        replace(one, stamp=NEVER_READ) if path in outcome.unread else one
        for one, path in zip(copies.beside, paths, strict=True)
    ]
