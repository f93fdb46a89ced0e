"""Which photos of a grid pass a line of filters?"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photoseek.searcher.errors import BadQuery
from photoseek.searcher.query.album_trees import AlbumPhotos
from photoseek.searcher.query.filter_context import FilterContext
from photoseek.searcher.query.matching import photo_ids_matching
from photoseek.searcher.query.parsing import parse_line
from photoseek.searcher.query.query import Query
from photoseek.searcher.timeline.columns import Columns
from photoseek.storage import Transaction

MatchWords = Callable[[Query], frozenset[int]]  # returns the ids of photos that a query with words finds


class NeedsModel(Exception):
    """A filter names an album that is filled by a query in words: a model must answer it."""


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the earth, in degrees; it crosses the 180th meridian if `west` is greater than `east`."""

    south: float
    west: float
    north: float
    east: float

    def holds(self, columns: Columns) -> NDArray[np.bool_]:
        """Return which rows lie in it."""
        north, east = columns.latitudes, columns.longitudes
        within = (self.south <= north) & (north <= self.north)
        spans = [(self.west, self.east)]
        if self.west > self.east:
            spans = [(self.west, 180.0), (-180.0, self.east)]
        across: NDArray[np.bool_] = np.logical_or.reduce(
            [(west <= east) & (east <= until) for west, until in spans]
        )
        return within & across


def filters_of(line: str) -> Query | None:
    """Parse a line of filters; None if it is empty. Raises BadQuery, also for words, which a search is for."""
    if not line.strip():
        return None
    query = parse_line(line)
    if query.embeds:
        raise BadQuery(
            "a timeline takes filters only, as in album:wedding or in:2019: ask words of /api/v1/search"
        )
    return query


def ids_passing(transaction: Transaction, query: Query) -> set[int]:
    """Return the ids of photos that pass the filters, missing ones too.

    Raises NeedsModel, BadQuery, and UnknownName for an album that doesn't exist.
    """
    hidden = transaction.photos.hidden_ids()
    albums = AlbumPhotos(transaction, _without_model, hidden=hidden)
    context = FilterContext(transaction, albums, hidden=hidden, album_asks_for_hidden=albums.asks_for_hidden)
    return _without_model(transaction, query, context)


def _without_model(transaction: Transaction, query: Query, context: FilterContext) -> set[int]:
    if query.embeds:
        raise NeedsModel
    only = photo_ids_matching(query.filters, context)
    return transaction.photos.which(()) - context.hidden if only is None else only


def rows_with(columns: Columns, photo_ids: "set[int] | frozenset[int]") -> NDArray[np.bool_]:
    """Return which rows are of these photos."""
    return np.isin(columns.ids, np.fromiter(photo_ids, np.int64, len(photo_ids)))
