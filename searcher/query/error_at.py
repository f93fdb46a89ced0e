"""Errors of a query line, with a caret below the wrong character."""

import unicodedata

from photoseek.searcher.errors import BadQuery
from photoseek.storage import for_terminal

_AROUND = 30  # characters of a long query shown before and after the wrong one
_WIDE = ("W", "F")  # of East Asian characters: two columns each


def error_at(line: str, column: int, what: str, remedy: str = "") -> BadQuery:
    """Return an error about a column, counted from 0, that points at it below the line."""
    start, end = max(0, column - _AROUND), column + 2 * _AROUND
    before = ("…" if start else "") + _shown(line[start:column])
    behind = _shown(line[column:end]) + ("…" if end < len(line) else "")
    indent = " " * sum(map(_cells, before))
    said = f"{what}, at column {column + 1}" + (f": {remedy}" if remedy else "")
    return BadQuery(f"{said}\n  {before}{behind}\n  {indent}^", column + 1)


def _shown(typed: str) -> str:
    """Return a line that is safe to print, with backslashes as typed rather than doubled."""
    return "\\".join(map(for_terminal, typed.split("\\")))


def _cells(char: str) -> int:
    """Return the columns that a terminal gives a character: 0 for a combining accent."""
    return 0 if unicodedata.combining(char) else 1 + (unicodedata.east_asian_width(char) in _WIDE)
