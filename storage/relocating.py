"""Moves a whole library to another place: into a database, out of one, or into another folder."""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from sqlalchemy import Connection

from photoseek.database_address import DatabaseAddress
from photoseek.storage.catalog.catalog import CATALOG_NAME, no_library
from photoseek.storage.catalog.making import new_catalog
from photoseek.storage.catalog.moved import unmark
from photoseek.storage.disk.paths import as_meant
from photoseek.storage.disk.writing import errors_of, put_in_place, temporary_beside
from photoseek.storage.errors import NameTaken
from photoseek.storage.library import Library, Place
from photoseek.storage.names import for_terminal
from photoseek.storage.restoring import folder_for
from photoseek.storage.schema.dialect import database_at, writing_in
from photoseek.storage.schema.sqlite import file as sqlite


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move has done."""

    to: Place
    rows: int
    thumbnails: int  # brought along; the others are made again when they are shown


def move(
    library: Library,
    to: Place,
    also: Sequence[str] = (),
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
    stop: Event | None = None,
) -> Moved:
    """Copy a library to a place where nothing is yet, compare all rows, and mark the old one as moved.

    All or nothing arrives. Nobody writes meanwhile. The files `also` of the library's folder come along, and what
    is made from the catalog if the disk has room, and until `stop`. `on_progress` gets how many rows are done, of
    how many; if it raises, nothing has changed. Raises NameTaken, LibraryDamaged, LibraryInUse,
    LibraryNotWritable, and what opening a database raises.
    """
    if not isinstance(to, DatabaseAddress):
        to = Path(os.path.realpath(as_meant(to)))
    with library.indexing():
        rows = library.catalog.move_to(_made_whole(to), to, on_progress)
        arrived = Library(to)
        try:
            for name in also:
                with suppress(OSError):
                    shutil.copy2(library.folder / name, arrived.folder / name)
            thumbnails = _bring(library, arrived, stop or Event())
        finally:
            arrived.close()
    return Moved(to, rows, thumbnails)


def reopen(place: Place) -> bool:
    """Let a library that was moved away be used again, as it was then; return whether it was.

    Raises NoLibrary, and what opening a database raises.
    """
    if not isinstance(place, DatabaseAddress):
        place = as_meant(place) / CATALOG_NAME
        if not place.exists():
            raise no_library(place.parent)
    database = database_at(place)
    try:
        with writing_in(database) as connection:
            return unmark(connection)
    finally:
        database.engine.dispose()


@contextmanager
def _made_whole(place: Place) -> Iterator[Connection]:
    """Yield a transaction in a new catalog, which is there as the block ends, or else nothing is."""
    if isinstance(place, DatabaseAddress):
        with new_catalog(place) as connection:
            yield connection
        return
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise NameTaken(f"{for_terminal(str(place))} is there already: name a new folder, or an empty one")
    catalog = place / CATALOG_NAME
    with errors_of(place), folder_for(catalog), temporary_beside(catalog) as copy:
        with new_catalog(copy) as connection:
            yield connection
        sqlite.make_one_file(copy)
        put_in_place(copy, catalog)


def _bring(library: Library, arrived: Library, stop: Event) -> int:
    """Bring compiled models and thumbnails along, as far as the disk has room; return how many of the latter."""
    with suppress(OSError, shutil.Error):
        if library.compiled_folder.exists():
            shutil.copytree(library.compiled_folder, arrived.compiled_folder, dirs_exist_ok=True)
    brought = 0
    with suppress(OSError):
        for content_hash, path in library.thumbnails.own_files():  # shared ones stay where they are
            if stop.is_set():
                break
            if content_hash is not None:
                _bring_one(path, Path(arrived.thumbnails.location(content_hash)))
                brought += 1
    return brought


def _bring_one(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(path, target)  # they are replaced, and never written to
    except OSError:
        with temporary_beside(target) as copy:
            shutil.copyfile(path, copy)
            put_in_place(copy, target)
