"""The names that a library has: of tags, albums, people, places, folders and so on; and words read in photos."""

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from photoseek.searcher.errors import GazetteerUnusable
from photoseek.searcher.query.places.towns import town_of
from photoseek.storage import Transaction, folded

if TYPE_CHECKING:
    from photoseek.searcher.query.places.gazetteer import Town

_MOST_OF_A_KIND = 20_000  # folders or tags that are compared with what is typed
_MOST_READ = 5_000  # words that were read in photos
# Cells of 0.1°, some 10 km. Only those with most photos are looked up in the table of towns, a millisecond each.
_CELLS_A_DEGREE = 10
_MOST_CELLS = 500


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
    never = transaction.photos.hidden_ids().union(transaction.photos.absent_ids())
    tags = Counter(transaction.tags.counts())
    albums = [(album.name, album.photo_count) for album in transaction.albums.all()]
    return LibraryNames(
        {
            "tag": _names(tags.most_common(_MOST_OF_A_KIND)),
            "album": _names(sorted(albums, key=lambda one: -(one[1] or 0))),
            "person": _people(transaction),
            "near": towns,
            "country": countries,
            "in": _names(_folders(transaction).most_common(_MOST_OF_A_KIND)),
            "camera": _names((name, None) for name in transaction.photos.cameras()),
            "lens": _names((name, None) for name in transaction.photos.lenses()),
            "text": _names(transaction.texts.commonest(_MOST_READ, never=never)),
        }
    )


def _names(counted: Iterable[tuple[str, int | None]]) -> list[Name]:
    return [Name(text, text, folded(text), photos) for text, photos in counted if _can_be_typed(text)]


def _people(transaction: Transaction) -> list[Name]:
    """Return people, by persons of the library and by other programs, those in most photos first."""
    found = {person.name: person.photos for person in transaction.people.persons(named=True) if person.name}
    for name, photos in transaction.regions.names().items():
        found.setdefault(name, photos)
    return _names(Counter(found).most_common())


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
    """Return the towns and the countries in which most photos were taken; none if there is no table of towns."""
    cells = Counter(
        (round(moment.latitude * _CELLS_A_DEGREE), round(moment.longitude * _CELLS_A_DEGREE))
        for moment in transaction.photos.moments()
        if moment.latitude is not None and moment.longitude is not None
    )
    towns: Counter[Town] = Counter()
    try:
        for (north, east), count in cells.most_common(_MOST_CELLS):
            towns[town_of(north / _CELLS_A_DEGREE, east / _CELLS_A_DEGREE)] += count
    except GazetteerUnusable:
        return [], []
    countries: Counter[str] = Counter()
    for town, count in towns.items():
        countries[town.country] += count
    near = [Name(str(town), str(town), folded(town.name)) for town, _ in towns.most_common()]
    return near, _names((country, None) for country, _ in countries.most_common())
