"""The checks of what is taken in from a file: those of what a person types."""

from collections.abc import Callable
from functools import cache

from photoseek.cli.options import album_name, tag_name
from photoseek.indexer.disk.ignoring import why_wrong
from photoseek.searcher import BadQuery, parse_line
from photoseek.searcher.albums.naming import refuse_bad_name
from photoseek.searcher.edits import values
from photoseek.searcher.errors import BadValue
from photoseek.storage.exchange.reading import Checks


def _album(text: str) -> str:
    name = album_name(text)
    refuse_bad_name(name)
    return name


@cache  # many photos are judged for one query
def _query(text: str) -> str:
    if not text.strip():
        raise BadQuery("a query can't be empty")
    parse_line(text)
    return text


def _pattern(text: str) -> str:
    if why := why_wrong(text):
        raise BadValue(f"it is no pattern to leave out by, for {why}")
    return text


def _as_set(read: Callable[[str], values.Value], column: str) -> Callable[[str], str | None]:
    """Return a check that gives what `read` makes of a text for a column of a photo."""

    def check(text: str) -> str | None:
        kept: str | None = read(text)[column]
        return kept

    return check


CHECKS = Checks(
    tag=tag_name,
    album=_album,
    person=tag_name,
    query=_query,
    pattern=_pattern,
    columns={
        "title": _as_set(values.title, "title"),
        "description": _as_set(values.description, "description"),
        "taken_at": _as_set(values.date, "taken_at"),
        "date_source": _as_set(values.title, "title"),
        "position_source": _as_set(values.title, "title"),
    },
)
