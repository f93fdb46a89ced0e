"""A catalog in a PostgreSQL database: its connections, transactions, and errors."""

import selectors
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from typing import Any

import psycopg
from psycopg import IsolationLevel, conninfo
from psycopg.abc import Buffer
from psycopg.adapt import Dumper, Loader
from psycopg.pq import Format
from psycopg.types.string import StrDumper
from sqlalchemy import Connection, Engine, QueuePool, create_engine, event, exc
from sqlalchemy.pool import ConnectionPoolEntry

from photoseek.database_address import DatabaseAddress
from photoseek.errors import BadUsage
from photoseek.storage.errors import (
    DatabaseNotReached,
    DatabaseUnfit,
    LibraryDamaged,
    LibraryInUse,
    LibraryMoved,
    LibraryNotWritable,
    NotYours,
    StorageError,
)
from photoseek.storage.names import for_terminal
from photoseek.storage.schema.column_types import Halves
from photoseek.storage.schema.postgresql.types import DRIVER

WAIT_FOR_WRITER_MS = 30_000
_REACHED_WITHIN_S = 10
_INDEXING_LOCK = "SELECT pg_try_advisory_lock(hashtext('photoseek indexing'), hashtext(current_schema()))"
_OLDEST = 160_000  # as the server counts: 16.0
# One writer at a time, as in SQLite: so what a transaction has read is still so when it writes.
_WRITER_LOCK = "SELECT pg_advisory_xact_lock(hashtext('photoseek'), hashtext(current_schema()))"
MOVED = "PM001"  # an SQLSTATE of our own
REFUSED = "PM002"  # likewise: a user may not write this
ENDED = "ended"  # marks a connection that isn't used again
_USED_AT = "used at"  # of a connection: when it was given back, monotonic
_IDLE_S = 60.0  # after which a connection may have been dropped on the way, which only a question shows
_WRONG_HOST = "check the address, and that the server runs"
_NOT_LET_IN = (
    "authentication",
    "password",
    "pg_hba.conf",
    "not permitted to log in",
)  # in what a server says where no SQLSTATE is known
_NO_ROOM = ("too many", "connection slots")  # likewise
# Whatever lies in the schema, but for what extensions put there.
_HOLDS = """
SELECT to_regclass('library_place') IS NOT NULL, EXISTS (
    SELECT FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT EXISTS (
        SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e'
    )
)"""
# In one round trip: how long a lock is waited for, the schema of the tables, and those of extensions out of reach.
_NAMES = """
SELECT set_config('lock_timeout', %s, false), current_schema(), (
    SELECT string_agg(DISTINCT quote_ident(nspname), ', ')
    FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace
    WHERE extname IN ('pg_trgm', 'vector') AND nspname <> ALL (current_schemas(true))
)"""
# A copy of a database has the same id, so its server and its own number are asked for, too.
_IDENTITY = """
SELECT id, (SELECT oid FROM pg_database WHERE datname = current_database()), current_schema(),
    (SELECT system_identifier FROM pg_control_system())
FROM library_place"""

# By the beginning of an SQLSTATE, the longest first.
_REMEDIES: tuple[tuple[str, type[StorageError], str], ...] = (
    ("55P03", LibraryInUse, "another photoseek is writing to {place}: wait for it, or stop it"),
    ("40", LibraryInUse, "another photoseek was writing to {place}: run again"),
    (
        "42501",
        LibraryNotWritable,
        "{place} refuses this user ({cause}): grant the right, or use another",
    ),
    ("25006", LibraryNotWritable, "{place} is read-only: use its primary server"),
    ("53100", LibraryNotWritable, "the disk of {place} is full: free some space and run again"),
    ("53", LibraryInUse, "{place} has no room for another connection now: try again, or allow more"),
    ("58P01", DatabaseUnfit, "{place} lacks an extension ({cause}): install it on its server"),
    ("0A000", DatabaseUnfit, "{place} lacks an extension ({cause}): install it on its server"),
    ("57P", DatabaseNotReached, "{place} can't be reached ({cause}): " + _WRONG_HOST),
    ("08", DatabaseNotReached, "{place} can't be reached ({cause}): " + _WRONG_HOST),
    ("XX00", LibraryDamaged, "{place} is damaged ({cause}): put a backup in its place"),
)


