"""Rows of who is signed in at the servers of a library in PostgreSQL.

Those of a session are only ever locked for a moment, or skipped, so that no request waits for another.
"""

import secrets

from sqlalchemy import Connection, Select, delete, insert, select, update

from photoseek.storage.rows.users.records import Session
from photoseek.storage.schema import user_tables
from photoseek.storage.schema.dialect import upsert

_TABLE = user_tables.session.c
_SECRET_BYTES = 32


class Sessions:
    """Questions about sessions, by the hashes of their ids. `Catalog.beside` gives them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, key: bytes) -> Session | None:
        """Return a session."""
        asked = select(_TABLE.mark, _TABLE.began, _TABLE.used, _TABLE.user_id, _TABLE.write_token)
        row = self._connection.execute(asked.where(_TABLE.key == key)).first()
        return None if row is None else Session(*row)

    def add(self, key: bytes, session: Session) -> None:
        """Add a session under a new key."""
        row = {
            "key": key,
            "mark": session.mark,
            "began": session.began,
            "used": session.used,
            "user_id": session.user_id,
            "write_token": session.write_token,
        }
        self._connection.execute(insert(user_tables.session).values(row))

    def note_use(self, key: bytes, used: float, before: float) -> None:
        """Set when a session was used, unless that was set since `before`."""
        stale = select(_TABLE.key).where(_TABLE.key == key, _TABLE.used < before)
        noted = update(user_tables.session).where(_TABLE.key.in_(_unlocked(stale)))
        self._connection.execute(noted.values(used=used))

    def end(self, key: bytes) -> None:
        """End a session, if there is one of this key."""
        self._connection.execute(delete(user_tables.session).where(_TABLE.key == key))

    def end_old(self, began: float, used: float) -> None:
        """End those that began, or were used last, before these times."""
        self._end(select(_TABLE.key).where((_TABLE.began < began) | (_TABLE.used < used)))

    def end_least_used(self, most: int, kept: bytes, *, user_id: int | None = None) -> None:
        """Leave at most so many, `kept` among them, in all or, if a user is named, of that user."""
        others = select(_TABLE.key).where(_TABLE.key != kept)
        if user_id is not None:
            others = others.where(_TABLE.user_id == user_id)
        self._end(others.order_by(_TABLE.used.desc(), _TABLE.key).offset(most - 1))

    def secret(self) -> bytes:
        """Return random bytes that all servers of the library know, made when the first of them asks."""
        made = upsert(self._connection, user_tables.server_secret).on_conflict_do_nothing()
        known = select(user_tables.server_secret.c.secret)
        found = self._connection.execute(known).scalar()
        if found is None:
            self._connection.execute(made.values(id=1, secret=secrets.token_bytes(_SECRET_BYTES)))
            found = self._connection.execute(known).scalar_one()
        return bytes(found)

    def _end(self, which: Select[tuple[bytes]]) -> None:
        self._connection.execute(delete(user_tables.session).where(_TABLE.key.in_(_unlocked(which))))


def _unlocked(which: Select[tuple[bytes]]) -> Select[tuple[bytes]]:
    """Return those of some keys whose rows nobody changes now: a restore holds all of them for long."""
    return select(_TABLE.key).where(_TABLE.key.in_(which)).with_for_update(skip_locked=True)
