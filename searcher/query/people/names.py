"""Names that a person gives to people, and whom one that is typed may mean."""

from collections.abc import Iterable

from photoseek.searcher.errors import BadQuery
from photoseek.searcher.query.query import tag_name
from photoseek.storage import folded

MOST_LETTERS = 200


def person_name(text: str) -> str:
    """Return a new name for a person, without spaces around it and with composed characters. Raises BadQuery."""
    name = tag_name(text)
    if len(name) > MOST_LETTERS:
        raise BadQuery(
            f"a person's name can have {MOST_LETTERS} letters, and this has {len(name)}: shorten it"
        )
    return name


def key_of(name: str) -> str:
    """Return what is the same for all ways of writing a name; one may have no letters."""
    return folded(name) or name.casefold()


def names_meant(typed: str, names: Iterable[str]) -> list[str]:
    """Return the names that are what was typed, or else those with all words of it: “ana” may be Ana Berg."""
    wanted = key_of(typed)
    known = [(name, key_of(name)) for name in names]
    same = [name for name, key in known if key == wanted]
    words = set(wanted.split())
    return same or [name for name, key in known if words and words <= set(key.split())]
