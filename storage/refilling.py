"""Restores a library in a database from a backup, which is a SQLite file."""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection

from photoseek.database_address import DatabaseAddress
from photoseek.storage.catalog.catalog import Catalog
from photoseek.storage.catalog.making import new_catalog
from photoseek.storage.errors import NoLibrary, UnknownName
from photoseek.storage.library import Library
from photoseek.storage.names import for_terminal
from photoseek.storage.restoring import copy_checked, free_name, outdate_caches, upgrade


def restore_database(address: DatabaseAddress, backup: Path) -> Path | None:
    """Replace the rows of the library in a database by a backup's, or begin one there, in one transaction.

    Returns the backup of what was there before, which is kept in the folder of its caches. Raises as `restore`
    does, and what opening a database raises.
    """
    if not backup.is_file():
        raise UnknownName(f"there is no file {for_terminal(str(backup))}: check the path")
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        copy.touch(0o600)
        copy_checked(backup, copy)
        upgrade(copy)
        try:
            library = Library.existing(address)
        except NoLibrary:
            _fill(new_catalog(address), copy)
            return None
        try:
            return _refill(library, copy)
        finally:
            library.close()


def _refill(library: Library, copy: Path) -> Path:
    kept = free_name(library.folder, ends=".backup")
    with library.indexing(), library.catalog.emptied(kept) as target:
        outdate_caches(copy, before=kept)
        _fill(nullcontext(target), copy)
    return kept


def _fill(target: AbstractContextManager[Connection], copy: Path) -> None:
    source = Catalog(copy)
    try:
        source.fill(target)
    finally:
        source.close()
