"""Limits of one query: generous for people, and too low to keep a machine busy for minutes."""

from collections.abc import Iterable

from photoseek.searcher.errors import BadQuery
from photoseek.searcher.query.query import AnyOf, Filter, Query, Reading

MOST_CHARACTERS = 10_000  # of a query line
MOST_WORDS = 500  # of a query line; a model reads about a hundred
MOST_LETTERS = 500  # of a word: a model takes seconds over one of 10,000 before it cuts it off
MOST_PARTS = 200  # phrases, pictures and weighted words, each of which is embedded
MOST_FILTERS = 200
MOST_ALBUMS = 500  # saved queries of albums that are answered because others name them
MOST_ALBUMS_DEEP = 30  # saved queries of albums each of which names the next


def refuse_long_line(line: str) -> None:
    """Raise BadQuery for a line that is too long to be read."""
    if len(line) > MOST_CHARACTERS:
        raise BadQuery(f"the query has {len(line)} characters: say it in at most {MOST_CHARACTERS}")
    words = len(line.split())
    if words > MOST_WORDS:
        raise BadQuery(
            f"the query has {words} words: a model reads about a hundred, say it in fewer than {MOST_WORDS}"
        )


def refuse_too_much(query: Query) -> None:
    """Raise BadQuery for a query with too many parts, filters or letters in one word."""
    for what, number, most in (
        ("phrases, pictures and weights", sum(len(side.parts) for side in query.sides), MOST_PARTS),
        ("filters", sum(_count(side.filters) for side in query.sides), MOST_FILTERS),
    ):
        if number > most:
            raise BadQuery(f"the query has {number} {what}: leave some out, it may have {most}")
    longest = max((len(word) for text in query.texts for word in text.split()), default=0)
    if longest > MOST_LETTERS:
        raise BadQuery(f"a word of the query has {longest} letters: leave it out, no word is that long")


def _count(filters: Iterable[Filter | AnyOf | Reading]) -> int:
    """Count filters, those in groups too."""
    return sum(sum(map(_count, made.alternatives)) if isinstance(made, AnyOf) else 1 for made in filters)
