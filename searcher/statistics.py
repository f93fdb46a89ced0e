"""The photos of a library in numbers: by year, camera, lens, format, rating, tag and place."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from photoseek.searcher.query.places.gazetteer import Town, gazetteer
from photoseek.searcher.query.places.towns import row_of
from photoseek.storage import Library
from photoseek.storage.records import Attributes

_YEAR = len("2024")


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts of photos; each kind in the order in which people read it."""

    photos: int
    undated: int
    unlocated: int
    years: dict[str, int]  # by year
    cameras: dict[str, int]  # this and what follows: the most first
    lenses: dict[str, int]
    tags: dict[str, int]
    countries: dict[str, int]
    towns: dict[str, int]  # with their country
    formats: dict[str, int]
    ratings: dict[int, int]  # from 5 stars down; -1: rejected

    @property
    def kinds(self) -> dict[str, dict[str, int]]:
        """Each kind of count by its name."""
        return {
            "years": self.years,
            "cameras": self.cameras,
            "lenses": self.lenses,
            "tags": self.tags,
            "countries": self.countries,
            "towns": self.towns,
            "formats": self.formats,
            "ratings": {str(stars): count for stars, count in self.ratings.items()},
        }


def statistics(library: Library, among: frozenset[int] | None = None) -> Statistics:
    """Count the photos that have files and are not hidden, or those that are `among` these ids, hidden or not.

    Raises GazetteerUnusable.
    """
    with library.catalog.read() as transaction:
        attributes = transaction.photos.attributes(with_hidden=among is not None)
        counted = [one for one in attributes if among is None or one.photo_id in among]
        tags = transaction.tags.counts_among(one.photo_id for one in counted)
    towns = _towns(counted)
    years = Counter(one.taken_at[:_YEAR] for one in counted if one.taken_at is not None)
    ratings = Counter(one.rating for one in counted if one.rating is not None)
    return Statistics(
        photos=len(counted),
        undated=len(counted) - years.total(),
        unlocated=len(counted) - towns.total(),
        years=dict(sorted(years.items())),
        cameras=_most_first(one.camera for one in counted),
        lenses=_most_first(one.lens for one in counted),
        tags=dict(Counter(tags).most_common()),
        countries=_most_of({town: town.country for town in towns}, towns),
        towns=_most_of({town: str(town) for town in towns}, towns),
        formats=_most_first(one.format for one in counted),
        ratings=dict(sorted(ratings.items(), reverse=True)),
    )


def _towns(counted: Iterable[Attributes]) -> Counter[Town]:
    """Return the towns in which photos were taken."""
    rows = Counter(
        row_of(one.latitude, one.longitude)
        for one in counted
        if one.latitude is not None and one.longitude is not None
    )
    return Counter({gazetteer().town(row): count for row, count in rows.items()})


def _most_of(names: dict[Town, str], towns: Counter[Town]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for town, count in towns.items():
        counts[names[town]] += count
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def _most_first(names: Iterable[str | None]) -> dict[str, int]:
    counts = Counter(name for name in names if name is not None)
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def listed(counts: dict[str, int], most: int | None) -> tuple[Sequence[tuple[str, int]], int, int]:
    """Return the first counts (None: all), how many others there are, and how many photos these have."""
    items = list(counts.items())
    others = [] if most is None else items[most:]
    return items[:most], len(others), sum(count for _, count in others)
