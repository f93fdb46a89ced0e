"""Which filters ask for hidden photos? Answers leave these out otherwise.

Filters that must all be passed leave hidden photos out, unless one of them is `is:hidden`, negated or not, or an
album that is filled by a query which asks for them; an album that is negated takes photos away, and asks for none.
Each alternative of an OR decides for itself.
"""

from collections.abc import Callable, Iterable

from photoseek.searcher.query.query import AnyOf, Filter, Query, Reading

AlbumAsks = Callable[[str], bool]  # whether the album of this name is filled by a query that asks for them


def asks_for_hidden(
    made: Filter | AnyOf | Reading, album_asks: AlbumAsks, *, in_negated: bool = False
) -> bool:
    """Return whether a filter asks for hidden photos, an OR in any of its alternatives.

    `in_negated` says that it is within a group that is negated.
    """
    if isinstance(made, Reading):
        return False
    negated = made.negated != in_negated
    if isinstance(made, AnyOf):
        return any(
            asks_for_hidden(one, album_asks, in_negated=negated)
            for every in made.alternatives
            for one in every
        )
    return is_hidden_filter(made) or (made.key == "album" and not negated and album_asks(made.value))


def query_asks_for_hidden(query: Query, album_asks: AlbumAsks) -> bool:
    """Return whether any question of a query asks for hidden photos."""
    return any(asks_for_hidden(made, album_asks) for side in query.sides for made in side.filters)


def is_hidden_filter(made: Filter | AnyOf | Reading) -> bool:
    """Return whether this is `is:hidden`, negated or not."""
    return isinstance(made, Filter) and made.key == "is" and made.value.lower() == "hidden"


def hidden_for_each(
    filters: Iterable[Filter | AnyOf | Reading], hidden: frozenset[int], album_asks: AlbumAsks
) -> tuple[list[frozenset[int]], frozenset[int]]:
    """Return the photos that each of the filters must leave out by itself, and those that all together must."""
    listed = list(filters)
    asking = [bool(hidden) and asks_for_hidden(made, album_asks) for made in listed]
    if not any(asking):
        return [frozenset()] * len(listed), hidden
    if any(map(is_hidden_filter, listed)):
        return [frozenset()] * len(listed), frozenset()
    return [hidden if asks else frozenset() for asks in asking], frozenset()
