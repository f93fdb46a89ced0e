"""Which dialect a connection speaks: the one place that asks."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Table
from sqlalchemy.dialects.sqlite import Insert

from photoseek.storage.schema.protocol import Dialect
from photoseek.storage.schema.sqlite.dialect import Sqlite
from photoseek.storage.time_limit import running_limit

_SQLITE = Sqlite()


def dialect_of(connection: Connection) -> Dialect:
    """Return what a connection's database does in its own way."""
    assert connection.dialect.name == "sqlite"  # noqa: S101 (there is no other yet)
    return _SQLITE


def upsert(connection: Connection, table: Table) -> Insert:
    """Return an INSERT that has `on_conflict_do_update` and `on_conflict_do_nothing`."""
    return dialect_of(connection).upsert(table)


@contextmanager
def ending_statements(connection: Connection) -> Iterator[None]:
    """Interrupt the database's statements, too, once this thread's time limit is over. Raises TimeIsUp."""
    limit = running_limit()
    if limit is None:
        yield
        return
    with dialect_of(connection).interrupting(connection, limit):
        yield
