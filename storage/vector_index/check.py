"""Compares the vector index's cache with the catalog."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photoseek.storage.catalog.catalog import Transaction
from photoseek.storage.records import Model
from photoseek.storage.rows.vectors import Float16Vectors
from photoseek.storage.vector_index.base import DamagedLists, VectorBase, read_facts
from photoseek.storage.vector_index.delta import read_delta
from photoseek.storage.vector_index.index import MappedIndex

_A_TIME = 4096
_SEED = 1
Digests = NDArray[np.uint64]


def differences(path: Path, transaction: Transaction, model: Model) -> list[str]:
    """Return the differences between the cache at `path` and the catalog, each as a sentence.

    Changes that the cache has not caught up with are no difference.
    """
    facts = read_facts(path)
    if facts is None:
        return ["the vector index is torn, or of an earlier photoseek: it is not what was written"]
    if (facts.model, facts.dimension) != (model.name, model.dimension):
        return []  # it is of the previous model, and is made again when needed
    if facts.revision > transaction.revision:
        return ["the vector index is of a later state of the library than the catalog"]
    damage = _damage(path, facts.token)
    if damage is not None:
        return [f"the vector index is damaged: {damage}"]
    cached = MappedIndex(path, transaction, model)
    held, held_digests = _digested(cached.contents(), model.dimension)
    kept, kept_digests = _digested(transaction.vectors.portions(model), model.dimension)
    held_once, first = np.unique(held, return_index=True)
    both, at_held, at_kept = np.intersect1d(held_once, kept, return_indices=True)
    other = held_digests[first][at_held] != kept_digests[at_kept]
    counts = [
        (len(kept) - len(both), "photos have a vector in the catalog and none in the vector index"),
        (len(held_once) - len(both), "photos have a vector in the vector index and none in the catalog"),
        (int(other.sum()), "photos have another vector in the vector index than in the catalog"),
        (len(held) - len(held_once), "photos are in the vector index more than once"),
    ]
    return [f"{count} {what}" for count, what in counts if count]


def _damage(path: Path, token: str) -> str | None:
    """Return which parts of the files are damaged; reads all of them."""
    base, delta = VectorBase.open(path), read_delta(path, token)
    if base is None:
        return "what it says of its lists is not what was written"
    try:
        base.check()
    except DamagedLists:
        return "its vectors or photo ids are not those that were written"
    if delta is not None and delta.changes() is None:
        return "its latest changes are not those that were written"
    return None


def _digested(
    portions: Iterable[tuple[NDArray[np.int64], Float16Vectors]], dimension: int
) -> tuple[NDArray[np.int64], Digests]:
    """Return photo ids and a hash of each vector: the vectors themselves may be too many for memory."""
    odd = 2 * np.random.default_rng(_SEED).integers(0, 1 << 62, dimension, np.uint64) + np.uint64(1)
    ids, digests = [np.empty(0, np.int64)], [np.empty(0, np.uint64)]
    for photo_ids, vectors in portions:
        ids.append(np.asarray(photo_ids))
        for start in range(0, len(vectors), _A_TIME):
            some = np.ascontiguousarray(vectors[start : start + _A_TIME]).view(np.uint16)
            digests.append(some.astype(np.uint64) @ odd)
    return np.concatenate(ids), np.concatenate(digests)
