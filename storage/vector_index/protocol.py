"""What all vector indexes do, whether a file has the vectors or a database compares them itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from photoseek.storage.catalog.catalog import Transaction
from photoseek.storage.records import Model
from photoseek.storage.rows.vectors import Float16Vectors, Matrix


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The nearest photos of one vector, nearest first."""

    photo_ids: NDArray[np.int64]  # (k,)
    similarities: NDArray[np.float32]  # (k,) cosines


class IndexFacts(Protocol):
    """How the index of a library searches."""

    @property
    def is_exact(self) -> bool:
        """Whether every search compares all vectors."""

    @property
    def recall(self) -> float | None:
        """The share of the ten nearest that it finds, as measured when it was made; None if exact."""

    def in_words(self) -> str:
        """Return how a question that isn't answered exactly is, as the subject of a sentence goes on."""

    def as_json(self) -> dict[str, object]:
        """Return the JSON shape: lists, and how many of them a question searches, or the width of a graph."""


class VectorIndex(Protocol):
    """All vectors of one model at one revision of the catalog; threads may share it."""

    model: Model
    revision: int

    def __len__(self) -> int: ...

    @property
    def facts(self) -> IndexFacts | None:
        """How it searches; None if there is no index yet, so that it does so exactly."""

    def catch_up(self, transaction: Transaction) -> None:
        """Take in the catalog's changes since its revision."""

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

        `transaction` is that of the question, if it has one. Raises StorageError.
        """

    def contents(self) -> Iterator[tuple[NDArray[np.int64], Float16Vectors]]:
        """Yield all photo ids and vectors, in portions."""
