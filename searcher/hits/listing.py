"""The first n hits of the whole order, from which pages are cut: by relevance, by date, by name alone."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from photoseek.searcher.hits.paging import Order, Prefix
from photoseek.searcher.hits.records import Hit
from photoseek.searcher.hits.shown_where import shown_where
from photoseek.searcher.query.folders import AnyFolderRule, FolderRule
from photoseek.storage import Transaction

_MORE = 4  # times as many are asked for, where what was asked for are as near as each other


def ranked(nearest: Callable[[int], list[Hit]], order: Order, wanted: int) -> tuple[list[Hit], bool]:
    """Return the first hits of the ranking, at least `wanted` unless there are fewer, and whether they are all."""
    asked = wanted + 1
    while True:
        hits = sorted(nearest(asked), key=order.sort_key, reverse=True)
        if len(hits) < asked:
            return never_rising(hits), True
        # Among hits with the last one's score, it is chance which were found: leave all of them for the next page.
        whole = [hit for hit in hits if order.sort_key(hit)[0] != order.sort_key(hits[-1])[0]]
        if len(whole) >= wanted:
            return never_rising(whole), False
        asked *= _MORE


def never_rising(hits: Iterable[Hit]) -> list[Hit]:
    """Lower each match to the lowest one before it of the same grade, except for photos raised by their names.

    Questions joined by OR are graded apart, and their hits listed together.
    """
    minimum: dict[str | None, float] = {}  # by grade
    lowered = []
    for hit in hits:
        if hit.match is None or hit.words:
            lowered.append(hit)
            continue
        minimum[hit.relevance] = lowest = min(hit.match, minimum.get(hit.relevance, 1.0))
        lowered.append(hit if hit.match == lowest else replace(hit, match=lowest))
    return lowered


def dated(
    transaction: Transaction, order: Order, only: set[int], folder_rules: Sequence[FolderRule | AnyFolderRule]
) -> Prefix:
    """Return a function that lists the first n photos by date, with only the paths that obey the rules."""
    dates = transaction.photos.dates()
    places = sorted(
        (order.date_sort_key(dates[photo_id], photo_id) for photo_id in only & dates.keys()),
        reverse=order.descends,
    )

    def first_of(wanted: int) -> list[Hit]:
        photo_ids = [photo_id for _, photo_id in places[:wanted]]
        photos = transaction.photos.by_id(sorted(photo_ids))
        return [Hit(photos[photo_id], None, None) for photo_id in photo_ids]

    shown = shown_where(first_of, folder_rules)
    return lambda wanted: (shown(wanted), wanted >= len(places))


def listed(
    transaction: Transaction, only: set[int] | None, photo_ids: Collection[int]
) -> Callable[[int], list[Hit]]:
    """Return a function that lists the first n photos, by id, that were found by their words alone."""
    there = photo_ids if only is None else only.intersection(photo_ids)
    in_order = sorted(set(there).difference(transaction.photos.absent_ids()))

    def first_of(wanted: int) -> list[Hit]:
        photos = transaction.photos.by_id(in_order[:wanted])
        return [Hit(photos[photo_id], None, None) for photo_id in in_order[:wanted]]

    return first_of


def as_ids(photo_ids: Collection[int]) -> NDArray[np.int64]:
    """Return the ids as the vector index takes them: sorted, (n,) int64."""
    return np.fromiter(sorted(photo_ids), np.int64, len(photo_ids))
