"""What PostgreSQL does in its own way."""

import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import psycopg
import sqlalchemy
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Table,
    any_,
    exc,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.dialects.sqlite import Insert

from photoseek.storage.errors import DatabaseUnfit
from photoseek.storage.schema import tables
from photoseek.storage.schema.metadata import metadata
from photoseek.storage.schema.postgresql import editing, nearest, seen, text_index, triggers, word_index
from photoseek.storage.schema.postgresql.database import ENDED, MOVED
from photoseek.storage.schema.postgresql.types import in_postgresql
from photoseek.storage.schema.protocol import Editing, NearestVectors, Sight, TextIndex, WordIndex
from photoseek.storage.time_limit import TimeLimit


class Postgresql:
    """Implements `photoseek.storage.schema.protocol.Dialect`, which says what each does."""

    words: WordIndex = word_index
    texts: TextIndex = text_index
    sight: Sight = seen
    editing: Editing = editing
    nearest: NearestVectors | None = nearest.PgVector()

    def upsert(self, table: Table) -> Insert:
        """Return PostgreSQL's INSERT, which has the methods of SQLite's."""
        return cast("Insert", insert(table))

    def is_among(self, column: ColumnElement[int], ids: Iterable[int]) -> ColumnElement[bool]:
        """Match ids of an array."""
        return column == any_(literal(list(ids), ARRAY(BigInteger)))

    def truncated(self, number: ColumnElement[Any]) -> ColumnElement[int]:
        """Return a number without its fraction; a cast alone would round it."""
        return sqlalchemy.cast(func.trunc(number), BigInteger)

    def make_tables(self, connection: Connection) -> None:
        """Create every table, and the extensions that find parts of words and compare vectors."""
        for extension in ("pg_trgm", "vector"):
            try:
                connection.exec_driver_sql(f"CREATE EXTENSION IF NOT EXISTS {extension}")
            except exc.DBAPIError as error:
                if not isinstance(error.orig, psycopg.errors.InsufficientPrivilege):
                    raise
                raise DatabaseUnfit(
                    f"the database lacks the extension {extension}, which its owner may not make: have the "
                    f"server's administrator run `CREATE EXTENSION {extension}` in it"
                ) from error
        nearest.refuse_older(connection)
        in_postgresql(metadata).create_all(connection)
        # Not among the library's own tables, so that no copy of its rows has the same caches.
        connection.exec_driver_sql("CREATE TABLE library_place AS SELECT gen_random_uuid() AS id")
        # Else a vector of a thousand numbers would lie apart from its row, and take twice as long to read.
        connection.exec_driver_sql(f"ALTER TABLE {tables.vector.name} SET (toast_tuple_target = 8160)")

    def make_derived(self, connection: Connection) -> None:
        """Make triggers and the index of texts anew."""
        triggers.make(connection)
        text_index.make(connection)
        seen.make(connection)
        editing.make(connection)

    def drop_derived(self, connection: Connection) -> None:
        """Drop the views of what a user sees."""
        seen.drop(connection)

    def continue_numbers(self, connection: Connection) -> None:
        """Set each sequence to the largest id."""
        for table in metadata.sorted_tables:
            for column in table.primary_key:
                place = {"table": table.name, "column": column.name}
                found = connection.execute(text("SELECT pg_get_serial_sequence(:table, :column)"), place)
                if sequence := found.scalar_one():
                    most = select(func.max(column)).scalar_subquery()
                    connection.execute(
                        select(func.setval(sequence, func.coalesce(most, 1), most.is_not(None)))
                    )

    @contextmanager
    def overwriting(self, connection: Connection) -> Iterator[None]:
        """PostgreSQL keeps what is deleted until it vacuums the table."""
        yield

    def refuse_writes(self, connection: Connection, why: str) -> None:
        """Have a trigger stop what each write begins with: the raised revision."""
        quoted = connection.execute(select(func.quote_literal(why))).scalar_one()
        body = f"BEGIN RAISE EXCEPTION USING MESSAGE = {quoted}, ERRCODE = '{MOVED}'; END"
        for statement in (
            f"CREATE FUNCTION library_refuses() RETURNS trigger LANGUAGE plpgsql AS $moved${body}$moved$",
            "CREATE TRIGGER library_refuses BEFORE UPDATE ON library EXECUTE FUNCTION library_refuses()",
        ):
            connection.execute(text(statement.replace(":", r"\:")))

    def allow_writes(self, connection: Connection) -> None:
        """Drop that trigger."""
        connection.exec_driver_sql("DROP FUNCTION library_refuses CASCADE")

    @contextmanager
    def interrupting(self, connection: Connection, limit: TimeLimit) -> Iterator[None]:
        """Let the server end a statement by its own clock, and cancel it when the limit is ended meanwhile."""
        left_ms = max(1, math.ceil(limit.left_s() * 1000))  # or it would end before the limit is over
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {left_ms}")
        driver: Any = connection.connection.driver_connection
        try:
            with limit.calling(driver.cancel_safe):
                yield
        except (exc.DBAPIError, psycopg.Error):
            limit.check()
            raise
        finally:
            # A request to cancel that comes late would end what others do with this connection next.
            if limit.is_ended():
                connection.info[ENDED] = True
