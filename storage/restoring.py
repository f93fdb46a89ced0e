"""Restores a library's catalog from a backup. Everything else in a library can be made again."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, exc, select, update

from photoseek.storage.catalog.catalog import CATALOG_NAME
from photoseek.storage.catalog.migrations import NEWEST, UPGRADES, migrate, refuse_newer, schema_version
from photoseek.storage.disk.paths import as_meant
from photoseek.storage.disk.writing import errors_of, put_in_place, replaced_whole, temporary_beside
from photoseek.storage.errors import (
    LibraryDamaged,
    LibraryInUse,
    LibraryNotWritable,
    UnknownName,
)
from photoseek.storage.lock import LOCK_NAME, indexing_lock
from photoseek.storage.names import for_terminal
from photoseek.storage.rows.grid import Grid
from photoseek.storage.rows.models import Models
from photoseek.storage.rows.vectors import Vectors
from photoseek.storage.schema import tables
from photoseek.storage.schema.sqlite import file as sqlite
from photoseek.storage.schema.sqlite.errors import errors_named, is_disk_full
from photoseek.storage.vector_index.base import INDEX_NAME
from photoseek.storage.vector_index.delta import DELTA_NAME, latest_revision

_COMPANIONS = ("", "-wal", "-shm")  # suffixes of a database and SQLite's files beside it


def restore(folder: Path, backup: Path) -> Path | None:
    """Replace the catalog of the library in `folder` by a backup. The library need not exist yet.

    An intact catalog receives the backup's rows in one transaction, so that a tag added meanwhile is either in the
    kept copy or applied afterwards. Returns the path of the kept copy of the previous catalog. Raises
    UnknownName, LibraryDamaged, LibraryTooNew, LibraryInUse, LibraryNotWritable.
    """
    if not backup.is_file():
        raise UnknownName(f"there is no file {for_terminal(str(backup))}: check the path")
    folder = as_meant(folder)
    catalog = folder / CATALOG_NAME
    with errors_of(folder), folder_for(catalog), indexing_lock(folder), temporary_beside(catalog) as copy:
        copy_checked(backup, copy)
        put = _refill if _is_well(catalog) else _replace
        return put(catalog, copy)


@contextmanager
def folder_for(catalog: Path) -> Iterator[None]:
    """Make the library's folder for a block, and remove it again if no catalog is made."""
    folder = catalog.parent
    made = [above for above in (folder, *folder.parents) if not above.exists()]
    lock = folder / LOCK_NAME
    lock_is_new = not lock.exists()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield
    except BaseException:
        if not catalog.exists():
            with suppress(OSError):  # a file that somebody else put there meanwhile stays
                if lock_is_new:
                    lock.unlink(missing_ok=True)
                for above in made:
                    above.rmdir()
        raise


def copy_checked(backup: Path, copy: Path) -> None:
    """Copy a backup, and make sure that it is whole. Raises LibraryDamaged, LibraryTooNew, LibraryNotWritable."""
    shown = for_terminal(str(backup))
    if not sqlite.is_database(backup):
        raise LibraryDamaged(f"{shown} is no backup of a photoseek library: choose another file")
    try:
        sqlite.copy_database(backup, copy)
        with sqlite.opened_read_only(copy) as connection:
            version = schema_version(connection)
            wrong = sqlite.complaints(connection)
    except (sqlite3.OperationalError, exc.OperationalError) as error:
        cause = error.orig if isinstance(error, exc.OperationalError) else error
        if isinstance(cause, sqlite3.Error) and is_disk_full(cause, copy.parent):
            disk = for_terminal(str(copy.parent))
            raise LibraryNotWritable(
                f"the disk that holds {disk} has no room for what the backup holds: free some space and run again"
            ) from error
        raise LibraryDamaged(f"{shown} can't be read as a backup ({cause}): choose another file") from error
    except (sqlite3.DatabaseError, exc.DBAPIError, exc.NoResultFound) as error:
        raise LibraryDamaged(f"{shown} is a damaged backup: choose another file") from error
    if version == 0:
        raise LibraryDamaged(f"{shown} is no backup of a photoseek library: choose another file")
    refuse_newer(version, NEWEST)
    if wrong:
        raise LibraryDamaged(f"{shown} is a damaged backup ({wrong[0]}): choose another file")


