"""Writes what the library says of photos into sidecars, and takes it back."""

import os
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from threading import Event
from typing import NamedTuple

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
from photoseek.indexer.sidecars.moving import is_photo_there, moved_to, writes_of_moved
from photoseek.indexer.sidecars.planning import Planned, planned
from photoseek.storage import Library, SidecarWrite

_AT_ONCE = 200  # sidecars in one transaction
_MOST_BYTES_AT_ONCE = 64 << 20  # that these hold, before and after
_CHANGED = "another program changed it since: --overwrite-changed puts back what was there before"
_AWAY = "neither it nor its photo is there: its disk is away, or both moved and it was changed since"
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
    of_people: bool = False  # also who is in the photo, as far as a person said so
    overwrite: bool = False  # what other programs changed since


def propose_sidecars(library: Library, choice: Choice) -> Done:
    """Return what writing would come to, and write nothing."""
    return _count(_plans(library, choice))


def write_sidecars(library: Library, choice: Choice, stop: Event) -> Done:
    """Write sidecars, as one run that can be undone. Raises SidecarsUnwritable before anything is written."""
    clean_up(library)
    refuse_unwritable(plan.target.path for plan in _plans(library, choice, stop) if plan.change)
    done = Done()
    for batch in _batches(_plans(library, choice, stop)):
        if stop.is_set():
            break
        _write(library, batch, done)
    done.stopped = stop.is_set()
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
    refuse_unwritable(path for path in paths if os.path.isdir(os.path.dirname(os.path.realpath(path))))  # noqa: PTH120
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
            photos = transaction.photos.by_id(sorted({write.photo_id for write in writes}))
        undone = []
        for write in writes:
            there = moved_to(write, photos.get(write.photo_id)) or write.path
            if _undo(write, there, all_writes[write.path], done, overwrite=overwrite):
                undone.append(write.path)
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


class Since(NamedTuple):
    """How many sidecars of a run are not as the library wrote them."""

    changed: int  # by another program
    not_there: int  # removed, or on a disk that is away


def changed_since(library: Library, number: int) -> Since:
    """Count the sidecars of a run that are neither as a run wrote them nor as they were before it."""
    with library.catalog.read() as transaction:
        paths = transaction.sidecar_runs.paths(number)
    changed = not_there = 0
    for start in range(0, len(paths), _AT_ONCE):
        with library.catalog.read() as transaction:
            writes = transaction.sidecar_runs.at_each(paths[start : start + _AT_ONCE])
        for path, of_path in writes.items():
            there = _hash_at(path)
            not_there += there is None
            known = {one for write in of_path for one in (write.before_hash, write.after_hash)}
            changed += there is not None and there not in known
    return Since(changed, not_there)


def _batches(plans: Iterable[Planned]) -> Iterator[list[Planned]]:
    """Yield plans a few at a time, so that what they hold fits into memory."""
    batch: list[Planned] = []
    held = 0
    for plan in plans:
        batch.append(plan)
        held += len(plan.before or b"") + len(plan.after)
        if len(batch) == _AT_ONCE or held >= _MOST_BYTES_AT_ONCE:
            yield batch
            batch, held = [], 0
    yield batch


def _plans(library: Library, choice: Choice, stop: Event | None = None) -> Iterator[Planned]:
    with library.catalog.read() as transaction:
        found = photos_spoken_of(transaction, of_models=choice.of_models, of_people=choice.of_people)
        parents = parents_of_tags(transaction)
    photo_ids = sorted(found if choice.photo_ids is None else found.intersection(choice.photo_ids))
    taken: set[str] = set()
    for start in range(0, len(photo_ids), _AT_ONCE):
        with library.catalog.read() as transaction:
            photos = transaction.photos.by_id(photo_ids[start : start + _AT_ONCE])
            wanted = {
                photo_id: wanted_of(
                    transaction, photo, parents, of_models=choice.of_models, of_people=choice.of_people
                )
                for photo_id, photo in photos.items()
            }
            targets = list(targets_of(photos.values()))
            writes = transaction.sidecar_runs.at_each(target.path for target, _ in targets)
            others = {target.photo_id for target, _ in targets if target.path not in writes}
            moved = transaction.sidecar_runs.of_photos(others) if others else {}
        for target, why_not in targets:
            if stop is not None and stop.is_set():
                return
            if why_not is not None:
                yield Planned(target, left=why_not)
            elif target.path not in taken:
                taken.add(target.path)
                before = writes.get(target.path) or writes_of_moved(
                    target.path, photos[target.photo_id], moved.get(target.photo_id, ())
                )
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


def _undo(
    write: SidecarWrite, path: str, writes: Iterable[SidecarWrite], done: Done, *, overwrite: bool
) -> bool:
    """Put back what was there before, at the path where the sidecar is now; gives whether it is."""
    if not os.path.isdir(os.path.dirname(path)):  # noqa: PTH120 (paths stay str)
        done.left[write.path] = "its folder is not there: see that its disk is mounted"
        return False
    try:
        now = read_sidecar(path)
        if now is None and not is_photo_there(path):
            done.left[write.path] = _AWAY
            return False
        if hash_of(now) == write.before_hash:
            done.unchanged += 1
            return True
        if hash_of(now) != write.after_hash and not overwrite:
            is_ours = hash_of(now) in {one.after_hash for one in writes}
            done.left[write.path] = _LATER if is_ours else _CHANGED
            return False
        put(path, write.before, now)
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
