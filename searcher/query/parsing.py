"""From what a person typed to a Query: restores quotation marks that a shell took; `grammar` parses the line."""

import re
from collections.abc import Sequence
from dataclasses import replace

from photoseek.searcher.errors import BadQuery
from photoseek.searcher.query import filters
from photoseek.searcher.query.budget import refuse_long_line, refuse_too_much
from photoseek.searcher.query.grammar import LineParser, Side
from photoseek.searcher.query.query import AnyOf, Query, names_photo, quoted, refuse_no_text

_SIGN = re.compile(r"^[-+]?(?:\d{1,6}(?:\.\d+)?:)?")
_KEYED = re.compile(rf"(-?(?:{'|'.join(filters.NAMED)}):)(.*)", re.DOTALL | re.IGNORECASE)


def parse(words: Sequence[str], *, nearer: bool = False) -> Query:
    """Parse words as a shell passes them, where one word may have spaces. Raises BadQuery.

    A shell removes the quotation marks from tag:"my beach" and -"at night": such a word is kept whole. Any other
    word with spaces is a part of the line, as is the whole query if it was quoted. With `nearer`, something else
    pulls nearer, so all of the words may push away.
    """
    given = [word for word in words if word.strip()]
    line = " ".join(_as_typed(word.strip(), alone=len(given) == 1) for word in given)
    return parse_line(line, nearer=nearer)


def parse_line(line: str, *, nearer: bool = False) -> Query:
    """Parse a query written as one line; `nearer` as for `parse`. Raises BadQuery."""
    refuse_no_text(line)
    words = line.split()
    if not words:
        raise BadQuery(
            "the query is empty: say what the photo shows, as in `photoseek find a dog on a beach`"
        )
    refuse_long_line(line)
    reader = LineParser(line.strip())
    query = _made_of(reader.read(), reader.sort)
    refuse_too_much(query)
    if not nearer and any(side.only_pushes for side in query.sides):
        raise BadQuery("the query only pushes away: say also what to look for, as in `beach -people`")
    return query


def _made_of(sides: list[Side], sort: str | None) -> Query:
    """Return one query for all sides of OR. Raises BadQuery."""
    if len(sides) > 1 and not any(side.embeds for side in sides):
        return Query(filters=(AnyOf(tuple(tuple(side.filters) for side in sides)),), sort=sort)
    if not all(side.embeds for side in sides) and len(sides) > 1:
        raise BadQuery(
            "one side of OR only filters: say what to look for on each side, or put filters into parentheses, "
            "as in `beach (in:Trips OR tag:sea)`"
        )
    first, *others = [Query(" ".join(side.text), tuple(side.parts), tuple(side.filters)) for side in sides]
    return replace(first, sort=sort, others=tuple(others))


def _as_typed(word: str, *, alone: bool) -> str:
    """Restore the quotation marks that the shell removed around a name or a phrase."""
    if not re.search(r"\s", word) or '"' in word:
        return word
    if keyed := _KEYED.fullmatch(word):
        return keyed[1] + quoted(keyed[2].strip())
    rest = _SIGN.sub("", word)
    before = word.removesuffix(rest)
    if before and rest[:1].strip() and (names_photo(rest) or not alone):
        return before + quoted(rest, is_path=names_photo(rest))
    return word
