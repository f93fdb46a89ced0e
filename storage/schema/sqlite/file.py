"""Everything that is SQLite's own and not portable SQL: opening, locking, durability, copying."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import NoReturn

from sqlalchemy import Connection, Engine, NullPool, QueuePool, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry

from photoseek.storage.disk.privacy import make_private
from photoseek.storage.errors import StorageError
from photoseek.storage.schema.sqlite.errors import NO_FILES_BESIDE, PRIMARY_CODE, errors_named

__all__ = [
    "complaints",
    "copy_database",
    "engine_for",
    "is_copy",
    "is_database",
    "make_one_file",
    "opened_read_only",
    "refilled",
]

WAIT_FOR_WRITER_MS = 30_000
_BETWEEN_TRIES_S = 0.01
# A 1 KB vector with its row fits seven times in 8 KB but only three times in SQLite's default 4 KB.
_PAGE_BYTES = 8192

_SOME_READING = "SELECT count(*) FROM sqlite_schema"
_BEGINS_WITH = b"SQLite format 3\x00"
_NO_WRITE_AHEAD_LOG = b"\x01\x01"  # at byte 18: the file format's versions for writing and reading


class _ReadOnly(sqlite3.Connection):
    """Reads a database in a folder where SQLite can't make its files beside it."""

    why: sqlite3.OperationalError  # the error when it was opened for writing


def engine_for(path: Path) -> Engine:
    """Open `path` so that a reader never waits for a writer and a reported write survives a power cut.

    If the disk is read-only or full, open it read-only.
    """
    # The path never becomes a URL, in which some characters have a meaning.
    engine = create_engine("sqlite://", creator=lambda: _opened(path), poolclass=QueuePool)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A deferred transaction that reads first and writes later can fail with "busy" without waiting.
        writes = connection.get_execution_options().get("writes", False)
        of_driver = connection.connection.dbapi_connection
        if writes and isinstance(of_driver, _ReadOnly):
            raise of_driver.why
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    @event.listens_for(engine, "checkin")
    def checkin(connection: sqlite3.Connection | None, record: ConnectionPoolEntry) -> None:
        # It would not see later writes once the disk accepts files again: each transaction opens it anew.
        if isinstance(connection, _ReadOnly):
            record.invalidate()

    return engine


def _opened(path: Path) -> sqlite3.Connection:
    """Open a database for writing, or else for reading. Raises sqlite3.Error."""
    with suppress(OSError):  # then SQLite raises the reason
        make_private(path)  # SQLite's files beside it get the same mode
    connection = sqlite3.connect(path, timeout=WAIT_FOR_WRITER_MS / 1000, check_same_thread=False)
    try:
        # The driver would begin transactions of its own, late and never IMMEDIATE; we say BEGIN ourselves.
        connection.isolation_level = None
        connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")  # has an effect only on a new file
        _keep_a_log(connection)
        # NORMAL would keep the file whole after a power cut but might lose the last reported transactions.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(_SOME_READING)  # reading creates the files beside it
    except sqlite3.OperationalError as error:
        connection.close()
        if error.sqlite_errorcode & PRIMARY_CODE not in NO_FILES_BESIDE or not _has_content(path):
            raise
        return _open_read_only(path, error)
    except BaseException:
        connection.close()
        raise
    return connection


def _open_read_only(path: Path, why: sqlite3.OperationalError) -> _ReadOnly:
    """Open a database without making files beside it. Raises `why` if that fails too."""
    log = path.with_name(f"{path.name}-wal")
    ways = [
        "mode=ro",  # uses the log of others that have it open
        # Without locks, since nobody can write: with its log if there is one, else the file alone.
        "mode=ro&vfs=unix-none" if os.name == "posix" and _has_content(log) else "immutable=1",
    ]
    for way in ways:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?{way}",
            uri=True,
            timeout=WAIT_FOR_WRITER_MS / 1000,
            check_same_thread=False,
            isolation_level=None,
            factory=_ReadOnly,
        )
        try:
            if "vfs" in way:  # the log's index in this process's own memory
                connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute(_SOME_READING)
        except sqlite3.OperationalError:
            connection.close()
        else:
            connection.why = why
            return connection
    raise why


