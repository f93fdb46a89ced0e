"""Places on earth for `near:`: parsing, coordinates and distances.

Names are looked up in the gazetteer, which is not loaded before the first name.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from photoseek.searcher.errors import BadQuery
from photoseek.searcher.query.places.gazetteer import Town, folded, town_names, towns_called

_EARTH_KM = 6371.0088  # mean radius
_MOST_KM = 20_100.0  # a little more than half the circumference
_RADIUS = re.compile(r"(\d+(?:\.\d+)?) ?(km|m|mi)?", re.IGNORECASE)
_UNITS = {"km": 1.0, "m": 0.001, "mi": 1.609344}
_LATITUDE = re.compile(r"[+-]?\d\d?(?:\.\d+)?")
_COORDINATES = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*,\s*([+-]?\d+(?:\.\d+)?)")
# The usual radius is 10 km for a hamlet and 40 for the largest cities: by the square root of the population.
_SMALLEST_KM, _LARGEST_KM, _PEOPLE_A_KM2 = 10.0, 40.0, 10_000
_AROUND_COORDINATES_KM = 25.0
_COUNTRY_NICKNAMES = {
    "uk": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "usa": "US",
    "america": "US",
}
_OTHERS_NAMED = 2
_REMEMBERED = 100  # unknown names kept: a query with an error is parsed twice
_ALIKE = 0.75  # difflib's ratio from which a town's name is suggested


@dataclass(frozen=True, slots=True)
class Spot:
    """A value of `near:`: a name or coordinates in degrees, and perhaps a radius."""

    name: str | None
    latitude: float
    longitude: float
    radius_km: float | None


def read_spot(text: str) -> Spot:
    """Parse the value of `near:`. Raises BadQuery. The name is not looked up yet."""
    where, tilde, far = text.rpartition("~") if "~" in text else (text, "", "")
    radius_km = None
    if tilde:
        written = _RADIUS.fullmatch(far.strip())
        if written is None:
            raise BadQuery(f"“{far}” is no distance: write it as in near:kyoto~5km")
        radius_km = float(written[1]) * _UNITS[(written[2] or "km").lower()]
        if not 0 < radius_km <= _MOST_KM:
            raise BadQuery(f"{far} reaches nothing, or all around the earth: write it as in near:kyoto~5km")
    coordinates = _COORDINATES.fullmatch(where.strip())
    if coordinates is None:
        if not folded(where.partition(",")[0]):
            raise BadQuery("near: needs a place or coordinates, as in near:kyoto or near:48.85,2.35~5km")
        if _LATITUDE.fullmatch(where.strip(" ,")):
            raise BadQuery(
                f"near:{text} has no longitude: write it behind a comma, as in near:48.85,2.35~5km"
            )
        return Spot(where.strip(), 0.0, 0.0, radius_km)
    latitude, longitude = float(coordinates[1]), float(coordinates[2])
    if abs(latitude) > 90 or abs(longitude) > 180:  # noqa: PLR2004 (degrees)
        raise BadQuery(
            f"{where} is nowhere on earth: latitude (up to 90) comes first, then longitude (up to 180)"
        )
    return Spot(None, latitude, longitude, radius_km)


def circle(spot: Spot) -> tuple[float, float, float, str]:
    """Return a spot's latitude, longitude, radius in km, and a note on how it was read.

    Raises BadQuery if the gazetteer has no such place.
    """
    if spot.name is None:
        return spot.latitude, spot.longitude, spot.radius_km or _AROUND_COORDINATES_KM, ""
    found = named(spot.name)
    if not found:
        raise BadQuery(_nowhere(spot.name))
    best, *others = found
    return best.latitude, best.longitude, spot.radius_km or reach_km(best), _said_of(spot.name, best, others)


def reach_km(town: Town) -> float:
    """Return the radius in km within which photos count as taken in a town."""
    return min(_LARGEST_KM, _SMALLEST_KM + math.sqrt(town.population / _PEOPLE_A_KM2))


def named(text: str) -> list[Town]:
    """Return the towns of this name, the most populous first; a country or a US state may follow a comma.

    Smaller towns (below 15,000 people) count only where no larger one has the name. Raises GazetteerUnusable.
    """
    name, *within = (folded(part) for part in text.split(","))
    for larger in (True, False):
        towns = [
            town
            for town in towns_called(name, larger=larger)
            if all(_lies_in(town, region) for region in within if region)
        ]
        # A town whose own name it is comes before those that have it in other languages or had it at other times.
        if called := [town for town in towns if folded(town.name) == name] or towns:
            return called
    return []


def all_named(text: str) -> list[Town]:
    """Return every town of this name, parsed as by `named`; smaller and less common ones come last."""
    name, *within = (folded(part) for part in text.split(","))
    towns = [
        town for town in towns_called(name) if all(_lies_in(town, region) for region in within if region)
    ]
    return sorted(towns, key=lambda town: folded(town.name) != name)


def written(town: Town) -> str:
    """Return a value by which `near:` finds a town: its name, with country or state if needed, or its position."""
    names = [town.name, *(f"{town.name}, {within}" for within in (town.region, town.country) if within)]
    for name in names:
        if named(name)[:1] == [town]:
            return name
    return f"{town.latitude},{town.longitude}~{reach_km(town):.0f}km"


def distance_km(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> float:
    """Return the distance along the earth between two positions in degrees (haversine formula)."""
    here, there = math.radians(latitude), math.radians(to_latitude)
    half_lat, half_lon = (there - here) / 2, math.radians(to_longitude - longitude) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(here) * math.cos(there) * math.sin(half_lon) ** 2
    return 2 * _EARTH_KM * math.asin(min(1.0, math.sqrt(chord)))


def box(latitude: float, longitude: float, km: float) -> tuple[float, float, list[tuple[float, float]]]:
    """Return a circle's bounding box in degrees: south, north, and one or two spans from west to east.

    Around a pole every longitude is inside; across the antimeridian there are two spans.
    """
    reach = km / _EARTH_KM
    margin = 1e-9  # of rounding
    south, north = latitude - math.degrees(reach) - margin, latitude + math.degrees(reach) + margin
    if south <= -90 or north >= 90:  # noqa: PLR2004 (degrees)
        return south, north, [(-180.0, 180.0)]
    half = math.degrees(math.asin(min(1.0, math.sin(reach) / math.cos(math.radians(latitude))))) + margin
    west, east = longitude - half, longitude + half
    spans = [(max(west, -180.0), min(east, 180.0))]
    if west < -180:  # noqa: PLR2004 (degrees)
        spans.append((west + 360, 180.0))
    if east > 180:  # noqa: PLR2004 (degrees)
        spans.append((-180.0, east - 360))
    return south, north, spans


@lru_cache(_REMEMBERED)
def _nowhere(text: str) -> str:
    """Return a message that there is no such place, with a suggestion."""
    name, comma, within = text.partition(",")
    if elsewhere := named(name):
        shown = "; ".join(map(str, elsewhere[:_OTHERS_NAMED]))
        return (
            f"no town named “{name}” lies in “{within.strip()}”, but {shown}: write its country, or its state "
            f"in the US, as in near:{_written(elsewhere[0])}"
        )
    known = {folded(town): town for town in town_names()}
    near = get_close_matches(folded(name), known, 1, _ALIKE)
    perhaps = f" (did you mean {known[near[0]]}{comma}{within}?)" if near else ""
    return (
        f"no town is named “{text}”{perhaps}: check its spelling, "
        "or write coordinates as in near:48.85,2.35~5km"
    )


def _written(town: Town) -> str:
    return f'"{town.name}, {town.region or town.country}"'


def _lies_in(town: Town, region: str) -> bool:
    country = folded(town.country)
    names = {folded(town.country_code), country, country.removeprefix("the "), folded(town.region_code)}
    names.add(folded(town.region))
    return region in names or _COUNTRY_NICKNAMES.get(region) == town.country_code


def _said_of(asked: str, best: Town, others: Iterable[Town]) -> str:
    alike = [town for town in others if folded(town.name) == folded(asked.partition(",")[0])]
    if not alike:
        return ""
    shown = "; ".join(map(str, alike[:_OTHERS_NAMED]))
    more = f" and {len(alike) - _OTHERS_NAMED} more" if len(alike) > _OTHERS_NAMED else ""
    return (
        f"near:{asked} is taken as {best}; there are also {shown}{more}: "
        f"name one with its country or state, as in near:{_written(alike[0])}"
    )
