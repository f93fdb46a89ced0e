"""Everything that is SQLite's own and not portable SQL: opening, locking, durability, its error codes."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic, sleep

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, exc
from sqlalchemy.dialects.sqlite import insert as upsert

from storage.errors import LibraryDamaged, LibraryInUse, LibraryNotWritable, StorageError
from storage.names import for_terminal

__all__ = [
    "complaints",
    "copy_database",
    "engine_for",
    "errors_named",
    "is_copy",
    "is_database",
    "looking_into",
    "make_one_file",
    "refilled",
    "upsert",  # PostgreSQL's dialect has the same `insert … on conflict`
]

WAIT_FOR_WRITER_MS = 30_000
_BETWEEN_TRIES_S = 0.01
# A 1 KB vector with its row fits seven times in 8 KB but only three times in SQLite's default 4 KB.
_PAGE_BYTES = 8192

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
    sqlite3.SQLITE_PERM: (LibraryNotWritable, "{path} may not be opened: check the folder's permissions"),
}
_PRIMARY_CODE = 0xFF  # the low byte of an extended result code
_BEGINS_WITH = b"SQLite format 3\x00"
_NO_WRITE_AHEAD_LOG = b"\x01\x01"  # at byte 18: the file format's versions for writing and reading


def engine_for(path: Path) -> Engine:
    """Open `path` so that a reader never waits for a writer and a reported write survives a power cut."""
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": WAIT_FOR_WRITER_MS / 1000})

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _: object) -> None:
        # The driver would begin transactions of its own, late and never IMMEDIATE; we say BEGIN ourselves.
        connection.isolation_level = None
        connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")  # only heeded by a new file
        _keep_a_log(connection)
        # NORMAL would keep the file whole after a power cut but might lose the last reported transactions.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A deferred transaction that reads first and writes later can fail with "busy" without waiting.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


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
        code = getattr(said, "sqlite_errorcode", 0) & _PRIMARY_CODE
        kind, remedy = _REMEDIES.get(code, (StorageError, f"the catalog {{path}} answered: {said}"))
        raise kind(remedy.format(path=for_terminal(str(path)))) from error


def is_database(path: Path) -> bool:
    """Tell whether the file begins as SQLite's do."""
    with path.open("rb") as file:
        return file.read(len(_BEGINS_WITH)) == _BEGINS_WITH


def complaints(connection: Connection) -> list[str]:
    """Give what SQLite finds wrong in the whole file; each is a line for a person, if a technical one."""
    said = [line for (line,) in connection.exec_driver_sql("PRAGMA integrity_check")]
    wrong = [] if said == ["ok"] else said
    for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        wrong.append(f"row {row} of the table {table} belongs to no row of the table {parent}")
    return wrong


def is_copy(path: Path) -> bool:
    """Tell whether a file begins as `copy_database` leaves it: it has no write-ahead log, as opening makes."""
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
        connection.execute("ATTACH ? AS source", (str(source),))
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
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=wait)
