"""Everything that is SQLite's own and not portable SQL: opening, locking, durability, its error codes."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep

from sqlalchemy import Connection, Engine, NullPool, QueuePool, create_engine, event, exc
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.pool import ConnectionPoolEntry

from photoseek.storage.disk.privacy import make_private
from photoseek.storage.errors import LibraryDamaged, LibraryInUse, LibraryNotWritable, StorageError
from photoseek.storage.names import for_terminal

__all__ = [
    "complaints",
    "copy_database",
    "engine_for",
    "errors_named",
    "is_copy",
    "is_database",
    "is_for_want_of_room",
    "looking_into",
    "make_one_file",
    "refilled",
    "upsert",  # PostgreSQL's dialect has the same `insert … on conflict`
]

WAIT_FOR_WRITER_MS = 30_000
_BETWEEN_TRIES_S = 0.01
# A 1 KB vector with its row fits seven times in 8 KB but only three times in SQLite's default 4 KB.
_PAGE_BYTES = 8192

_READONLY_DISK = -1  # no code of SQLite's
_REMEDIES: dict[int, tuple[type[StorageError], str]] = {
    sqlite3.SQLITE_CORRUPT: (
        LibraryDamaged,
        "{path} is damaged: put a backup in its place with `photoseek restore FILE`",
    ),
    sqlite3.SQLITE_NOTADB: (
        LibraryDamaged,
        "{path} is no database: if it is the catalog, put a backup in its place with `photoseek restore FILE`",
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
    _READONLY_DISK: (
        LibraryNotWritable,
        "{path} can't be written, for its disk is read-only: mount it writable, or choose another --library",
    ),
    sqlite3.SQLITE_PERM: (LibraryNotWritable, "{path} may not be opened: check the folder's permissions"),
}
_PRIMARY_CODE = 0xFF  # the low byte of an extended result code
# What SQLite answers where it can't write beside a database, or to the disk at all.
_NO_FILES_BESIDE = {
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
}
_SOME_READING = "SELECT count(*) FROM sqlite_schema"
_LEAST_FREE_BYTES = 1 << 18  # that an open database takes, with what lies beside it
_BEGINS_WITH = b"SQLite format 3\x00"
_NO_WRITE_AHEAD_LOG = b"\x01\x01"  # at byte 18: the file format's versions for writing and reading


class _AsItLies(sqlite3.Connection):
    """Reads a database whose folder takes no files that SQLite keeps beside an open one."""

    why: sqlite3.OperationalError  # it can't be opened for writing


def engine_for(path: Path) -> Engine:
    """Open `path` so that a reader never waits for a writer and a reported write survives a power cut.

    Where the disk is read-only or full, it is read as it lies there.
    """
    # The path never becomes a URL, in which some of its characters would mean something.
    engine = create_engine("sqlite://", creator=lambda: _opened(path), poolclass=QueuePool)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A deferred transaction that reads first and writes later can fail with "busy" without waiting.
        writes = connection.get_execution_options().get("writes", False)
        of_driver = connection.connection.dbapi_connection
        if writes and isinstance(of_driver, _AsItLies):
            raise of_driver.why
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    @event.listens_for(engine, "checkin")
    def checkin(connection: sqlite3.Connection | None, record: ConnectionPoolEntry) -> None:
        # It would not see what is written once the disk takes files again: each transaction tries anew.
        if isinstance(connection, _AsItLies):
            record.invalidate()

    return engine


def _opened(path: Path) -> sqlite3.Connection:
    """Open a database for writing; where that can't be, for reading. Raises sqlite3.Error."""
    with suppress(OSError):  # then SQLite says why
        make_private(path)  # what SQLite keeps beside it gets the same mode
    connection = sqlite3.connect(path, timeout=WAIT_FOR_WRITER_MS / 1000, check_same_thread=False)
    try:
        # The driver would begin transactions of its own, late and never IMMEDIATE; we say BEGIN ourselves.
        connection.isolation_level = None
        connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")  # only heeded by a new file
        _keep_a_log(connection)
        # NORMAL would keep the file whole after a power cut but might lose the last reported transactions.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(_SOME_READING)  # which is what makes the files beside it
    except sqlite3.OperationalError as error:
        connection.close()
        if error.sqlite_errorcode & _PRIMARY_CODE not in _NO_FILES_BESIDE or not _has_content(path):
            raise
        return _as_it_lies(path, error)
    except BaseException:
        connection.close()
        raise
    return connection


