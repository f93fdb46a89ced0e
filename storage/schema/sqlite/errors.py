"""SQLite's errors, as ours."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import exc

from photoseek.storage.errors import (
    LibraryDamaged,
    LibraryInUse,
    LibraryMoved,
    LibraryNotWritable,
    NotYours,
    StorageError,
)
from photoseek.storage.names import for_terminal
from photoseek.storage.schema.editing import NOT_YOURS

_READONLY_DISK = -1  # a code that SQLite doesn't have
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
PRIMARY_CODE = 0xFF  # the low byte of an extended result code
# SQLite's errors if it can't write beside a database, or to the disk at all.
NO_FILES_BESIDE = {
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
}
_LEAST_FREE_BYTES = 1 << 18  # needed by an open database with its files beside it


@contextmanager
def errors_named(path: Path) -> Iterator[None]:
    """Translate the driver's errors into ours, once, here."""
    try:
        yield
    except (exc.DBAPIError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, exc.DBAPIError) else error
        if getattr(cause, "sqlite_errorcode", 0) == sqlite3.SQLITE_CONSTRAINT_TRIGGER:  # of those that refuse
            raise (
                NotYours(NOT_YOURS) if str(cause) == NOT_YOURS else LibraryMoved.said(str(cause))
            ) from None
        kind, remedy = _REMEDIES.get(
            _code(cause, path.parent), (StorageError, f"the catalog {{path}} answered: {cause}")
        )
        raise kind(remedy.format(path=for_terminal(str(path)))) from error


def _code(error: BaseException | None, folder: Path) -> int:
    """Return SQLite's code for an error, or the code of its cause if a folder could not be written."""
    code: int = getattr(error, "sqlite_errorcode", 0) & PRIMARY_CODE
    return (_cause(folder) or code) if code in NO_FILES_BESIDE else code


def _cause(folder: Path) -> int | None:
    """Return why SQLite can't write into a folder, as one of its codes; its own error doesn't say it."""
    if not hasattr(os, "statvfs"):  # Windows
        return None
    try:
        disk = os.statvfs(folder)
    except OSError:
        return None
    if disk.f_flag & os.ST_RDONLY:
        return _READONLY_DISK
    # Not `f_bfree`, which on ext4 counts blocks reserved for root.
    no_names_left = disk.f_files > 0 and disk.f_favail == 0
    return sqlite3.SQLITE_FULL if disk.f_bavail * disk.f_frsize < _LEAST_FREE_BYTES or no_names_left else None


def is_disk_full(error: sqlite3.Error, folder: Path) -> bool:
    """Return whether an error means that the disk of the folder is full."""
    return _code(error, folder) == sqlite3.SQLITE_FULL
