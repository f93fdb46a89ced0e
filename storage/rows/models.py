"""Rows of models: which ones the library has vectors of, and which one answers."""

from sqlalchemy import Connection, delete, false, func, insert, literal, select, update

from photoseek.storage.records import Model
from photoseek.storage.rows.videos.moments import VideoMoments
from photoseek.storage.schema import tables
from photoseek.storage.schema.column_types import vector_bytes
from photoseek.storage.schema.dialect import upsert


class Models:
    """Questions about the library's embedding models."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def in_use(self) -> Model | None:
        """Return the model that answers; None before the first index."""
        joined = select(tables.model).join(tables.library, tables.library.c.model_id == tables.model.c.id)
        row = self._connection.execute(joined).first()
        return None if row is None else Model(*row)

    def all(self) -> list[Model]:
        """Return every model that the library has, or will have, vectors of."""
        rows = self._connection.execute(select(tables.model).order_by(tables.model.c.id))
        return [Model(*row) for row in rows]

    def named(self, name: str) -> Model | None:
        """Return the model of this name, if the library knows it."""
        row = self._connection.execute(select(tables.model).where(tables.model.c.name == name)).first()
        return None if row is None else Model(*row)

    def on_its_way(self) -> Model | None:
        """Return the model that will answer once every photo has a vector of it, if there is one."""
        library = tables.library.c
        joined = select(tables.model).join(tables.library, library.next_model_id == tables.model.c.id)
        row = self._connection.execute(
            joined.where(library.next_model_id.is_distinct_from(library.model_id))
        ).first()
        return None if row is None else Model(*row)

    def add(self, name: str, dimension: int, weights: str | None, tokenizer: str | None = None) -> Model:
        """Add a model. One with the same name keeps its vectors."""
        known = self.named(name)
        if known is None:
            added = insert(tables.model).values(
                name=name, dimension=dimension, weights=weights, tokenizer=tokenizer
            )
            self._connection.execute(added)
        elif (weights, tokenizer) != (known.weights, known.tokenizer):
            moved = update(tables.model).where(tables.model.c.id == known.model_id)
            self._connection.execute(moved.values(weights=weights, tokenizer=tokenizer))
        else:
            return known
        found = self.named(name)
        assert found is not None  # noqa: S101 (written in this transaction)
        return found

    def use(self, model: Model) -> None:
        """Put this model to use now, and cancel a switch to another."""
        self._connection.execute(update(tables.library).values(model_id=model.model_id, next_model_id=None))

    def use_later(self, model: Model) -> None:
        """Put this model to use once every photo has a vector of it."""
        self._connection.execute(update(tables.library).values(next_model_id=model.model_id))

    def keep(self) -> None:
        """Keep the model in use, even if a newer photoseek would replace it by default."""
        # It is also stored as the next model; any other choice overwrites that.
        self._connection.execute(update(tables.library).values(next_model_id=tables.library.c.model_id))

    def is_kept(self) -> bool:
        """Return whether a person chose to keep the model in use."""
        library = tables.library.c
        return self._connection.execute(
            select(func.coalesce(library.next_model_id == library.model_id, false()))
        ).scalar_one()

    def vector_counts(self) -> dict[int, int]:
        """How many photos have a vector, by model id."""
        table = tables.vector.c
        rows = self._connection.execute(select(table.model_id, func.count()).group_by(table.model_id))
        return {model_id: count for model_id, count in rows}  # noqa: C416 (rows are not pairs to dict())

    def drop_vectors(self, model: Model, revision: int) -> tuple[int, int]:
        """Delete every vector of a model; returns how many, and how many bytes they were.

        The model's row stays, and the deletions are recorded for the caches, since the same model may come again.
        """
        vector = tables.vector.c
        mine = vector.model_id == model.model_id
        counted = select(func.count(), func.coalesce(func.sum(vector_bytes(vector.data)), 0)).where(mine)
        count, size = self._connection.execute(counted).one()
        gone = select(vector.model_id, vector.photo_id, literal(revision)).where(mine)
        statement = upsert(self._connection, tables.vector_gone).from_select(
            ["model_id", "photo_id", "revision"], gone
        )
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["model_id", "photo_id"], set_={"revision": revision}
            )
        )
        self._connection.execute(delete(tables.vector).where(mine))
        VideoMoments(self._connection, revision).drop(model)
        return count, size
