"""The names that a library has: of tags, albums, places, folders, cameras and lenses."""

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from photoseek.searcher.errors import GazetteerUnusable
from photoseek.searcher.query.places import near
from photoseek.searcher.query.places.gazetteer import gazetteer
from photoseek.searcher.query.places.towns import row_of
from photoseek.storage import Transaction, folded

_MOST_OF_A_KIND = 20_000  # folders or tags that are compared with what is typed
_MOST_PLACES = 2_000


@dataclass(frozen=True, slots=True)
class Name:
    """One name, and how a query line asks for it."""

    text: str
    value: str  # of the filter
    folded: str  # as `photoseek.storage.folding` folds it
    photos: int | None = None  # how many have it; None: not counted


@dataclass(frozen=True, slots=True)
class LibraryNames:
    """All names by the filter that they go with, those of most photos first."""

    by_key: dict[str, list[Name]]


def names_of(transaction: Transaction) -> LibraryNames:
    """Return the names of a library."""
    towns, countries = _places(transaction)
    tags = Counter(transaction.tags.counts())
    albums = [(album.name, album.photo_count) for album in transaction.albums.all()]
    return LibraryNames(
        {
            "tag": _names(tags.most_common(_MOST_OF_A_KIND)),
            "album": _names(sorted(albums, key=lambda one: -(one[1] or 0))),
            "near": towns,
            "country": countries,
            "in": _names(_folders(transaction).most_common(_MOST_OF_A_KIND)),
            "camera": _names((name, None) for name in transaction.photos.cameras()),
            "lens": _names((name, None) for name in transaction.photos.lenses()),
        }
    )


def _names(counted: Iterable[tuple[str, int | None]]) -> list[Name]:
    return [Name(text, text, folded(text), photos) for text, photos in counted if _can_be_typed(text)]


def _can_be_typed(text: str) -> bool:
    """Return whether a query line can have a name: one with bytes that are no text can't be typed."""
    return bool(text.strip()) and text.isprintable()


def _folders(transaction: Transaction) -> Counter[str]:
    """Return each folder with its number of files, those of folders below it too."""
    found: Counter[str] = Counter()
    for root_id, path in transaction.files.present_paths():
        at = os.path.dirname(path)  # noqa: PTH120 (paths stay str)
        while at:
            found[at] += 1
            at = os.path.dirname(at)  # noqa: PTH120 (as above)
        found[_ROOT.format(root_id)] += 1
    for root in transaction.roots.all():
        count = found.pop(_ROOT.format(root.root_id), 0)
        if count:
            found[os.path.basename(root.path) or root.path] += count  # noqa: PTH119 (as above)
    return found


_ROOT = "\0{}"  # no folder has such a name


def _places(transaction: Transaction) -> tuple[list[Name], list[Name]]:
    """Return the towns and the countries in which photos were taken; none if the table of towns is unusable."""
    try:
        rows = Counter(
            row_of(moment.latitude, moment.longitude)
            for moment in transaction.photos.moments()
            if moment.latitude is not None and moment.longitude is not None
        )
        towns: list[Name] = []
        countries: Counter[str] = Counter()
        for row, count in rows.most_common():
            town = gazetteer().town(row)
            countries[town.country] += count
            if len(towns) < _MOST_PLACES:
                towns.append(Name(str(town), near.written(town), folded(town.name)))
    except GazetteerUnusable:
        return [], []
    return towns, _names((country, None) for country, _ in countries.most_common())
