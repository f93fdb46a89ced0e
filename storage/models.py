"""Which models does the library have vectors of, and which one answers?"""

from sqlalchemy import Connection, insert, select, update

from storage import tables
from storage.records import Model


class Models:
    """Questions about the library's embedding models."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def in_use(self) -> Model | None:
        """Give the model that answers; None before the first index."""
        joined = select(tables.model).join(tables.library, tables.library.c.model_id == tables.model.c.id)
        row = self._connection.execute(joined).first()
        return None if row is None else Model(*row)

    def all(self) -> list[Model]:
        """Every model that the library has, or is to have, vectors of."""
        rows = self._connection.execute(select(tables.model).order_by(tables.model.c.id))
        return [Model(*row) for row in rows]

    def named(self, name: str) -> Model | None:
        """Give the model of this name, if the library knows it."""
        row = self._connection.execute(select(tables.model).where(tables.model.c.name == name)).first()
        return None if row is None else Model(*row)

    def add(self, name: str, dimension: int, weights: str | None) -> Model:
        """Make the library know a model; one of the same name keeps its vectors."""
        known = self.named(name)
        if known is None:
            added = insert(tables.model).values(name=name, dimension=dimension, weights=weights)
            self._connection.execute(added)
        elif weights != known.weights:
            moved = update(tables.model).where(tables.model.c.id == known.model_id).values(weights=weights)
            self._connection.execute(moved)
        else:
            return known
        found = self.named(name)
        assert found is not None  # noqa: S101 (written in this transaction)
        return found

    def use(self, model: Model) -> None:
        """Let this model answer from now on."""
        self._connection.execute(update(tables.library).values(model_id=model.model_id))