def _as_it_lies(path: Path, why: sqlite3.OperationalError) -> _AsItLies:
    """Read a database without making files beside it. Raises `why` where that can't be, either."""
    log = path.with_name(f"{path.name}-wal")
    ways = [
        "mode=ro",  # takes part in what others that have it open keep beside it
        # Without locks, for nobody can write: with its log if there is one, else the file alone.
        "mode=ro&vfs=unix-none" if os.name == "posix" and _has_content(log) else "immutable=1",
    ]
    for way in ways:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?{way}",
            uri=True,
            timeout=WAIT_FOR_WRITER_MS / 1000,
            check_same_thread=False,
            isolation_level=None,
            factory=_AsItLies,
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
    """Turn the write-ahead log on, waiting for another process that does: SQLite refuses that one at once."""
    until = monotonic() + WAIT_FOR_WRITER_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & _PRIMARY_CODE != sqlite3.SQLITE_BUSY or monotonic() > until:
                raise
            sleep(_BETWEEN_TRIES_S)
        else:
            return


@contextmanager
def errors_named(path: Path) -> Iterator[None]:
    """Translate the driver's errors into ours, once, here."""
    try:
        yield
    except (exc.DBAPIError, sqlite3.Error) as error:
        said = error.orig if isinstance(error, exc.DBAPIError) else error
        kind, remedy = _REMEDIES.get(
            _code(said, path.parent), (StorageError, f"the catalog {{path}} answered: {said}")
        )
        raise kind(remedy.format(path=for_terminal(str(path)))) from error


def _code(error: BaseException | None, folder: Path) -> int:
    """Return SQLite's code for an error, or that of its cause where it could not write into a folder."""
    code: int = getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE
    return (_cause(folder) or code) if code in _NO_FILES_BESIDE else code


def _cause(folder: Path) -> int | None:
    """Say why SQLite can't write into a folder, which its own answer leaves open: as one of its codes."""
    if not hasattr(os, "statvfs"):  # Windows
        return None
    try:
        disk = os.statvfs(folder)
    except OSError:
        return None
    if disk.f_flag & os.ST_RDONLY:
        return _READONLY_DISK
    # Not `f_bfree`, for root: ext4 counts blocks there that it gives to nobody.
    no_names_left = disk.f_files > 0 and disk.f_favail == 0
    return sqlite3.SQLITE_FULL if disk.f_bavail * disk.f_frsize < _LEAST_FREE_BYTES or no_names_left else None


def is_for_want_of_room(error: sqlite3.Error, folder: Path) -> bool:
    """Return whether the disk of the folder was too full for what was to be written into it."""
    return _code(error, folder) == sqlite3.SQLITE_FULL


def is_database(path: Path) -> bool:
    """Return whether the file begins as SQLite's do."""
    with path.open("rb") as file:
        return file.read(len(_BEGINS_WITH)) == _BEGINS_WITH


def complaints(connection: Connection) -> list[str]:
    """Return what SQLite finds wrong in the whole file; each is a line for a person, if a technical one."""
    said = [line for (line,) in connection.exec_driver_sql("PRAGMA integrity_check")]
    wrong = [] if said == ["ok"] else said
    for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        wrong.append(f"row {row} of the table {table} belongs to no row of the table {parent}")
    return wrong


def is_copy(path: Path) -> bool:
    """Return whether a file begins as `copy_database` leaves it: it has no write-ahead log, as opening makes."""
    with path.open("rb") as file:
        head = file.read(20)
    return head.startswith(_BEGINS_WITH) and head[18:] == _NO_WRITE_AHEAD_LOG


@contextmanager
def looking_into(path: Path) -> Iterator[Connection]:
    """Read a database that may be of anybody's making, and leave it as it is."""
    engine = create_engine("sqlite://", creator=lambda: _reading(path), poolclass=NullPool)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def copy_database(source: Path, target: Path) -> None:
    """Copy one state of a database, which others may be writing, over `target`, whole and as a single file.

    Raises sqlite3.Error.
    """
    with closing(_reading(source)) as reading, closing(sqlite3.connect(target, isolation_level=None)) as copy:
        reading.backup(copy)
        # The copy says that it has a write-ahead log, as the source does; read-only disks refuse such files.
        copy.execute("PRAGMA journal_mode = DELETE")


@contextmanager
def refilled(target: Path, source: Path) -> Iterator[None]:
    """Let a block run while nobody can write to `target`, then give it the rows of `source`, all or none.

    Both have the same tables. Who reads meanwhile goes on reading what was there. Raises sqlite3.Error.
    """
    wait = WAIT_FOR_WRITER_MS / 1000
    with closing(sqlite3.connect(target, isolation_level=None, timeout=wait)) as connection:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ATTACH ? AS source", (os.fsencode(source),))  # not all names are text
        # What is indexed of the rows follows them by triggers, and is no table of ours.
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
        connection.execute("COMMIT")  # closing rolls back what did not come so far


def make_one_file(path: Path) -> None:
    """Take the write-ahead log into the database. Raises sqlite3.Error while anybody else has it open."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")


def _reading(path: Path) -> sqlite3.Connection:
    wait = WAIT_FOR_WRITER_MS / 1000
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=wait)
    try:
        connection.execute(_SOME_READING)
    except sqlite3.OperationalError as error:
        connection.close()
        return _as_it_lies(path, error)
    except BaseException:
        connection.close()
        raise
    return connection
