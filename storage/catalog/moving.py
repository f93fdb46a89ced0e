"""Copies all rows from one catalog to another, whatever kinds of database they are in, and compares them.

Both have the newest schema. What triggers make from other rows is made anew and then compared, too.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from typing import Any

from sqlalchemy import Connection, Row, Table, bindparam, delete, func, insert, select, update

from photoseek.storage.errors import LibraryDamaged, NameTaken
from photoseek.storage.rows.words import Words
from photoseek.storage.schema import tables
from photoseek.storage.schema.dialect import dialect_of

_ROWS_A_PORTION = 2_000
_MADE_BY_TRIGGERS = {"face_region", "words", "words_stale"}
_REPLACED = {"photo_change"}  # triggers note that all photos came now; when they changed is kept
_KEPT_EMPTY = {"words_stale"}
_LEFT_OUT = {"session", "server_secret"}  # at a copy of the library, all sign in anew


def copy_rows(
    source: Connection,
    target: Connection,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> int:
    """Fill a new catalog with the rows of another, inside the caller's transactions; returns how many.

    `on_progress` gets how much is done, of how much: each row is written and compared. Raises NameTaken if it
    isn't new, and LibraryDamaged if a row is another there than here.
    """
    _refuse_used(target)
    done, total = 0, 0
    copied = [table for table in tables.metadata.sorted_tables if table.name not in _LEFT_OUT]
    for table in copied:
        times = (table.name not in _MADE_BY_TRIGGERS) + (table.name not in _KEPT_EMPTY)
        total += times * source.execute(select(func.count()).select_from(table)).scalar_one()

    def add(rows: int) -> None:
        nonlocal done
        done += rows
        on_progress(done, total)

    for table in copied:
        if table.name not in {*_MADE_BY_TRIGGERS, *_REPLACED, tables.library.name}:
            _copy(table, source, target, add)
    for table in copied:
        if table.name in {*_REPLACED, tables.library.name}:
            target.execute(delete(table))
            _copy(table, source, target, add)
    dialect_of(target).continue_numbers(target)
    Words(target).take_in()
    return sum(_compare(table, source, target, add) for table in copied if table.name not in _KEPT_EMPTY)


def _refuse_used(target: Connection) -> None:
    for table in (tables.root, tables.photo, tables.model):
        if target.execute(select(func.count()).select_from(table)).scalar_one():
            raise NameTaken("the library to move to has something in it: choose an empty one")


def _copy(table: Table, source: Connection, target: Connection, add: Callable[[int], None]) -> None:
    """Insert a table's rows; those that refer to others of the table do so once all are there."""
    own = [key.parent.name for key in table.foreign_keys if key.column.table is table]
    referring: list[dict[str, Any]] = []
    for rows in _portions(table, source):
        values = [dict(row._mapping) for row in rows]
        for name in own:
            referring += [
                {"row": row["id"], "refers": row[name], "name": name}
                for row in values
                if row[name] is not None
            ]
            values = [row | {name: None} for row in values]
        target.execute(insert(table), values)
        add(len(values))
    for name in own:
        put = update(table).where(table.c.id == bindparam("row")).values({name: bindparam("refers")})
        if rows_of := [
            {"row": one["row"], "refers": one["refers"]} for one in referring if one["name"] == name
        ]:
            target.execute(put, rows_of)


def _compare(table: Table, source: Connection, target: Connection, add: Callable[[int], None]) -> int:
    """Return how many rows a table has. Raises LibraryDamaged where one differs."""
    count = 0
    for here, there in zip_longest(_rows(table, source), _rows(table, target)):
        if here is None or there is None or _kept(here) != _kept(there):
            key = [(here or there)._mapping[column.name] for column in table.primary_key]
            raise LibraryDamaged(
                f"row {key} of “{table.name}” didn't arrive as it is, so nothing was moved: "
                "look with `photoseek verify`, and report it"
            )
        count += 1
        if not count % _ROWS_A_PORTION:
            add(_ROWS_A_PORTION)
    add(count % _ROWS_A_PORTION)
    return count


def _kept(row: Row[Any]) -> list[object]:
    # PostgreSQL keeps a sign for NUL, which its text can't hold.
    return [value.replace("\0", "\u2400") if isinstance(value, str) else value for value in row]


def _rows(table: Table, connection: Connection) -> Iterator[Row[Any]]:
    for rows in _portions(table, connection):
        yield from rows


def _portions(table: Table, connection: Connection) -> Iterator[Sequence[Row[Any]]]:
    asked = select(table).order_by(*table.primary_key)
    yield from connection.execute(asked.execution_options(yield_per=_ROWS_A_PORTION)).partitions()
