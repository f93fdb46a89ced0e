"""Which town does a position belong to? The nearest one, or the one that people would name."""

from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from photoseek.searcher.query.places.gazetteer import Town, gazetteer

_BAND = 0.3  # degrees of latitude to either side that are searched first for the nearest town
_AROUND = 0.4  # degrees of latitude: 44 km
_EARTH_KM = 6371.0088
_CELLS_A_DEGREE = 20  # cells of 0.05°, some 5 km: each is looked up once
_CELLS_KEPT = 100_000
# A town's weight is its population divided by the cube of its distance in these km, more one: the middle of a city
# is named after the city rather than its quarter, a village on the coast not after the city behind the hills.
_NEAR_KM = 3.0


def town_of(latitude: float, longitude: float) -> Town:
    """Return the town by which people would name a position in degrees. Raises GazetteerUnusable."""
    return gazetteer().town(row_of(latitude, longitude))


def row_of(latitude: float, longitude: float) -> int:
    """Return the gazetteer's row of the same town. Raises GazetteerUnusable."""
    return _row_of_cell(round(latitude * _CELLS_A_DEGREE), round(longitude * _CELLS_A_DEGREE))


@lru_cache(_CELLS_KEPT)
def _row_of_cell(north: int, east: int) -> int:
    latitude, longitude = north / _CELLS_A_DEGREE, east / _CELLS_A_DEGREE
    latitudes, towns, rows, people = _by_latitude()
    begins, ends = np.searchsorted(latitudes, (latitude - _AROUND, latitude + _AROUND))
    cosines = towns[begins:ends] @ on_sphere(latitude, longitude)
    near = np.flatnonzero(cosines >= np.cos(np.radians(_AROUND)))
    if not len(near):
        return nearest_row(latitude, longitude)
    km = np.arccos(np.minimum(cosines[near], 1)) * _EARTH_KM
    weights = people[begins:ends][near] / (1 + km / _NEAR_KM) ** 3
    return int(rows[begins + near[weights.argmax()]])


def nearest_row(latitude: float, longitude: float) -> int:
    """Return the gazetteer's row of the town nearest to a position in degrees. Raises GazetteerUnusable."""
    latitudes, towns, rows, _ = _by_latitude()
    band = _BAND
    while True:
        begins, ends = np.searchsorted(latitudes, (latitude - band, latitude + band))
        if begins < ends:
            chords = np.linalg.norm(towns[begins:ends] - on_sphere(latitude, longitude), axis=1)
            nearest = int(chords.argmin())
            # No town outside the band is nearer than the band's edge.
            if chords[nearest] <= 2 * np.sin(np.radians(band) / 2) or band >= 180:  # noqa: PLR2004 (degrees)
                return int(rows[begins + nearest])
        band *= 3


def on_sphere(
    latitude: float | NDArray[np.float64], longitude: float | NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return positions in degrees as points of the unit sphere, (..., 3)."""
    north, east = np.radians(latitude), np.radians(longitude)
    return np.stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)], axis=-1)


@cache
def _by_latitude() -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:
    """Return latitudes (towns,), points (towns, 3), rows and populations (towns,), from south to north."""
    latitudes, longitudes = gazetteer().positions()
    rows = latitudes.argsort()
    people = np.maximum(gazetteer().populations().astype(np.float64), 1)
    return latitudes[rows], on_sphere(latitudes[rows], longitudes[rows]), rows, people[rows]
