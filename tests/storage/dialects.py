"""Libraries in each kind of database, for tests of what must be the same in all."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from photoseek.database_address import DatabaseAddress
from photoseek.storage import Library
from tests.postgresql_server import new_database

DIALECTS = ("sqlite", "postgresql")
_ADDRESSES: dict[Path, DatabaseAddress] = {}  # of databases, by the library's folder


def opened(dialect: str, folder: Path) -> Library:
    """Return a new library in a folder, whose catalog is in a database of this kind."""
    if dialect == "sqlite":
        library = Library(folder)
        _ADDRESSES.pop(library.folder, None)  # of a test before, whose folder had the same name
        return library
    address = new_database()
    library = Library(address, caches=folder)
    _ADDRESSES[library.folder] = address
    return library


def sql(library: Library, statement: str, given: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run a statement behind the library's back, with `?` for what is given, and return its rows."""
    address = _ADDRESSES.get(library.folder)
    if address is None:
        with closing(sqlite3.connect(library.catalog.path)) as connection, connection:
            return connection.execute(statement, given).fetchall()
    import psycopg

    with psycopg.connect(address.url) as connection:
        cursor = connection.execute(statement.replace("?", "%s").encode(), given)
        return cursor.fetchall() if cursor.description else []


def restart_numbers(library: Library, *tables: str) -> None:
    """Let the ids of emptied tables begin at 1 again, as they do in SQLite."""
    if library.folder in _ADDRESSES:
        for table in tables:
            sql(library, f"ALTER SEQUENCE {table}_id_seq RESTART")
