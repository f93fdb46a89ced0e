"""Names of suggested albums: “Rome, May 2019”, “birthday party, 14 Jul 2018”."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from photoseek.searcher.query.places.towns import town_of

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MAINLY = 0.6  # of the photos with a place, in one town or country
_SECOND = 0.2  # of them, in the second of two
_BOTH = 0.75  # of them, in either of two


def place_of(positions: NDArray[np.float64]) -> str | None:
    """Return the town, two towns, the country or two countries of (n, 2) positions; NaN counts for nothing.

    Returns None if they have no place, or too many.
    """
    known = positions[~np.isnan(positions[:, 0])]
    found = [town_of(latitude, longitude) for latitude, longitude in known.tolist()]
    return _one_or_two(town.name for town in found) or _one_or_two(town.country for town in found)


def _one_or_two(names: Iterable[str]) -> str | None:
    counts = Counter(names)
    total = counts.total()
    if not total:
        return None
    (first, most), *others = counts.most_common(2)
    if most >= _MAINLY * total:
        return first
    if others and others[0][1] >= _SECOND * total and most + others[0][1] >= _BOTH * total:
        return f"{first} and {others[0][0]}"
    return None


def day(at: datetime) -> str:
    """Return a day, as in “14 Jul 2018”."""
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}"


def months(begins: datetime, ends: datetime) -> str:
    """Return a span in months, as in “May 2019”, “May–Jun 2019” or “Dec 2019–Jan 2020”."""
    first, last = _MONTHS[begins.month - 1], _MONTHS[ends.month - 1]
    if begins.year != ends.year:
        return f"{first} {begins.year}–{last} {ends.year}"
    return f"{first} {ends.year}" if first == last else f"{first}–{last} {ends.year}"


def days(begins: datetime, ends: datetime) -> str:
    """Return a span in days, as in “3–5 May 2019”."""
    if begins.date() == ends.date():
        return day(begins)
    if begins.year != ends.year:
        return f"{day(begins)}–{day(ends)}"
    if begins.month != ends.month:
        return f"{begins.day} {_MONTHS[begins.month - 1]}–{day(ends)}"
    return f"{begins.day}–{day(ends)}"