class _NoNul(StrDumper):
    """Writes text without NUL, which PostgreSQL's can't hold: ␀ stands for it."""

    def dump(self, obj: str) -> bytes | None:
        return super().dump(obj.replace("\0", "\u2400"))  # type: ignore[return-value]


class _AsSent(Dumper):
    """Sends a vector in the server's own form, which is half as long as digits and quicker to read."""

    format = Format.BINARY

    def dump(self, obj: bytes) -> bytes:
        return bytes(obj)


class _PlainNumber(Loader):
    """Reads the sum of whole numbers, which PostgreSQL makes a decimal, as SQLite gives it."""

    def load(self, data: Buffer) -> int | float:
        text = bytes(data).decode()
        return int(text) if text.removeprefix("-").isdigit() else float(text)


def _has_unread(handle: int) -> bool:
    """Return whether a server said something unasked: that it ends, or that the connection has."""
    with selectors.DefaultSelector() as selector:
        selector.register(handle, selectors.EVENT_READ)
        return bool(selector.select(0))


class PostgresqlDatabase:
    """Implements `photoseek.storage.schema.protocol.Database`, which says what each does."""

    is_shared_by_users = True  # what is seen is said for one transaction alone

    def __init__(self, address: DatabaseAddress) -> None:
        """Take an address; nothing is connected yet. Raises BadUsage if libpq can't read it."""
        try:
            conninfo.conninfo_to_dict(address.url)
        except psycopg.Error:  # its message may hold a part of the password
            raise BadUsage(
                f"the address {for_terminal(str(address))} of the library's database can't be read: check its form"
            ) from None
        self.shown = f"the database {for_terminal(str(address))}"
        self._url = address.url
        self.engine = self._engine()

    def _engine(self) -> Engine:
        engine = create_engine(f"{DRIVER}://", creator=self._connected, poolclass=QueuePool)

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            options = connection.get_execution_options()
            writes, beside = options.get("writes", False), options.get("beside", False)
            driver: Any = connection.connection.driver_connection
            # A writer sees what the writer before it committed, although it may have waited for it.
            driver.isolation_level = (
                IsolationLevel.READ_COMMITTED if writes or beside else IsolationLevel.REPEATABLE_READ
            )
            driver.read_only = not (writes or beside)
            if writes:
                connection.exec_driver_sql(_WRITER_LOCK)

        # Not by SQLAlchemy's `pool_pre_ping`, which waits for the server's answer before each transaction.
        @event.listens_for(engine, "checkout")
        def checkout(driver: Any, record: ConnectionPoolEntry, _: object) -> None:  # noqa: ANN401 (a driver's)
            if _has_unread(driver.fileno()):
                raise exc.DisconnectionError
            used_at = record.info.get(_USED_AT)
            if used_at is not None and time.monotonic() - used_at > _IDLE_S:
                try:
                    engine.dialect.do_ping(driver)
                except psycopg.Error as error:
                    raise exc.DisconnectionError from error

        @event.listens_for(engine, "checkin")
        def checkin(_: object, record: ConnectionPoolEntry) -> None:
            record.info[_USED_AT] = time.monotonic()
            if ENDED in record.info:
                record.invalidate()

        return engine

    def _connected(self) -> "psycopg.Connection[Any]":
        connection = psycopg.connect(
            self._url, autocommit=True, connect_timeout=_REACHED_WITHIN_S, client_encoding="UTF8"
        )
        try:
            self._refuse_unfit(connection)
            self._find_names(connection)
            connection.adapters.register_dumper(str, _NoNul)
            connection.adapters.register_loader("numeric", _PlainNumber)
            connection.adapters.register_dumper(Halves, _AsSent)
            connection.autocommit = False
        except BaseException:
            connection.close()
            raise
        return connection

    def _refuse_unfit(self, connection: "psycopg.Connection[Any]") -> None:
        if connection.info.server_version < _OLDEST:
            raise DatabaseUnfit(f"{self.shown} is older than PostgreSQL 16: upgrade its server")
        if connection.info.parameter_status("server_encoding") != "UTF8":
            raise DatabaseUnfit(f"{self.shown} doesn't store text as UTF-8: make one that does")

    def _find_names(self, connection: "psycopg.Connection[Any]") -> None:
        """Have names found where the address says, and those of extensions wherever they were made."""
        found = connection.execute(_NAMES, (str(WAIT_FOR_WRITER_MS),)).fetchone()
        _, schema, elsewhere = found or (None, None, None)
        if schema is None:
            raise DatabaseUnfit(
                f"{self.shown} has no schema that this user may look into: make the one in the address with "
                "CREATE SCHEMA, or grant its USAGE"
            )
        if elsewhere is not None:
            added = "SELECT set_config('search_path', current_setting('search_path') || ', ' || %s, false)"
            connection.execute(added, (elsewhere,))

    @contextmanager
    def errors_named(self) -> Iterator[None]:
        """Translate the driver's errors into ours."""
        try:
            yield
        except (exc.DBAPIError, psycopg.Error) as error:
            cause = error.orig if isinstance(error, exc.DBAPIError) else error
            raise self._named(cause) from error

    def _named(self, error: BaseException | None) -> StorageError:
        state = getattr(error, "sqlstate", None)
        said = (str(error).strip().splitlines() or [""])[0]
        if state is None and isinstance(error, psycopg.OperationalError):
            return self._not_connected(said.rpartition("failed: ")[2].removeprefix("FATAL:").strip())
        if state == MOVED:
            return LibraryMoved.said(for_terminal(said))
        if state == REFUSED:
            return NotYours(said)
        for begins, kind, remedy in _REMEDIES:
            if (state or "").startswith(begins):
                return kind(remedy.format(place=self.shown, cause=for_terminal(said)))
        return StorageError(f"{self.shown} answered: {for_terminal(said)}")

    def _not_connected(self, said: str) -> DatabaseNotReached:
        because = f"({for_terminal(said)})"
        if any(word in said for word in _NOT_LET_IN):
            return DatabaseNotReached(
                f"{self.shown} lets nobody in so {because}: check the name, and the password in ~/.pgpass or "
                "PGPASSWORD"
            )
        if any(word in said for word in _NO_ROOM):
            return DatabaseNotReached(
                f"{self.shown} has no room for another connection now {because}: try again, or allow more"
            )
        return DatabaseNotReached(f"{self.shown} can't be reached {because}: {_WRONG_HOST}")

    @contextmanager
    def indexing(self) -> Iterator[None]:
        """Hold an advisory lock with a connection of its own, so that it ends with the process."""
        with self.errors_named():
            holding = self._connected()
        try:
            with self.errors_named():
                holding.autocommit = True
                held = holding.execute(_INDEXING_LOCK).fetchone()
            if held is None or not held[0]:
                raise LibraryInUse(
                    f"another photoseek is indexing into {self.shown}, perhaps on another machine: "
                    "wait until it is done, or stop it"
                )
            yield
        finally:
            with suppress(psycopg.Error):  # the server may notice only later that a connection was closed
                holding.execute("SELECT pg_advisory_unlock_all()")
            holding.close()

    @contextmanager
    def alone(self) -> Iterator["psycopg.Connection[Any]"]:
        """Yield a connection without transactions."""
        with self.errors_named():
            connection = self._connected()
            try:
                connection.autocommit = True
                connection.execute("SET lock_timeout = 0")  # what is made beside others waits for them
                yield connection
            finally:
                connection.close()

    def complaints(self, connection: Connection) -> list[str]:
        """Return nothing: a server checks its own pages, and says what is wrong as they are read."""
        return []

    def refuse_other(self, connection: Connection) -> None:
        """Raise DatabaseUnfit where there are tables, but none of a library's."""
        is_library, is_used = connection.exec_driver_sql(_HOLDS).one()
        if is_used and not is_library:
            raise DatabaseUnfit(
                f"{self.shown} holds something else than a library: make an empty one with CREATE DATABASE"
            )

    def identity(self) -> str:
        """Return the id that the database holds, joined with what tells its copies apart."""
        with self.errors_named(), self.engine.begin() as connection:
            known = connection.exec_driver_sql(_IDENTITY).one()
        return sha256(repr(tuple(map(str, known))).encode()).hexdigest()[:32]

    def taken_bytes(self) -> int:
        """Return the size of the whole database."""
        with self.errors_named(), self.engine.begin() as connection:
            size = connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one()
        return int(size)
