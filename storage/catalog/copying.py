"""Copies of the catalog: a backup in another place, and one beside it before an upgrade."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import exc

from photoseek.storage.catalog.migrations import schema_version
from photoseek.storage.disk.writing import errors_of, replaced_whole
from photoseek.storage.errors import LibraryDamaged, LibraryNotWritable, NameTaken, UnknownName
from photoseek.storage.names import for_terminal
from photoseek.storage.schema.sqlite import file as sqlite
from photoseek.storage.schema.sqlite.errors import errors_named

# Times the catalog's size: the copy, and a log that may grow to all of its pages.
_UPGRADE_TAKES = 2
_MEGABYTE = 1_000_000


def back_up(catalog: Path, target: Path, *, replace: bool = False) -> None:
    """Copy the catalog's present state to `target`, whatever is written meanwhile.

    `replace` allows overwriting an older backup, and no other file. Raises NameTaken, UnknownName,
    LibraryDamaged, LibraryNotWritable.
    """
    with _backup_at(target, catalog.parent, replace=replace) as copy:
        with errors_named(catalog):
            sqlite.copy_database(catalog, copy)
        with errors_named(catalog), sqlite.opened_read_only(copy) as connection:
            wrong = sqlite.complaints(connection)
        if wrong:
            raise LibraryDamaged(
                f"the catalog is damaged ({wrong[0]}), so no backup was made: "
                "put an older one in its place with `photoseek restore FILE`"
            )


@contextmanager
def backup_of_database(target: Path, *, replace: bool) -> Iterator[Path]:
    """Yield where to make a catalog that then becomes a backup, as `back_up` makes one. Raises as that does."""
    with _backup_at(target, None, replace=replace) as copy:
        yield copy
        sqlite.make_one_file(copy)


@contextmanager
def _backup_at(target: Path, library: Path | None, *, replace: bool) -> Iterator[Path]:
    """Yield a temporary file that then takes the place of `target`, which may not be in the library's folder."""
    target = Path(os.path.realpath(target))  # a link to another disk is kept, and the backup is written there
    _refuse_target(library, target, replace=replace)
    with errors_of(target), replaced_whole(target) as copy:
        yield copy
        _refuse_target(library, target, replace=replace)  # copying and checking took a while


def keep_before_upgrade(catalog: Path, schema: int) -> Path:
    """Copy a catalog beside itself before it gets a newer schema, which older photoseeks can't read.

    Raises LibraryNotWritable, also if the disk has no room for the copy and the upgrade.
    """
    _refuse_without_room(catalog, _UPGRADE_TAKES * catalog.stat().st_size)
    kept = catalog.with_name(f"{catalog.name}.schema-{schema}")
    with errors_of(kept), replaced_whole(kept) as copy, errors_named(catalog):
        sqlite.copy_database(catalog, copy)
    return kept


def _refuse_without_room(catalog: Path, needed: int) -> None:
    free = shutil.disk_usage(catalog.parent).free
    if free < needed:
        raise LibraryNotWritable(
            f"{for_terminal(str(catalog))} is from an earlier photoseek, and to bring it up to date takes "
            f"{-(-needed // _MEGABYTE)} MB, of which its disk has {free // _MEGABYTE} free: free some space and "
            "run again; it is as it was"
        )


def _refuse_target(library: Path | None, target: Path, *, replace: bool) -> None:
    shown = for_terminal(str(target))
    if not target.parent.is_dir():
        raise UnknownName(
            f"there is no folder {for_terminal(str(target.parent))} to keep a backup in: make it first"
        )
    if library is not None and target.is_relative_to(library.resolve()):
        raise NameTaken(f"{shown} is in the library folder, and would be lost with it: choose another place")
    if not target.exists():
        return
    if not replace:
        raise NameTaken(f"{shown} is there already: choose another name, or replace it with --force")
    if not _is_backup(target):
        raise NameTaken(f"{shown} is no backup, and --force replaces nothing else: choose another name")


def _is_backup(target: Path) -> bool:
    """Return whether the file is a backup, rather than a library's catalog or another program's database."""
    if not target.is_file() or not sqlite.is_copy(target):
        return False
    try:
        with sqlite.opened_read_only(target) as connection:
            return schema_version(connection) > 0
    except (sqlite3.Error, exc.SQLAlchemyError):
        return False
