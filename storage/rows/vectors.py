"""Rows of vectors: one for each photo and model."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, delete, func, select, true

from photoseek.storage.records import Model
from photoseek.storage.rows.models import Models
from photoseek.storage.schema import tables
from photoseek.storage.schema.column_types import vector_bytes
from photoseek.storage.schema.dialect import upsert
from photoseek.storage.schema.portions import in_portions

Matrix = NDArray[np.float32]
Float16Vectors = NDArray[np.float16]  # (n, dimension) float16, as stored

HALF = np.dtype("<f2")
_IDS_A_STATEMENT = 10_000  # SQLite allows 32,766 parameters
_ROWS_A_PORTION = 8192
_UNIT_TOLERANCE = 0.01  # rounding to float16 changes a length by less than a tenth of this


@dataclass(frozen=True, slots=True)
class VectorChanges:
    """The changes that a cache of a model's vectors lacks."""

    photo_ids: NDArray[np.int64]  # (n,)
    vectors: Float16Vectors  # (n, dimension)
    gone: NDArray[np.int64]  # (m,) ids of photos whose vector was deleted


class Vectors:
    """Questions about vectors: float16 in the catalog, float32 everywhere else, unit length."""

    def __init__(self, connection: Connection, revision: int) -> None:
        self._connection = connection
        self._revision = revision

    def save(self, model: Model, vectors: Mapping[int, Matrix]) -> None:
        """Store a (dimension,) vector for each photo id; a second one replaces the first."""
        if not vectors:
            return
        rows = [
            {
                "model_id": model.model_id,
                "photo_id": photo_id,
                "revision": self._revision,
                "data": vector.astype(HALF).tobytes(),
            }
            for photo_id, vector in vectors.items()
        ]
        statement = upsert(self._connection, tables.vector)
        replaced = {"revision": statement.excluded.revision, "data": statement.excluded.data}
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=[tables.vector.c.model_id, tables.vector.c.photo_id], set_=replaced
            ),
            rows,
        )

    def lacking(self, model: Model, photo_ids: Iterable[int]) -> set[int]:
        """Return those of these photos that have no vector of this model."""
        table, asked = tables.vector.c, set(photo_ids)
        there: set[int] = set()
        for some in in_portions(asked, _IDS_A_STATEMENT):
            rows = self._connection.execute(
                select(table.photo_id).where(table.model_id == model.model_id, table.photo_id.in_(some))
            )
            there.update(photo_id for (photo_id,) in rows)
        return asked - there

    def of(self, model: Model, photo_ids: Sequence[int]) -> dict[int, Matrix]:
        """Return the (dimension,) vectors of the photos that have one."""
        table = tables.vector.c
        found: dict[int, Matrix] = {}
        for start in range(0, len(photo_ids), _IDS_A_STATEMENT):
            some = photo_ids[start : start + _IDS_A_STATEMENT]
            rows = self._connection.execute(
                select(table.photo_id, table.data).where(
                    table.model_id == model.model_id, table.photo_id.in_(some)
                )
            )
            found |= {photo_id: _read(data) for photo_id, data in rows}
        return found

    def count(self, model: Model) -> int:
        """Count the photos with a vector of this model."""
        counted = select(func.count()).where(tables.vector.c.model_id == model.model_id)
        return self._connection.execute(counted.select_from(tables.vector)).scalar_one()

    def content_hashes(self, model: Model) -> set[bytes]:
        """Return the hashes of all contents that have a vector."""
        joined = select(tables.photo.c.content_hash).join(tables.vector)
        rows = self._connection.execute(joined.where(tables.vector.c.model_id == model.model_id))
        return {content_hash for (content_hash,) in rows}

    def has_content(self, model: Model, content_hash: bytes) -> bool:
        """Return whether this content has a vector."""
        joined = select(tables.photo.c.id).join(tables.vector)
        asked = joined.where(
            tables.photo.c.content_hash == content_hash, tables.vector.c.model_id == model.model_id
        )
        return self._connection.execute(asked).first() is not None

    def contents_by_size(self, model: Model, sizes: Container[int]) -> dict[int, set[bytes]]:
        """Return the hashes of contents that have a vector and whose files have one of these sizes, by size."""
        size, content_hash = tables.file.c.size, tables.photo.c.content_hash
        joined = select(size, content_hash).join_from(tables.file, tables.photo).join(tables.vector)
        rows = self._connection.execute(
            joined.where(tables.vector.c.model_id == model.model_id).execution_options(
                yield_per=_IDS_A_STATEMENT
            )
        )
        found: dict[int, set[bytes]] = {}
        for of_file, content in rows:
            if of_file in sizes:
                found.setdefault(of_file, set()).add(content)
        return found

    def by_pixels(self, model: Model, pixel_hashes: Sequence[bytes]) -> dict[bytes, Matrix]:
        """Return the existing (dimension,) vectors of photos with these pixels, by pixel hash."""
        asked = select(tables.photo.c.pixel_hash, tables.vector.c.data).join(tables.vector)
        rows = self._connection.execute(
            asked.where(
                tables.vector.c.model_id == model.model_id, tables.photo.c.pixel_hash.in_(pixel_hashes)
            )
        )
        return {pixel_hash: _read(data) for pixel_hash, data in rows}

    def changed_since(self, model: Model, revision: int) -> VectorChanges:
        """Return everything that a cache at `revision` lacks; at -1, all vectors."""
        gone = tables.vector_gone.c
        gone_rows = self._connection.execute(
            select(gone.photo_id).where(gone.model_id == model.model_id, gone.revision > revision)
        )
        portions = list(self._portions(model, tables.vector.c.revision > revision, tables.vector.c.revision))
        none = np.empty(0, np.int64), np.empty((0, model.dimension), HALF)
        photo_ids, vectors = zip(none, *portions, strict=True)
        return VectorChanges(
            photo_ids=np.concatenate(photo_ids),
            vectors=np.concatenate(vectors),
            gone=np.array([photo_id for (photo_id,) in gone_rows], np.int64),
        )

    def any_before(self, photo_ids: Iterable[int], revision: int) -> bool:
        """Return whether any of these photos has a vector that was written at this revision or before."""
        table = tables.vector.c
        return any(
            self._connection.execute(
                select(table.photo_id).where(table.photo_id.in_(some), table.revision <= revision).limit(1)
            ).first()
            for some in in_portions(photo_ids, _IDS_A_STATEMENT)
        )

    def count_changed_since(self, model: Model, revision: int) -> int:
        """Count the changes that a cache at `revision` lacks."""
        counted = (
            select(func.count())
            .select_from(table)
            .where(table.c.model_id == model.model_id, table.c.revision > revision)
            for table in (tables.vector, tables.vector_gone)
        )
        return sum(self._connection.execute(asked).scalar_one() for asked in counted)

    def portions(self, model: Model) -> Iterator[tuple[NDArray[np.int64], Float16Vectors]]:
        """Return an iterator over portions of photo ids and their (n, dimension) vectors, ordered by id."""
        return self._portions(model, true(), tables.vector.c.photo_id)

    def sample(self, model: Model, count: int) -> Matrix:
        """Return (n, dimension) vectors, at most `count`, of photos spread evenly over all."""
        table = tables.vector.c
        asked = select(table.photo_id).where(table.model_id == model.model_id).order_by(table.photo_id)
        photo_ids = [photo_id for (photo_id,) in self._connection.execute(asked)]
        step = max(1, -(-len(photo_ids) // count))
        sampled = np.empty((len(photo_ids[::step]), model.dimension), np.float32)
        filled = 0
        for start in range(0, len(sampled), _ROWS_A_PORTION):
            some = photo_ids[start * step : (start + _ROWS_A_PORTION) * step : step]
            for _, vectors in self._portions(model, table.photo_id.in_(some), table.photo_id):
                sampled[filled : filled + len(vectors)] = vectors
                filled += len(vectors)
        return sampled[:filled]

    def _portions(
        self, model: Model, which: ColumnElement[bool], order: ColumnElement[int]
    ) -> Iterator[tuple[NDArray[np.int64], Float16Vectors]]:
        table = tables.vector.c
        rows = self._connection.execute(
            select(table.photo_id, table.data)
            .where(table.model_id == model.model_id, which)
            # A damaged one must not prevent answers from the others; `verify` names it.
            .where(vector_bytes(table.data) == model.dimension * HALF.itemsize)
            .order_by(order)
            .execution_options(yield_per=_ROWS_A_PORTION)
        )
        for portion in rows.partitions():
            photo_ids, data = zip(*portion, strict=True)
            vectors = np.frombuffer(b"".join(data), HALF).reshape(len(data), model.dimension)
            yield np.array(photo_ids, np.int64), vectors

    def unsound(self, model: Model) -> dict[int, str]:
        """Return invalid vectors: of the wrong size, not numbers, or not of unit length.

        The result says for each photo id what is wrong.
        """
        table = tables.vector.c
        rows = self._connection.execute(
            select(table.photo_id, table.data)
            .where(table.model_id == model.model_id)
            .order_by(table.photo_id)
            .execution_options(yield_per=_IDS_A_STATEMENT)
        )
        wrong = ((photo_id, _what_is_wrong(data, model.dimension)) for photo_id, data in rows)
        return {photo_id: what for photo_id, what in wrong if what}

    def forget(self, photo_ids: Iterable[int]) -> None:
        """Delete these photos' vectors of every model, and record that for the caches."""
        wanted = list(photo_ids)
        for model in Models(self._connection).all():
            self.delete(model, wanted)

    def delete(self, model: Model, photo_ids: Iterable[int]) -> None:
        """Delete these photos' vectors of a model, and record that for the caches."""
        table = tables.vector.c
        for photo_id in photo_ids:
            self._connection.execute(
                delete(tables.vector).where(table.model_id == model.model_id, table.photo_id == photo_id)
            )
            row = {"model_id": model.model_id, "photo_id": photo_id, "revision": self._revision}
            self._connection.execute(
                upsert(self._connection, tables.vector_gone)
                .values(row)
                .on_conflict_do_update(
                    index_elements=["model_id", "photo_id"], set_={"revision": self._revision}
                )
            )


def _what_is_wrong(data: bytes, dimension: int) -> str | None:
    if len(data) != dimension * HALF.itemsize:
        return f"it has {len(data)} bytes instead of {dimension * HALF.itemsize}"
    length = float(np.linalg.norm(_read(data)))
    if not np.isfinite(length):
        return "it holds what is no number"
    if abs(length - 1) > _UNIT_TOLERANCE:
        return f"its length is {length:.3f} instead of 1"
    return None


def _read(data: bytes) -> Matrix:
    return np.frombuffer(data, HALF).astype(np.float32)
