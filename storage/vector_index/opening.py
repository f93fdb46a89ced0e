"""Which vector index a library has: files beside its catalog, or the catalog's own database.

What a database's needs is loaded for one: each question to a folder would wait for it.
"""

from contextlib import suppress
from pathlib import Path

from photoseek.storage.catalog.catalog import Catalog, Transaction
from photoseek.storage.errors import StorageError
from photoseek.storage.records import Model
from photoseek.storage.schema.dialect import dialect_of
from photoseek.storage.schema.protocol import NearestVectors
from photoseek.storage.vector_index import upkeep
from photoseek.storage.vector_index.base import read_facts
from photoseek.storage.vector_index.check import differences
from photoseek.storage.vector_index.index import MappedIndex, Reading
from photoseek.storage.vector_index.protocol import IndexFacts, VectorIndex


def open_index(path: Path, transaction: Transaction, model: Model, reading: Reading) -> VectorIndex:
    """Return the up-to-date vector index of a model; `path` is that of the file, if there is one."""
    near = _nearest_of(transaction)
    if near is not None:
        from photoseek.storage.vector_index.in_database import DatabaseIndex

        return DatabaseIndex(near, transaction, model, reading)
    return MappedIndex(path, transaction, model, reading)


def save_index(path: Path, catalog: Catalog, *, always: bool = False) -> None:
    """Update the vector index of the model in use, if enough has changed or `always`.

    It is a cache: as long as it can't be written, what it lacks is read, or all vectors are compared.
    """
    with catalog.read() as transaction:
        model, near = transaction.models.in_use(), _nearest_of(transaction)
        if model is not None and near is None:
            with suppress(OSError):
                upkeep.save(path, transaction, model, always=always)
    if near is not None:
        from photoseek.storage.vector_index import graph_upkeep

        with suppress(StorageError):
            graph_upkeep.save(catalog, near)


def index_facts(path: Path, catalog: Catalog) -> IndexFacts | None:
    """Return how the vector index of the model in use searches; None if there is none yet."""
    with catalog.read() as transaction:
        near, model = _nearest_of(transaction), transaction.models.in_use()
        if near is None:
            return read_facts(path)
        from photoseek.storage.vector_index.in_database import EXACT, graph_facts

        return None if model is None else graph_facts(near, transaction, model) or EXACT


def index_complaints(path: Path, transaction: Transaction) -> list[str]:
    """Return how the vector index of the model in use differs from the catalog; nothing if there is none."""
    model, near = transaction.models.in_use(), _nearest_of(transaction)
    if model is None:
        return []
    if near is not None:
        from photoseek.storage.vector_index import graph_upkeep

        return graph_upkeep.complaints(near, transaction, model)
    return differences(path, transaction, model) if path.exists() else []


def remake_index(path: Path, catalog: Catalog) -> None:
    """Make the vector index of the model in use anew from the catalog."""
    with catalog.read() as transaction:
        near = _nearest_of(transaction)
    if near is not None:
        from photoseek.storage.vector_index import graph_upkeep

        graph_upkeep.remake(catalog, near)
        return
    upkeep.remove(path)
    save_index(path, catalog, always=True)


def _nearest_of(transaction: Transaction) -> NearestVectors | None:
    return dialect_of(transaction.connection).nearest