def _has_content(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except OSError:
        return False


def _keep_a_log(connection: sqlite3.Connection) -> None:
    """Turn the write-ahead log on, waiting for another process that does the same: SQLite would fail at once."""
    until = monotonic() + WAIT_FOR_WRITER_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & PRIMARY_CODE != sqlite3.SQLITE_BUSY or monotonic() > until:
                raise
            sleep(_BETWEEN_TRIES_S)
        else:
            return


class SqliteFile:
    """Implements `photoseek.storage.schema.protocol.Database`, which says what each does."""

    is_shared_by_users = False  # a connection's views stay with it

    def __init__(self, path: Path) -> None:
        """Take the path; the file is opened when it is needed."""
        self._path = path
        self.engine = engine_for(path)

    def errors_named(self) -> AbstractContextManager[None]:
        """Translate the driver's errors into ours."""
        return errors_named(self._path)

    def indexing(self) -> AbstractContextManager[None]:
        """Do nothing: the lock in its folder is enough."""
        return nullcontext()

    def alone(self) -> NoReturn:
        """Raise StorageError: nothing here needs it."""
        raise StorageError("a library in a folder has no vector index in its catalog")

    def complaints(self, connection: Connection) -> list[str]:
        """Return SQLite's findings of damage in the whole file."""
        return complaints(connection)

    def refuse_other(self, connection: Connection) -> None:
        """Do nothing: what isn't a library's is found as it is read."""

    def identity(self) -> tuple[int, int]:
        """Return the file's disk and number."""
        there = self._path.stat()
        return there.st_dev, there.st_ino

    def taken_bytes(self) -> int:
        """Return the file's size."""
        return self._path.stat().st_size


def is_database(path: Path) -> bool:
    """Return whether the file begins like an SQLite database."""
    with path.open("rb") as file:
        return file.read(len(_BEGINS_WITH)) == _BEGINS_WITH


def complaints(connection: Connection) -> list[str]:
    """Return SQLite's findings of damage in the whole file, as technical sentences."""
    cause = [line for (line,) in connection.exec_driver_sql("PRAGMA integrity_check")]
    wrong = [] if cause == ["ok"] else cause
    for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        wrong.append(f"row {row} of the table {table} belongs to no row of the table {parent}")
    return wrong


def is_copy(path: Path) -> bool:
    """Return whether a file begins like a result of `copy_database`: opening a database would turn its log on."""
    with path.open("rb") as file:
        head = file.read(20)
    return head.startswith(_BEGINS_WITH) and head[18:] == _NO_WRITE_AHEAD_LOG


@contextmanager
def opened_read_only(path: Path) -> Iterator[Connection]:
    """Open a database of unknown origin for reading, and don't change it."""
    engine = create_engine("sqlite://", creator=lambda: _reading(path), poolclass=NullPool)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def copy_database(source: Path, target: Path) -> None:
    """Copy one state of a database that others may be writing over `target`, as a single file.

    Raises sqlite3.Error.
    """
    with closing(_reading(source)) as reading, closing(sqlite3.connect(target, isolation_level=None)) as copy:
        reading.backup(copy)
        # The copy is marked as having a write-ahead log, like the source; such files can't be opened on read-only
        # disks.
        copy.execute("PRAGMA journal_mode = DELETE")


@contextmanager
def refilled(target: Path, source: Path) -> Iterator[None]:
    """Run a block while nobody can write to `target`, then replace its rows by those of `source`, all or none.

    Both have the same tables. Readers meanwhile see the old rows. Raises sqlite3.Error.
    """
    wait = WAIT_FOR_WRITER_MS / 1000
    with closing(sqlite3.connect(target, isolation_level=None, timeout=wait)) as connection:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ATTACH ? AS source", (os.fsencode(source),))  # not all names are text
        # The full-text index follows the rows by triggers, and is not one of our tables.
        for table, *_ in connection.execute(
            "SELECT name FROM pragma_table_list WHERE schema = 'source' AND type = 'table' "
            "AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"
        ).fetchall():
            # An upgraded table has its columns in another order than a new one.
            names = connection.execute("SELECT name FROM pragma_table_info(?)", (table,))
            columns = ", ".join(f'"{name}"' for (name,) in names)
            connection.execute(f'DELETE FROM main."{table}"')  # noqa: S608 (names of our own schema)
            connection.execute(
                f'INSERT INTO main."{table}" ({columns}) SELECT {columns} FROM source."{table}"'  # noqa: S608 (as above)
            )
        connection.execute("COMMIT")  # if this isn't reached, closing rolls back


def make_one_file(path: Path) -> None:
    """Move the write-ahead log into the database. Raises sqlite3.Error while another process has it open."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")


def _reading(path: Path) -> sqlite3.Connection:
    wait = WAIT_FOR_WRITER_MS / 1000
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=wait)
    try:
        connection.execute(_SOME_READING)
    except sqlite3.OperationalError as error:
        connection.close()
        return _open_read_only(path, error)
    except BaseException:
        connection.close()
        raise
    return connection
