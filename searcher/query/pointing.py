"""Saying what is wrong with a query line, with a caret below the character that is."""

import unicodedata

from photoseek.searcher.errors import BadQuery
from photoseek.storage import for_terminal

_AROUND = 30  # characters of a long query shown before and behind what is wrong with it
_WIDE = ("W", "F")  # of East Asian characters: two columns each


def wrong(line: str, column: int, what: str, remedy: str = "") -> BadQuery:
    """Give the error that says what is wrong at a column, counted from 0, and points at it below the line."""
    start, end = max(0, column - _AROUND), column + 2 * _AROUND
    before = ("…" if start else "") + _shown(line[start:column])
    behind = _shown(line[column:end]) + ("…" if end < len(line) else "")
    indent = " " * sum(map(_cells, before))
    said = f"{what}, at column {column + 1}" + (f": {remedy}" if remedy else "")
    return BadQuery(f"{said}\n  {before}{behind}\n  {indent}^", column + 1)


def _shown(typed: str) -> str:
    """Make a line safe to print, its backslashes as they were typed: a path would have them doubled."""
    return "\\".join(map(for_terminal, typed.split("\\")))


def _cells(char: str) -> int:
    """Say how much room a terminal gives a character: an accent on the one before takes none."""
    return 0 if unicodedata.combining(char) else 1 + (unicodedata.east_asian_width(char) in _WIDE)
