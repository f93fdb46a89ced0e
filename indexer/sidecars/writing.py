"""Writes what the library says of photos into sidecars, and takes it back."""

import os
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from threading import Event

from photoseek.indexer.pipeline.stages import batches
from photoseek.indexer.sidecars.files import (
    hash_of,
    put,
    read_sidecar,
    refuse_unwritable,
    remove_temporary,
)
from photoseek.indexer.sidecars.finding import (
    parents_of_tags,
    photos_spoken_of,
    targets_of,
    wanted_of,
)
from photoseek.indexer.sidecars.planning import Planned, planned
from photoseek.storage import Library, SidecarWrite

_AT_ONCE = 200  # sidecars in one transaction
_CHANGED = "another program changed it since: --overwrite-changed puts back what was there before"
_LATER = "a later run wrote it too: undo that one first"


@dataclass(slots=True)
class Done:
    """What came of a run, or would, in sidecars."""

    new: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    fields: Counter[str] = field(default_factory=Counter)  # values written or taken out, by field
    left: dict[str, str] = field(default_factory=dict)  # path → why it is as it was
    run: int | None = None
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be written, and how."""

    photo_ids: Collection[int] | None = None  # None: all
    of_models: bool = False  # also the tags that models gave
    overwrite: bool = False  # what other programs changed since


def propose_sidecars(library: Library, choice: Choice) -> Done:
    """Return what writing would come to, and write nothing."""
    return _count(_plans(library, choice))


def write_sidecars(library: Library, choice: Choice, stop: Event) -> Done:
    """Write sidecars, as one run that can be undone. Raises SidecarsUnwritable before anything is written."""
    clean_up(library)
    folders = {os.path.dirname(plan.target.path) for plan in _plans(library, choice) if plan.change}  # noqa: PTH120
    refuse_unwritable(folders)
    done = Done()
    for batch in batches(_plans(library, choice), _AT_ONCE):
        if stop.is_set():
            done.stopped = True
            break
        _write(library, batch, done)
    if done.run is not None:
        with library.catalog.write() as transaction:
            transaction.sidecar_runs.set_whole(done.run, whole=True)
    return done


def undo_sidecars(library: Library, number: int | None, stop: Event, *, overwrite: bool = False) -> Done:
    """Bring back what was there before a run, the latest without a number; what can't be stays to be undone.

    Raises UnknownName, and SidecarsUnwritable before anything is written.
    """
    clean_up(library)
    with library.catalog.read() as transaction:
        run = transaction.sidecar_runs.numbered(number).number
        paths = transaction.sidecar_runs.paths(run)
    done = Done(run=run)
    there = {folder for path in paths if os.path.isdir(folder := os.path.dirname(path))}  # noqa: PTH120
    refuse_unwritable(there)
    with library.catalog.write() as transaction:
        transaction.sidecar_runs.set_whole(run, whole=False)  # so that what a killed undo leaves is removed
    for start in range(0, len(paths), _AT_ONCE):
        if stop.is_set():
            done.stopped = True
            break
        with library.catalog.read() as transaction:
            some = paths[start : start + _AT_ONCE]
            writes = transaction.sidecar_runs.of(run, some)
            all_writes = transaction.sidecar_runs.at_each(some)
        undone = [
            write.path for write in writes if _undo(write, all_writes[write.path], done, overwrite=overwrite)
        ]
        with library.catalog.write() as transaction:
            transaction.sidecar_runs.forget(run, undone)
    with library.catalog.write() as transaction:
        transaction.sidecar_runs.set_whole(run, whole=True)
    return done


def clean_up(library: Library) -> None:
    """Remove what runs that were killed left beside sidecars."""
    with library.catalog.read() as transaction:
        killed = [run.number for run in transaction.sidecar_runs.all() if not run.is_whole]
        paths = [path for number in killed for path in transaction.sidecar_runs.paths(number)]
    for path in paths:
        remove_temporary(path)
    if killed:
        with library.catalog.write() as transaction:
            for number in killed:
                transaction.sidecar_runs.set_whole(number, whole=True)


def changed_since(library: Library, number: int) -> int:
    """Count the sidecars of a run that are neither as it wrote them nor as another run did."""
    with library.catalog.read() as transaction:
        paths = transaction.sidecar_runs.paths(number)
    changed = 0
    for start in range(0, len(paths), _AT_ONCE):
        with library.catalog.read() as transaction:
            writes = transaction.sidecar_runs.at_each(paths[start : start + _AT_ONCE])
        changed += sum(
            _hash_at(path) not in {write.after_hash for write in of_path} for path, of_path in writes.items()
        )
    return changed


def _plans(library: Library, choice: Choice) -> Iterator[Planned]:
    with library.catalog.read() as transaction:
        found = photos_spoken_of(transaction, of_models=choice.of_models)
        parents = parents_of_tags(transaction)
    photo_ids = sorted(found if choice.photo_ids is None else found.intersection(choice.photo_ids))
    taken: set[str] = set()
    for start in range(0, len(photo_ids), _AT_ONCE):
        with library.catalog.read() as transaction:
            photos = transaction.photos.by_id(photo_ids[start : start + _AT_ONCE])
            wanted = {
                photo_id: wanted_of(transaction, photo, parents, of_models=choice.of_models)
                for photo_id, photo in photos.items()
            }
            targets = list(targets_of(photos.values()))
            writes = transaction.sidecar_runs.at_each(target.path for target, _ in targets)
        for target, why_not in targets:
            if why_not is not None:
                yield Planned(target, left=why_not)
            elif target.path not in taken:
                taken.add(target.path)
                before = writes.get(target.path, [])
                yield planned(target, wanted[target.photo_id], before, overwrite=choice.overwrite)


def _write(library: Library, batch: list[Planned], done: Done) -> None:
    """Write a batch. What is about to be written is recorded first, so that it can be undone after a crash."""
    plans = [plan for plan in batch if plan.change]
    if plans:
        with library.catalog.write() as transaction:
            if done.run is None:
                done.run = transaction.sidecar_runs.begin()
            transaction.sidecar_runs.add(done.run, [plan.as_write for plan in plans])
    failed: list[str] = []
    for plan in plans:
        path = plan.target.path
        try:
            put(path, plan.after, plan.before)
        except OSError as error:
            done.left[path] = error.strerror or str(error)
            if _hash_at(path) == hash_of(plan.before):
                failed.append(path)
    if failed and done.run is not None:
        with library.catalog.write() as transaction:
            if transaction.sidecar_runs.forget(done.run, failed):
                done.run = None
    _count([plan for plan in batch if plan.target.path not in done.left], done)


def _count(plans: Iterable[Planned], done: Done | None = None) -> Done:
    done = done or Done()
    for plan in plans:
        if plan.left is not None:
            done.left[plan.target.path] = plan.left
        elif not plan.change:
            done.unchanged += plan.before is not None
        else:
            done.new += plan.before is None
            done.changed += plan.before is not None
            for fields in (plan.change.add, plan.change.remove):
                done.fields.update({one.shown: len(items) for one, items in fields.items()})
            done.fields.update(one.shown for one in plan.change.put)
    return done


def _undo(write: SidecarWrite, writes: Iterable[SidecarWrite], done: Done, *, overwrite: bool) -> bool:
    """Put back what was there before; gives whether it is."""
    if not os.path.isdir(os.path.dirname(write.path)):  # noqa: PTH120 (paths stay str)
        done.left[write.path] = "its folder is not there: see that its disk is mounted"
        return False
    try:
        now = read_sidecar(write.path)
        if hash_of(now) == write.before_hash:
            done.unchanged += 1
            return True
        if hash_of(now) != write.after_hash and not overwrite:
            is_ours = hash_of(now) in {one.after_hash for one in writes}
            done.left[write.path] = _LATER if is_ours else _CHANGED
            return False
        put(write.path, write.before, now)
    except OSError as error:
        done.left[write.path] = error.strerror or str(error)
        return False
    done.removed += write.before is None
    done.changed += write.before is not None
    return True


def _hash_at(path: str) -> bytes | None:
    try:
        return hash_of(read_sidecar(path))
    except OSError:
        return None
