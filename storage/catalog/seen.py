"""A catalog as one user may see it."""

import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from photoseek.storage.catalog.catalog import Catalog, Transaction
from photoseek.storage.catalog.editing import EditorTransaction, UserTransaction
from photoseek.storage.errors import NotYours
from photoseek.storage.schema.dialect import database_at, dialect_of, writing_in
from photoseek.storage.schema.editing import NOT_YOURS

if TYPE_CHECKING:
    from photoseek.storage.rows.users.sessions import Sessions


class SeenCatalog(Catalog):
    """Shows a user the photos that the user has a right to see, and nothing that comes from others.

    A change of anything that the user has no right to edit raises NotYours, and then nothing is changed.
    """

    def __init__(self, whole: Catalog, user_id: int) -> None:
        """See an open catalog as a user does."""
        self._shares = whole.is_shared_by_users
        # Views stand before the tables of a connection that reads, so one that writes is another.
        self._writer = None if self._shares else database_at(whole.place)
        if self._writer is not None:
            weakref.finalize(self, self._writer.engine.dispose)
        if self._shares:
            self.__dict__.update(whole.__dict__)
        else:
            super().__init__(whole.place)
        self.user_id = user_id
        # Rises when photos come into sight, or go out of it, by more than what changed of them: what was kept of
        # the catalog at a revision, and is brought up to date by what changed since, is worth nothing then.
        self.generation = 0
        self._revision: int | None = None
        self._photos = np.empty(0, np.int64)
        self._noting = Lock()

    @contextmanager
    def beside(self) -> "Iterator[Sessions]":
        """Refuse that: who is signed in isn't seen. Raises NotYours."""
        raise NotYours(NOT_YOURS)

    def close(self) -> None:
        """Close what is this user's own."""
        if not self._shares:
            super().close()
        if self._writer is not None:
            self._writer.engine.dispose()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with writing_in(self._writer or self._database) as connection:
            dialect_of(connection).editing.limit_writes(connection, self.user_id)
            yield connection

    def _changing(self, connection: Connection, revision: int) -> Transaction:
        return EditorTransaction(connection, revision, self.user_id)

    def _reading(self, connection: Connection, revision: int) -> Transaction:
        dialect_of(connection).sight.hide_all_but(connection, self.user_id, revision)
        transaction = UserTransaction(connection, revision)
        self._note(transaction)
        return transaction

    def _note(self, transaction: Transaction) -> None:
        with self._noting:
            before = self._revision
            if before is not None and before >= transaction.revision:
                return
            photos = np.array(transaction.seen_photos(), np.int64)
            if before is not None and self._is_more_than_changed(transaction, before, photos):
                self.generation += 1
            self._revision, self._photos = transaction.revision, photos

    def _is_more_than_changed(self, transaction: Transaction, before: int, photos: NDArray[np.int64]) -> bool:
        """Return whether what is seen became another by more than what changed since a revision."""
        moved = np.setxor1d(self._photos, photos, assume_unique=True)
        if not len(moved):
            return False
        if not set(moved.tolist()) <= transaction.grid.changed_since(before):
            return True
        came = np.setdiff1d(photos, self._photos, assume_unique=True).tolist()
        return transaction.vectors.any_before(came, before)
