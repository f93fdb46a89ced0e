"""Nearest-vector search over a mapped base and the changes since, which together cache the catalog's vectors."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photoseek.storage.catalog.catalog import Transaction
from photoseek.storage.records import Model
from photoseek.storage.rows.vectors import Float16Vectors, Matrix, VectorChanges
from photoseek.storage.vector_index.base import BaseFacts, DamagedLists, VectorBase, read_facts
from photoseek.storage.vector_index.delta import read_delta
from photoseek.storage.vector_index.photo_sets import PhotoSet
from photoseek.storage.vector_index.protocol import Neighbours
from photoseek.storage.vector_index.recent import RecentVectors

Reading = Callable[[], AbstractContextManager[Transaction]]

OLDEST = -1  # a revision before the first
# An open index looks for a newer base once it has so many vectors in memory.
_WORTH_LOOKING = 4096
# If a filter leaves fewer than one photo in so many, search exactly: testing every photo's bit costs no more than
# searching the lists, and the nearest of few photos may be in any list.
_FEW = 10
# Search at least so many vectors for each one wanted: recall was measured for ten.
_LOOKED_AT = 100


class MappedIndex:
    """Implements `photoseek.storage.vector_index.protocol.VectorIndex` over files."""

    def __init__(
        self, path: Path, transaction: Transaction, model: Model, reading: Reading | None = None
    ) -> None:
        """Map the cache at `path` and catch up with the catalog; without a cache, read the whole catalog.

        `reading` begins another transaction, for when a search finds a damaged part of the cache.
        """
        self.model = model
        self._path = path
        self._reading = reading
        self._lock = threading.Lock()  # memory must not change during a search
        self._load(transaction, _base_for(path, transaction, model))

    def __len__(self) -> int:
        if self._seen is not None:
            return self._count_seen(self._seen)
        held = len(self._recent)
        return held if self._base is None else held + self._base.facts.count - self._excluded(self._stale)

    @property
    def facts(self) -> BaseFacts | None:
        """The facts in its file; None if there is none yet."""
        return None if self._base is None else self._base.facts

    def catch_up(self, transaction: Transaction) -> None:
        """Apply the catalog's changes since its revision.

        The cost depends on the changes, not on the library's size.
        """
        with self._lock:
            if transaction.revision <= self.revision:
                return
            self._take(transaction.vectors.changed_since(self.model, self.revision), transaction.revision)
            self._see(transaction)
            if len(self._recent) >= _WORTH_LOOKING and self._is_replaced():
                self._load(transaction, _base_for(self._path, transaction, self.model))

    def search(
        self,
        vector: Matrix,
        limit: int,
        *,
        only: NDArray[np.int64] | None = None,
        never: NDArray[np.int64] | None = None,
        transaction: Transaction | None = None,
    ) -> Neighbours:
        """Return the `limit` photos nearest to a (dimension,) vector, among the ids `only` and not among `never`.

        Raises DamagedLists if the cache is damaged and the catalog can't be read.
        """
        refused = PhotoSet() if never is None else PhotoSet.of(never)
        with self._lock:
            allowed = self._allowed(only, refused)
            try:
                in_base = self._search_base(vector, limit, allowed, refused)
            except DamagedLists:
                if self._reading is None:
                    raise
                with self._reading() as later:
                    self._load(later, None)
                in_base = _NONE
            found = [in_base, self._search_recent(vector, limit, allowed, refused)]
        photo_ids, similarities = (np.concatenate(both) for both in zip(*found, strict=True))
        best = np.argsort(-similarities, kind="stable")[: max(0, limit)]
        return Neighbours(photo_ids[best], similarities[best])

    def _count_seen(self, seen: PhotoSet) -> int:
        held = len(PhotoSet.of(self._recent.all()[0]) & seen)
        return held if self._base is None else held + len((self._base.photos - self._stale) & seen)

    def _allowed(self, only: NDArray[np.int64] | None, refused: PhotoSet) -> PhotoSet | None:
        """Return the only photos to search; None: all but those refused."""
        if only is None:
            return None if self._seen is None else self._seen - refused
        allowed = PhotoSet.of(only) - refused
        return allowed if self._seen is None else allowed & self._seen

    def contents(self) -> Iterator[tuple[NDArray[np.int64], Float16Vectors]]:
        """Yield all photo ids and vectors, in portions."""
        if self._base is not None:
            for photo_ids, vectors in self._base.lists():
                held = ~self._stale.holds(photo_ids)
                yield photo_ids[held], vectors[held]
        yield self._recent.all()

    def _load(self, transaction: Transaction, base: VectorBase | None) -> None:
        self._base = base
        self._seen: PhotoSet | None = None  # those that the reader may see; None: all
        self._recent = RecentVectors(self.model.dimension)
        self._stale = PhotoSet()  # photos whose vector in the base is outdated
        self.revision = OLDEST
        if self._base is not None:
            self.revision = self._base.facts.revision
            delta = read_delta(self._path, self._base.facts.token)
            if delta is not None and self.revision <= delta.revision <= transaction.revision:
                changes = delta.changes()
                if changes is not None:
                    self._take(changes, delta.revision)
        self._take(transaction.vectors.changed_since(self.model, self.revision), transaction.revision)
        self._see(transaction)

    def _see(self, transaction: Transaction) -> None:
        seen = transaction.seen_photos()
        self._seen = None if seen is None else PhotoSet.of(seen)

    def _take(self, changes: VectorChanges, revision: int) -> None:
        self._recent.drop(changes.gone)  # first, since a deleted vector may have been added again
        self._recent.put(changes.photo_ids, changes.vectors)
        if self._base is not None:
            self._stale |= PhotoSet.of(np.concatenate([changes.photo_ids, changes.gone]))
        self.revision = revision

    def _is_replaced(self) -> bool:
        facts = read_facts(self._path)
        return facts is not None and (self._base is None or facts.token != self._base.facts.token)

    def _search_base(
        self, vector: Matrix, limit: int, allowed: PhotoSet | None, refused: PhotoSet
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        if self._base is None:
            return _NONE
        if allowed is None:
            excluded = refused | self._stale
            left = self._base.facts.count - self._excluded(excluded)
            selector = excluded.as_selector(inverted=True) if excluded else None
        else:
            among = (allowed - self._stale) & self._base.photos
            left = len(among)
            selector = among.as_selector()
        wanted = min(limit, left)
        if wanted <= 0:
            return _NONE
        found = self._base.search(vector, wanted, self._probes(self._base.facts, left, wanted), selector)
        if len(found[0]) < wanted:  # there are more in other lists
            found = self._base.search(vector, wanted, self._base.facts.lists, selector)
        return found

    def _search_recent(
        self, vector: Matrix, limit: int, allowed: PhotoSet | None, refused: PhotoSet
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        wanted = min(limit, len(self._recent))
        if wanted <= 0:
            return _NONE
        if allowed is None:
            selector = refused.as_selector(inverted=True) if refused else None
        else:
            selector = allowed.as_selector()
        return self._recent.search(vector, wanted, selector)

    def _excluded(self, photos: PhotoSet) -> int:
        """How many of the base's photos are among these."""
        return 0 if self._base is None or not photos else len(self._base.photos & photos)

    @staticmethod
    def _probes(facts: BaseFacts, left: int, wanted: int) -> int:
        """Return how many lists to search if a filter leaves so many photos of the base."""
        if left * _FEW <= facts.count:
            return facts.lists
        looked_at = max(facts.probes * facts.count, wanted * _LOOKED_AT * facts.lists)
        return min(facts.lists, -(-looked_at // left))


_NONE = np.empty(0, np.int64), np.empty(0, np.float32)


def _base_for(path: Path, transaction: Transaction, model: Model) -> VectorBase | None:
    """Open the base if it is of this model, and not of a later state than the catalog's, as after a restore."""
    facts = read_facts(path)
    if facts is None or not fits(facts, transaction, model):
        return None
    opened = VectorBase.open(path)
    return opened if opened is not None and fits(opened.facts, transaction, model) else None


def fits(facts: BaseFacts, transaction: Transaction, model: Model) -> bool:
    """Return whether a base is of this model, and not of a later state than the catalog's, as after a restore."""
    same = (facts.model, facts.dimension) == (model.name, model.dimension)
    return same and facts.revision <= transaction.revision
