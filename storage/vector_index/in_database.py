"""The vector index of a library in a database that compares vectors itself: exactly, or by a graph of them.

Vectors stay where they are: what a question may find goes there as one bit for each photo, and the nearest come
back. A graph (HNSW) is only made where comparing all takes longer, as `graph_upkeep` says.
"""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photoseek.storage.catalog.catalog import Transaction
from photoseek.storage.records import Model
from photoseek.storage.rows.vectors import Float16Vectors, Matrix
from photoseek.storage.schema.dialect import dialect_of
from photoseek.storage.schema.protocol import NearestVectors
from photoseek.storage.vector_index.index import Reading
from photoseek.storage.vector_index.protocol import Neighbours

# If a filter leaves fewer than one photo in so many, compare all that it leaves: the graph leads to the nearest of
# all, and those among few may be far from them. docs/lab/performance.md has what either takes.
_FEW = 10
_WIDER = 5  # times as many vectors are held as are asked for
_MOST_LOOKED_AT = 20_000  # before all that a filter leaves are compared after all


@dataclass(frozen=True, slots=True)
class GraphFacts:
    """How questions are answered: what was measured when the graph was made, and is noted with it."""

    count: int  # vectors at that time
    recall: float | None  # of the ten nearest; None: there is no graph, and all are compared
    width: int  # how many vectors a search holds at once, from which it goes on

    @property
    def is_exact(self) -> bool:
        """Whether every search compares all vectors."""
        return self.recall is None

    def in_words(self) -> str:
        """Return how a question is answered, as the subject of a sentence goes on."""
        return "follows links from vector to vector in the database"

    def as_json(self) -> dict[str, object]:
        """Return the JSON shape: without a graph that of one list, else how wide a search is in place of lists."""
        if self.is_exact:
            return {"lists": 1, "probes": 1, "recall_at_10": None}
        return {"width": self.width, "recall_at_10": self.recall}

    def noted(self) -> str:
        """Return the text that is noted with the graph."""
        return json.dumps(asdict(self))


EXACT = GraphFacts(count=0, recall=None, width=0)  # of a model without a graph


def graph_facts(near: NearestVectors, transaction: Transaction, model: Model) -> GraphFacts | None:
    """Return what was noted of a model's graph; None without one, or if it wasn't measured yet."""
    note = near.note(transaction.connection, model.model_id, model.dimension)
    try:
        return None if note is None else GraphFacts(**json.loads(note))
    except (ValueError, TypeError):  # another photoseek's
        return None


def nearest_of(transaction: Transaction) -> NearestVectors | None:
    """Return what finds the nearest vectors in the catalog's database; None where a file does."""
    return dialect_of(transaction.connection).nearest


class DatabaseIndex:
    """Implements `photoseek.storage.vector_index.protocol.VectorIndex`, which says what each does."""

    def __init__(
        self, near: NearestVectors, transaction: Transaction, model: Model, reading: Reading
    ) -> None:
        """Take what finds the nearest; `reading` begins a transaction for a search that has none."""
        self.model = model
        self._near = near
        self._reading = reading
        self._count = transaction.vectors.count(model)
        self._load(transaction)

    def __len__(self) -> int:
        return self._count

    @property
    def facts(self) -> GraphFacts | None:
        """How questions are answered; None: exactly."""
        return self._graph

    def catch_up(self, transaction: Transaction) -> None:
        """Count the vectors again, if some changed: of a million that takes 0.1 s, which a tag is not to cost."""
        if transaction.revision > self.revision:
            # To a user, vectors also come and go with rights.
            if self._seen is not None or transaction.vectors.count_changed_since(self.model, self.revision):
                self._count = transaction.vectors.count(self.model)
            self._load(transaction)

    def search(
        self,
        vector: Matrix,
        limit: int,
        *,
        only: NDArray[np.int64] | None = None,
        never: NDArray[np.int64] | None = None,
        transaction: Transaction | None = None,
    ) -> Neighbours:
        """Return the nearest, in the state that the transaction sees."""
        seen, graph, count = self._seen, self._graph, self._count
        if seen is not None:
            only = seen if only is None else np.intersect1d(only, seen)
        left = count if only is None else len(only)
        wanted = min(limit, left)
        if wanted <= 0:
            return Neighbours(np.empty(0, np.int64), np.empty(0, np.float32))
        asking: AbstractContextManager[Transaction] = (
            self._reading() if transaction is None else nullcontext(transaction)
        )
        with asking as state:
            of: tuple[Any, ...] = (state.connection, self.model.model_id, vector, limit, only, never)
            if graph is not None and left * _FEW >= graph.count and limit * 2 <= self._near.most_width:
                width = max(graph.width * max(1, graph.count // left), limit * _WIDER)
                found = self._near.by_graph(*of, width=width, most=_MOST_LOOKED_AT)
                refused = 0 if never is None else len(never)
                if len(found[0]) >= min(limit, left - refused):
                    return Neighbours(*found)
            return Neighbours(*self._near.exactly(*of))

    def contents(self) -> Iterator[tuple[NDArray[np.int64], Float16Vectors]]:
        """Yield all photo ids and vectors, in portions."""
        with self._reading() as transaction:
            yield from transaction.vectors.portions(self.model)

    def _load(self, transaction: Transaction) -> None:
        self._seen = transaction.seen_photos()  # those that the reader may see; None: all
        self._graph = graph_facts(self._near, transaction, self.model)
        self.revision = transaction.revision
