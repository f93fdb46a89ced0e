"""Recent changes of the vector index, in memory, so that photos are added and removed without rewriting a file."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from photoseek.storage.rows.vectors import HALF, Float16Vectors, Matrix
from photoseek.storage.vector_index.base import add_to_list, empty_lists, search_lists


class RecentVectors:
    """Vectors by photo id, in one list that is always searched whole."""

    def __init__(self, dimension: int) -> None:
        import faiss

        self._dimension = dimension
        self._index = empty_lists(np.zeros((1, dimension), np.float32))
        self._list: Any = faiss.ArrayInvertedLists(1, dimension * HALF.itemsize)
        self._index.replace_invlists(self._list)
        self._photo_ids: list[int] = []  # in the list's order
        self._place: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._photo_ids)

    def put(self, photo_ids: NDArray[np.int64], vectors: Float16Vectors) -> None:
        """Store these vectors, replacing those of the same photos."""
        self.drop(photo_ids)
        ids = photo_ids.tolist()
        self._place.update(zip(ids, range(len(self), len(self) + len(ids)), strict=True))
        self._photo_ids += ids
        add_to_list(self._list, 0, photo_ids, vectors)

    def drop(self, photo_ids: NDArray[np.int64]) -> None:
        """Remove the vectors of these photos."""
        import faiss

        for photo_id in photo_ids.tolist():
            place = self._place.pop(photo_id, None)
            if place is None:
                continue
            last = self._photo_ids.pop()
            if place < len(self):  # the last one moves into the gap
                code: NDArray[np.uint8] = self._codes(len(self) + 1)[-1].copy()
                self._list.update_entry(0, place, last, faiss.swig_ptr(code))
                self._photo_ids[place] = last
                self._place[last] = place
            self._list.resize(0, len(self))

    def search(
        self,
        vector: Matrix,
        limit: int,
        selector: Any,  # noqa: ANN401 (untyped)
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return photo ids and similarities of the nearest."""
        return search_lists(self._index, vector, limit, 1, selector)

    def of(self, photo_id: int) -> Float16Vectors:
        """Return the vector of a photo, (dimension,)."""
        vector: Float16Vectors = self._codes(len(self))[self._place[photo_id]].copy().view(HALF)
        return vector

    def all(self) -> tuple[NDArray[np.int64], Float16Vectors]:
        """Return everything: photo ids and a copy of their vectors."""
        vectors = self._codes(len(self)).copy().view(HALF)
        return np.array(self._photo_ids, np.int64), vectors.reshape(len(self), self._dimension)

    def _codes(self, count: int) -> NDArray[np.uint8]:
        import faiss

        row = self._dimension * HALF.itemsize
        if not count:
            return np.empty((0, row), np.uint8)
        codes: NDArray[np.uint8] = faiss.rev_swig_ptr(self._list.get_codes(0), count * row)
        return codes.reshape(count, row)
