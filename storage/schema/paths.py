"""Conditions on columns of paths: what lies at some of them, or below."""

import os
from collections.abc import Iterable, Iterator

from sqlalchemy import Column, ColumnElement, false, or_

from photoseek.storage.schema.portions import in_portions

_PATHS_A_STATEMENT = 200  # SQLite allows expressions 1,000 deep, and each path adds up to three


def few_at_a_time(paths: Iterable[str]) -> Iterator[list[str]]:
    """Return the paths in portions small enough for `at_or_under`."""
    return in_portions(paths, _PATHS_A_STATEMENT)


def at_or_under(column: Column[str], paths: Iterable[str]) -> ColumnElement[bool]:
    """Match rows at one of these paths or below it; "" is the whole root."""
    return or_(false(), *(_at_or_under(column, path) for path in paths))


def _at_or_under(column: Column[str], path: str) -> ColumnElement[bool]:
    if not path:
        return column.is_not(None)
    # Bytes sort like names, so paths below end before the character that follows the separator.
    return or_(column == path, column.between(path + os.sep, path + chr(ord(os.sep) + 1)))
