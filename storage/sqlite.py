"""Everything that is SQLite's own and not portable SQL: opening, locking, durability, its error codes."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, exc
from sqlalchemy.dialects.sqlite import insert as upsert

from storage.errors import LibraryDamaged, LibraryInUse, LibraryNotWritable, StorageError

__all__ = ["engine_for", "errors_named", "upsert"]  # PostgreSQL's dialect has the same `insert … on conflict`

WAIT_FOR_WRITER_MS = 30_000
# A 1 KB vector with its row fits seven times in 8 KB but only three times in SQLite's default 4 KB.
_PAGE_BYTES = 8192

_REMEDIES: dict[int, tuple[type[StorageError], str]] = {
    sqlite3.SQLITE_CORRUPT: (LibraryDamaged, "the catalog is damaged: restore {path} from a backup"),
    sqlite3.SQLITE_NOTADB: (
        LibraryDamaged,
        "the catalog is not a database any more: restore {path} from a backup",
    ),
    sqlite3.SQLITE_BUSY: (LibraryInUse, "another photoseek is writing to {path}: wait for it, or stop it"),
    sqlite3.SQLITE_LOCKED: (LibraryInUse, "another photoseek is writing to {path}: wait for it, or stop it"),
    sqlite3.SQLITE_FULL: (
        LibraryNotWritable,
        "the disk that holds {path} is full: free some space and run again",
    ),
    sqlite3.SQLITE_READONLY: (LibraryNotWritable, "{path} can't be written: check the folder's permissions"),
    sqlite3.SQLITE_CANTOPEN: (LibraryNotWritable, "{path} can't be opened: check the folder's permissions"),
    sqlite3.SQLITE_IOERR: (LibraryNotWritable, "the disk that holds {path} reports an error: check the disk"),
    sqlite3.SQLITE_PERM: (LibraryNotWritable, "{path} may not be opened: check the folder's permissions"),
}
_PRIMARY_CODE = 0xFF  # the low byte of an extended result code


def engine_for(path: Path) -> Engine:
    """Open `path` so that a reader never waits for a writer and a reported write survives a power cut."""
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": WAIT_FOR_WRITER_MS / 1000})

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _: object) -> None:
        # The driver would begin transactions of its own, late and never IMMEDIATE; we say BEGIN ourselves.
        connection.isolation_level = None
        connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")  # only heeded by a new file
        connection.execute("PRAGMA journal_mode = WAL")
        # NORMAL would keep the file whole after a power cut but might lose the last reported transactions.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A deferred transaction that reads first and writes later can fail with "busy" without waiting.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@contextmanager
def errors_named(path: Path) -> Iterator[None]:
    """Translate the driver's errors into ours, once, here."""
    try:
        yield
    except exc.DBAPIError as error:
        code = getattr(error.orig, "sqlite_errorcode", 0) & _PRIMARY_CODE
        kind, remedy = _REMEDIES.get(code, (StorageError, f"the catalog {{path}} answered: {error.orig}"))
        raise kind(remedy.format(path=path)) from error