def _is_well(catalog: Path) -> bool:
    """Return whether the present catalog is intact, has this schema, and is as recent as its caches."""
    if not catalog.exists() or not sqlite.is_database(catalog):
        return False
    try:
        with sqlite.opened_read_only(catalog) as connection:
            if schema_version(connection) != NEWEST or sqlite.complaints(connection):
                return False
            revision = connection.execute(select(tables.library.c.revision)).scalar_one()
            return bool(revision >= latest_revision(catalog.with_name(INDEX_NAME)))
    except (sqlite3.Error, exc.DBAPIError, exc.NoResultFound):
        return False


def _refill(catalog: Path, copy: Path) -> Path:
    """Replace the catalog's rows by those of the copy, and keep a copy of the old ones beside it."""
    upgrade(copy)
    with errors_named(catalog), sqlite.refilled(catalog, copy):
        kept = free_name(catalog.parent, f"{catalog.name}.")
        with replaced_whole(kept) as before:
            sqlite.copy_database(catalog, before)
        outdate_caches(copy, before=kept)
    return kept


def upgrade(copy: Path) -> None:
    """Bring a copy to the newest schema."""
    with _changing(copy) as connection:
        migrate(connection, UPGRADES, keep=lambda _: None)


def outdate_caches(copy: Path, before: Path) -> None:
    """Mark the differences from the catalog `before`, so that running processes with its caches catch up."""
    with sqlite.opened_read_only(before) as connection:
        revision = connection.execute(select(tables.library.c.revision)).scalar_one()
        held = set(connection.execute(select(tables.vector.c.photo_id).distinct()).scalars())
        shown = set(connection.execute(select(tables.photo.c.id)).scalars())
    with _changing(copy) as connection:
        later = 1 + max(revision, connection.execute(select(tables.library.c.revision)).scalar_one())
        connection.execute(update(tables.library).values(revision=later))
        connection.execute(update(tables.vector).values(revision=later))
        Grid(connection).outdate(later, also=shown)
        for model in Models(connection).all():
            table = tables.vector.c
            there = select(table.photo_id).where(table.model_id == model.model_id)
            Vectors(connection, later).delete(model, held.difference(connection.execute(there).scalars()))


@contextmanager
def _changing(copy: Path) -> Iterator[Connection]:
    engine = sqlite.engine_for(copy)
    try:
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            yield connection
    finally:
        engine.dispose()
        sqlite.make_one_file(copy)


def _replace(catalog: Path, copy: Path) -> Path | None:
    """Replace a catalog that is damaged, foreign or missing by the copy, and keep the old one beside it."""
    kept = _keep_present(catalog)
    # A cache may have the same revision with other vectors, or a later one. It is deleted before the catalog is
    # replaced, so that the two never disagree.
    for cache in (INDEX_NAME, DELTA_NAME):
        (catalog.parent / cache).unlink(missing_ok=True)
    # SQLite would take a log that is left over into whatever database has its name.
    for companion in _COMPANIONS[1:]:
        catalog.with_name(catalog.name + companion).unlink(missing_ok=True)
    put_in_place(copy, catalog)
    return kept


def _keep_present(catalog: Path) -> Path | None:
    """Copy the present catalog, damaged or not, beside itself."""
    if not catalog.exists():
        return None
    try:
        sqlite.make_one_file(catalog)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise LibraryInUse(
                f"another photoseek has {for_terminal(str(catalog))} open: wait for it, or stop it, "
                "and restore again"
            ) from error
    except sqlite3.DatabaseError:
        pass  # it is damaged, perhaps the reason to restore: keep its files unchanged
    kept = free_name(catalog.parent, f"{catalog.name}.")
    for companion in _COMPANIONS:
        with suppress(FileNotFoundError), replaced_whole(kept.with_name(kept.name + companion)) as copy:
            shutil.copyfile(catalog.with_name(catalog.name + companion), copy)
    return kept


def free_name(folder: Path, begins: str = "", ends: str = "") -> Path:
    """Return where to keep what a restore replaces: restores within a second have names of their own."""
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    name = f"{begins}before-restore-{moment}"
    others = len(list(folder.glob(f"{name}*")))
    return folder / f"{name}{f'-{others}' if others else ''}{ends}"
