"""What SQLite does in its own way."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Table, cast, exc, func, select, text
from sqlalchemy.dialects.sqlite import Insert, insert

from photoseek.storage.schema.metadata import metadata
from photoseek.storage.schema.protocol import Editing, NearestVectors, Sight, TextIndex, WordIndex
from photoseek.storage.schema.sqlite import change_log, editing, regions, seen, text_index, word_index
from photoseek.storage.time_limit import TimeLimit

_STEPS = 20_000  # of SQLite's virtual machine between two checks: a few milliseconds


class Sqlite:
    """Implements `photoseek.storage.schema.protocol.Dialect`, which says what each does."""

    words: WordIndex = word_index
    texts: TextIndex = text_index
    sight: Sight = seen
    editing: Editing = editing
    nearest: NearestVectors | None = None

    def upsert(self, table: Table) -> Insert:
        """Return SQLite's own INSERT."""
        return insert(table)

    def is_among(self, column: ColumnElement[int], ids: Iterable[int]) -> ColumnElement[bool]:
        """Match ids of a JSON array."""
        among = func.json_each(json.dumps(list(ids))).table_valued("value")
        return column.in_(select(among.c.value))

    def truncated(self, number: ColumnElement[Any]) -> ColumnElement[int]:
        """Return a number without its fraction."""
        return cast(number, Integer)

    def make_tables(self, connection: Connection) -> None:
        """Create every table."""
        metadata.create_all(connection)

    def make_derived(self, connection: Connection) -> None:
        """Make triggers and the index of texts anew."""
        change_log.make(connection)
        regions.make(connection)
        text_index.make(connection)

    def drop_derived(self, connection: Connection) -> None:
        """Drop nothing: tables can change whatever follows them."""

    def continue_numbers(self, connection: Connection) -> None:
        """Do nothing: SQLite looks at the largest id."""

    @contextmanager
    def overwriting(self, connection: Connection) -> Iterator[None]:
        """Let SQLite write zeros over what is deleted."""
        connection.execute(text("PRAGMA secure_delete = ON"))
        try:
            yield
        finally:
            connection.execute(text("PRAGMA secure_delete = OFF"))

    def refuse_writes(self, connection: Connection, why: str) -> None:
        """Have a trigger stop what each write begins with: the raised revision."""
        quoted = why.replace("'", "''")
        connection.exec_driver_sql(
            f"CREATE TRIGGER library_refuses BEFORE UPDATE ON library BEGIN SELECT RAISE(ABORT, '{quoted}'); END"
        )

    def allow_writes(self, connection: Connection) -> None:
        """Drop that trigger."""
        connection.exec_driver_sql("DROP TRIGGER library_refuses")

    @contextmanager
    def interrupting(self, connection: Connection, limit: TimeLimit) -> Iterator[None]:
        """Let SQLite ask the limit while it works."""
        driver: Any = connection.connection.driver_connection
        driver.set_progress_handler(limit.is_over, _STEPS)
        try:
            yield
        except (exc.OperationalError, sqlite3.OperationalError):
            limit.check()
            raise
        finally:
            driver.set_progress_handler(None, 0)
