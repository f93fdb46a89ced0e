"""Sets of photo ids with one bit for each id, so that a filter costs one test for each photo."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.uint8]


class PhotoSet:
    """A set of photo ids. Ids are row ids of the catalog, so the bits are about as many as photos."""

    def __init__(self, bits: Bits | None = None) -> None:
        self.bits: Bits = np.empty(0, np.uint8) if bits is None else bits

    @classmethod
    def of(cls, photo_ids: NDArray[np.int64]) -> "PhotoSet":
        """Return the set of these ids."""
        if not len(photo_ids):
            return cls()
        held = np.zeros(int(photo_ids.max()) + 1, np.bool_)
        held[photo_ids] = True
        return cls(np.packbits(held, bitorder="little"))

    def __len__(self) -> int:
        return int(np.bitwise_count(self.bits).sum(dtype=np.int64))

    def __bool__(self) -> bool:
        return bool(self.bits.any())

    def __or__(self, other: "PhotoSet") -> "PhotoSet":
        longer, shorter = sorted((self.bits, other.bits), key=len, reverse=True)
        bits = longer.copy()
        bits[: len(shorter)] |= shorter
        return PhotoSet(bits)

    def __and__(self, other: "PhotoSet") -> "PhotoSet":
        both = min(len(self.bits), len(other.bits))
        return PhotoSet(self.bits[:both] & other.bits[:both])

    def __sub__(self, other: "PhotoSet") -> "PhotoSet":
        bits = self.bits.copy()
        both = min(len(bits), len(other.bits))
        bits[:both] &= ~other.bits[:both]
        return PhotoSet(bits)

    def holds(self, photo_ids: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return for each id whether it is in the set."""
        within = photo_ids < len(self.bits) * 8
        held = np.zeros(len(photo_ids), np.bool_)
        some = photo_ids[within]
        held[within] = (self.bits[some >> 3] >> (some & 7)) & 1
        return held

    def as_selector(self, *, inverted: bool = False) -> Any:  # noqa: ANN401 (untyped)
        """Return FAISS's form of the set, or of all ids that are not in it."""
        import faiss

        bitmap: Any = faiss.IDSelectorBitmap  # its stub knows no arrays
        selector = bitmap(self.bits)
        return faiss.IDSelectorNot(selector) if inverted else selector
