"""The vector index's files: what changed is appended to one, and taken into the other when it is worth it."""

import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from photoseek.storage.catalog.catalog import Transaction
from photoseek.storage.disk.writing import replaced_whole
from photoseek.storage.records import Model
from photoseek.storage.rows.vectors import HALF, Float16Vectors
from photoseek.storage.vector_index.base import (
    BaseFacts,
    DamagedLists,
    VectorBase,
    list_places,
    read_facts,
    write_end,
)
from photoseek.storage.vector_index.delta import begin_delta, delta_path, read_delta
from photoseek.storage.vector_index.index import fits
from photoseek.storage.vector_index.lists import (
    KMeans,
    Numbers,
    Partition,
    Recall,
    Sequential,
    lists_for,
    questions_like,
    sample_for,
)
from photoseek.storage.vector_index.photo_sets import PhotoSet


@dataclass(frozen=True, slots=True)
class IndexPolicy:
    """When the index's files of a growing library are changed, and how."""

    flat_until: int = 200_000  # vectors; searching more of them at every question takes too long
    a_flat_list: int = 8192
    least_rows: int = 1024  # of the delta: fewer are never taken into the base
    most_rows: int = 16_384  # each is searched by every question
    share: int = 8  # or one row for so many vectors of the base
    retrained_at: int = 2  # retrain when there are so many times the vectors of the last training
    recall: float = 0.995  # of the ten nearest
    worth_saving: int = 64  # changes; reading fewer at each opening costs less than writing them

    def is_enough(self, rows: int, count: int) -> bool:
        """Return whether to merge a delta of `rows` rows into a base of `count` vectors."""
        return rows > min(self.most_rows, max(self.least_rows, count // self.share))


DEFAULT_POLICY = IndexPolicy()


def save(
    path: Path,
    transaction: Transaction,
    model: Model,
    *,
    always: bool = False,
    policy: IndexPolicy = DEFAULT_POLICY,
) -> bool:
    """Update the files to the catalog's state, if enough has changed or `always`. Call it while holding the lock.

    With `always` the whole files are also checked, and made again if damaged. Returns whether anything was
    written. Raises OSError.
    """
    base = read_facts(path)
    if base is None or not fits(base, transaction, model) or (always and _opened_sound(path) is None):
        _build(path, transaction, model, policy)
        return True
    delta = read_delta(path, base.token)
    if delta is None or delta.revision > transaction.revision or (always and delta.changes() is None):
        delta = begin_delta(path, base.token, base.dimension, base.revision)
    changed = transaction.vectors.count_changed_since(model, delta.revision)
    if not changed or (changed < policy.worth_saving and not always):
        return False
    if not policy.is_enough(delta.rows + changed, base.count):
        delta.append(transaction.vectors.changed_since(model, delta.revision), transaction.revision)
        return True
    count = transaction.vectors.count(model)
    opened = _opened_sound(path)
    if opened is None or base.recall is None or count > policy.retrained_at * base.trained_on:
        _build(path, transaction, model, policy)
    else:
        _merge(path, opened, transaction, model)
    return True


def _opened_sound(path: Path) -> VectorBase | None:
    """Open the base if all its checksums are right: damaged data must not get a new checksum."""
    opened = VectorBase.open(path, to_search=False)
    try:
        if opened is not None:
            opened.check()
    except DamagedLists:
        return None
    return opened


def remove(path: Path) -> None:
    """Delete the files."""
    path.unlink(missing_ok=True)
    delta_path(path).unlink(missing_ok=True)


def _build(path: Path, transaction: Transaction, model: Model, policy: IndexPolicy) -> None:
    """Make the base from the catalog, which is read twice: to assign vectors to lists, and to write them."""
    count = transaction.vectors.count(model)
    recall: Recall | None = None
    if count <= policy.flat_until:
        division: Partition = Sequential(count, model.dimension, policy.a_flat_list)
    else:
        sample = transaction.vectors.sample(model, sample_for(lists_for(count)))
        division = KMeans.of_sample(sample, min(lists_for(count), len(sample)))
        recall = Recall(questions_like(sample))
        del sample
    numbers: list[Numbers] = [np.empty(0, np.int64)]
    for _, vectors in transaction.vectors.portions(model):
        whole = vectors.astype(np.float32)
        numbers.append(division.of(whole))
        if recall is not None:
            recall.see(whole, numbers[-1])
    divided = np.concatenate(numbers)
    lists = len(division.centroids)
    probes, measured = (lists, None) if recall is None else recall.probes(division.centroids, policy.recall)
    facts = BaseFacts(
        model=model.name,
        dimension=model.dimension,
        revision=transaction.revision,
        token=secrets.token_hex(8),
        count=len(divided),
        lists=lists,
        probes=probes,
        recall=measured,
        trained_on=len(divided),
        set_bytes=0,
        check=0,
    )
    sizes = np.bincount(divided, minlength=lists)
    with replaced_whole(path) as temporary, temporary.open("r+b", buffering=0) as file:
        photos = _scatter(file, transaction.vectors.portions(model), divided, sizes, model.dimension)
        write_end(file, facts, division.centroids, sizes, photos)
    _drop_delta(path)


def _scatter(
    file: BinaryIO,
    portions: Iterator[tuple[NDArray[np.int64], Float16Vectors]],
    divided: Numbers,
    sizes: NDArray[np.int64],
    dimension: int,
) -> PhotoSet:
    """Write each vector into its list; returns the photo ids."""
    vectors_at, ids_at = list_places(sizes, dimension)
    row = dimension * HALF.itemsize
    slots = np.empty(len(divided), np.int64)  # by the order of lists
    slots[np.argsort(divided, kind="stable")] = np.arange(len(divided))
    begins = np.cumsum(sizes) - sizes
    ids = np.empty(len(divided), np.int64)
    done = 0
    for photo_ids, vectors in portions:
        lists, some = divided[done : done + len(vectors)], slots[done : done + len(vectors)]
        done += len(vectors)
        ids[some] = photo_ids
        order = np.argsort(some)
        places = (vectors_at[lists] + (some - begins[lists]) * row)[order]
        apart = np.flatnonzero(np.diff(places) != row) + 1
        for run in np.split(np.arange(len(order)), apart):
            file.seek(int(places[run[0]]))
            file.write(vectors[order[run]].tobytes())
    for begin, size, at in zip(begins.tolist(), sizes.tolist(), ids_at.tolist(), strict=True):
        file.seek(at)
        file.write(ids[begin : begin + size].tobytes())
    return PhotoSet.of(ids)


def _merge(path: Path, base: VectorBase, transaction: Transaction, model: Model) -> None:
    """Write the base with the changes since, one list at a time. The partition stays the same."""
    changes = transaction.vectors.changed_since(model, base.facts.revision)
    stale = PhotoSet.of(np.concatenate([changes.photo_ids, changes.gone]))
    numbers = KMeans(base.centroids).of(changes.vectors.astype(np.float32))
    photos = (base.photos - stale) | PhotoSet.of(changes.photo_ids)
    facts = replace(
        base.facts,
        revision=transaction.revision,
        token=secrets.token_hex(8),
        count=len(photos),
    )
    sizes: list[int] = []
    with replaced_whole(path) as temporary, temporary.open("r+b") as file:
        for number, (old_ids, old_vectors) in enumerate(base.lists()):
            held, came = ~stale.holds(old_ids), numbers == number
            photo_ids = np.concatenate([old_ids[held], changes.photo_ids[came]])
            file.write((old_vectors if held.all() else old_vectors[held]).tobytes())
            file.write(changes.vectors[came].tobytes())
            file.write(photo_ids.tobytes())
            sizes.append(len(photo_ids))
        write_end(file, facts, base.centroids, np.array(sizes, np.int64), photos)
    _drop_delta(path)


def _drop_delta(path: Path) -> None:
    """Delete the delta that the new base includes.

    If that fails, its token shows that it belongs to another base.
    """
    with suppress(OSError):
        delta_path(path).unlink(missing_ok=True)
