"""Which dialect a connection speaks: the one place that asks."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Table
from sqlalchemy.dialects.sqlite import Insert

from photoseek.database_address import DatabaseAddress
from photoseek.storage.errors import DatabaseUnfit
from photoseek.storage.schema.protocol import Database, Dialect
from photoseek.storage.schema.sqlite.dialect import Sqlite
from photoseek.storage.schema.sqlite.file import SqliteFile
from photoseek.storage.time_limit import running_limit

_SQLITE = Sqlite()


def dialect_of(connection: Connection) -> Dialect:
    """Return what a connection's database does in its own way."""
    if connection.dialect.name == "sqlite":
        return _SQLITE
    # Here rather than above: its driver is not installed, or takes a while to load.
    from photoseek.storage.schema.postgresql.dialect import Postgresql

    return Postgresql()


def database_at(place: Path | DatabaseAddress) -> Database:
    """Return the database in a file, or at the address of a server. Raises DatabaseUnfit, BadUsage."""
    if isinstance(place, Path):
        return SqliteFile(place)
    try:
        from photoseek.storage.schema.postgresql.database import PostgresqlDatabase
    except ImportError as error:
        raise DatabaseUnfit(
            "a library in PostgreSQL needs psycopg: install it with `pip install 'photoseek[postgres]'`"
        ) from error
    return PostgresqlDatabase(place)


@contextmanager
def writing_in(database: Database) -> Iterator[Connection]:
    """Yield a transaction that writes, with the driver's errors translated."""
    with (
        database.errors_named(),
        database.engine.connect().execution_options(writes=True) as connection,
        connection.begin(),
    ):
        yield connection


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
