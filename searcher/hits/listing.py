"""Beginnings of the whole order of hits, from which pages are cut: by relevance, by date, by name alone."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from photoseek.searcher.hits.paging import Order, Prefix
from photoseek.searcher.hits.records import Hit
from photoseek.searcher.hits.shown_where import shown_where
from photoseek.searcher.query.folders import AnyLying, Lying
from photoseek.storage import Transaction

_MORE = 4  # times as many are asked for, where what was asked for are as near as each other


def ranked(nearest: Callable[[int], list[Hit]], order: Order, wanted: int) -> tuple[list[Hit], bool]:
    """Give the beginning of the whole ranking, at least `wanted` hits unless there are fewer."""
    asked = wanted + 1
    while True:
        hits = sorted(nearest(asked), key=order.place, reverse=True)
        if len(hits) < asked:
            return never_rising(hits), True
        # Which of those that are as near as the last were found is chance: leave all of them for the next page.
        whole = [hit for hit in hits if order.place(hit)[0] != order.place(hits[-1])[0]]
        if len(whole) >= wanted:
            return never_rising(whole), False
        asked *= _MORE


def never_rising(hits: Iterable[Hit]) -> list[Hit]:
    """Lower each match to the least before it of the same grade, but for photos that their names have raised.

    Questions joined by OR are graded apart, and their hits listed together.
    """
    least: dict[str | None, float] = {}  # by grade
    lowered = []
    for hit in hits:
        if hit.match is None or hit.words:
            lowered.append(hit)
            continue
        least[hit.relevance] = lowest = min(hit.match, least.get(hit.relevance, 1.0))
        lowered.append(hit if hit.match == lowest else replace(hit, match=lowest))
    return lowered


def dated(
    transaction: Transaction, order: Order, only: set[int], lying: Sequence[Lying | AnyLying]
) -> Prefix:
    """Give what lists photos by date, each at those of its files alone that lie where they must."""
    dates = transaction.photos.dates()
    places = sorted(
        (order.place_by_date(dates[photo_id], photo_id) for photo_id in only & dates.keys()),
        reverse=order.descends,
    )

    def first_of(wanted: int) -> list[Hit]:
        photo_ids = [photo_id for _, photo_id in places[:wanted]]
        photos = transaction.photos.by_id(sorted(photo_ids))
        return [Hit(photos[photo_id], None, None) for photo_id in photo_ids]

    shown = shown_where(first_of, lying)
    return lambda wanted: (shown(wanted), wanted >= len(places))


def listed(
    transaction: Transaction, only: set[int] | None, photo_ids: Collection[int]
) -> Callable[[int], list[Hit]]:
    """Give what lists photos of which nothing but their names is known to answer, by their ids."""
    in_order = sorted(photo_ids if only is None else only.intersection(photo_ids))

    def first_of(wanted: int) -> list[Hit]:
        photos = transaction.photos.by_id(in_order[:wanted])
        return [Hit(photos[photo_id], None, None) for photo_id in in_order[:wanted]]

    return first_of


def as_ids(photo_ids: Collection[int]) -> NDArray[np.int64]:
    """Give ids as the vector index takes them, in order."""
    return np.fromiter(sorted(photo_ids), np.int64, len(photo_ids))
