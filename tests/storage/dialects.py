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


def opened(dialect: str, folder: Path) -> Library:
    """Return a new library in a folder, whose catalog is in a database of this kind."""
    if dialect == "sqlite":
        return Library(folder)
    return Library(new_database(), caches=folder)


def sql(library: Library, statement: str, given: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run a statement behind the library's back, with `?` for what is given, and return its rows."""
    if not isinstance(library.place, DatabaseAddress):
        with closing(sqlite3.connect(library.catalog.path)) as connection, connection:
            return connection.execute(statement, given).fetchall()
    import psycopg

    with psycopg.connect(library.place.url) as connection:
        cursor = connection.execute(statement.replace("?", "%s").encode(), given)
        return cursor.fetchall() if cursor.description else []


def restart_numbers(library: Library, *tables: str) -> None:
    """Let the ids of emptied tables begin at 1 again, as they do in SQLite."""
    if isinstance(library.place, DatabaseAddress):
        for table in tables:
            sql(library, f"ALTER SEQUENCE {table}_id_seq RESTART")
