"""Relevance feedback: more photos like these, fewer like those."""

from collections.abc import Sequence

from photoseek.searcher.errors import BadQuery
from photoseek.searcher.query.budget import refuse_too_much
from photoseek.searcher.query.query import LibraryPhoto, Part, Picture, Query, names_photo, refuse_no_text
from photoseek.searcher.scoring.combining import PUSH

# The weights that Manning, Raghavan and Schütze recommend (Introduction to Information Retrieval, 2008, §9.1.1).
MORE = 0.75
LESS = 0.15
_MOST_DIGITS = 18


def with_feedback(query: Query, more: Sequence[str], less: Sequence[str]) -> Query:
    """Move a query towards some photos and away from others, each named by its path or its id (12 or #12).

    Rocchio (1971): q + 0.75 · mean(more) − 0.15 · mean(less). Each photo becomes a weighted part of the query.
    Weights that push away are divided by `PUSH`, which the sum multiplies by. Raises BadQuery.
    """
    if not more and not less:
        return query
    nearer = [Part(_named(name), MORE / len(more)) for name in more]
    farther = [Part(_named(name), -LESS / PUSH / len(less)) for name in less]
    moved = query.with_parts(lambda side: (*side.parts, *nearer, *farther))
    if any(side.only_pushes for side in moved.sides):
        raise BadQuery("--less only pushes away: say also what to look for, in words or with --more")
    refuse_too_much(moved)
    return moved


def _named(name: str) -> LibraryPhoto | Picture:
    refuse_no_text(name)
    digits = name.removeprefix("#")
    if digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS:
        return LibraryPhoto(int(digits))
    if not names_photo(name):
        raise BadQuery(f"“{name}” names no photo: give a path as in beach.jpg, or an id as in 1234")
    return Picture(name)
