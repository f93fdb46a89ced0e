"""Where photos were taken, as a map shows it: photos that lie together on the screen are one cluster."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photoseek.searcher.errors import GazetteerUnusable
from photoseek.searcher.query.places.gazetteer import gazetteer
from photoseek.searcher.query.places.towns import row_of, town_of
from photoseek.searcher.timeline.choosing import Box
from photoseek.searcher.timeline.columns import Columns

WORLD_PX = 256  # width of the whole earth at zoom 0, in the Web Mercator projection
_CELL_PX = 48  # photos in one cell are one cluster
_TOUCHING_PX = 56  # clusters with middles nearer than this become one
_MOST_CLUSTERS = 400
_MOST_NORTH = 85.05  # degrees: the projection's edge
_MARGIN = 1e-4  # degrees around a cluster's photos, for the rounding of positions
_MOST_PLACES = 60
_CELLS_A_DEGREE = 10  # cells of 0.1°, some 10 km
_MOST_CELLS = 300
_NO_TOWN = -1
_KEY_BITS = 32
_TOWNS = 24  # of a map, the largest


@dataclass(frozen=True, slots=True)
class Cluster:
    """Photos that lie together."""

    latitude: float  # the middle of their positions, in degrees
    longitude: float
    photos: int
    box: Box
    row: int  # in the columns, of the newest photo
    spot: tuple[float, float]  # where the photo was taken that is nearest to the middle

    @property
    def name(self) -> str | None:
        """The town by which people would name its middle; None if the table of towns can't be used."""
        try:
            return str(town_of(*self.spot))  # the middle itself may be in a country where nobody was
        except GazetteerUnusable:
            return None


def located(columns: Columns) -> NDArray[np.intp]:
    """Return the rows of photos that a map shows: with a position, and not hidden."""
    return np.flatnonzero(~np.isnan(columns.latitudes) & ~columns.hidden)


def clusters(columns: Columns, box: Box, zoom: float) -> list[Cluster]:
    """Return the clusters of a part of the earth at a zoom, the largest first."""
    rows = np.flatnonzero(box.holds(columns) & ~columns.hidden)  # a photo without a position lies in no box
    if not len(rows):
        return []
    across, down = _on_screen(columns.latitudes[rows], columns.longitudes[rows], zoom)
    _, cell_of = np.unique(_key(across // _CELL_PX, down // _CELL_PX), return_inverse=True)
    group_of = _merged(cell_of, across, down)
    return sorted(
        (_cluster(columns, rows[group]) for group in _groups(group_of)), key=lambda one: -one.photos
    )[:_MOST_CLUSTERS]


def largest_places(columns: Columns) -> list[Cluster]:
    """Return the photos around the towns with most of them, the most photos first."""
    rows = located(columns)
    north, east = (
        np.round(degrees[rows].astype(np.float64) * _CELLS_A_DEGREE)
        for degrees in (columns.latitudes, columns.longitudes)
    )
    _, first, cell_of, counts = np.unique(
        _key(north, east), return_index=True, return_inverse=True, return_counts=True
    )
    # A look at the table of towns takes a millisecond: the cells with few photos have no place in the list.
    looked_at = np.argsort(-counts, kind="stable")[:_MOST_CELLS]
    town_of_cell = np.full(len(counts), _NO_TOWN)
    for cell in looked_at.tolist():
        one = first[cell]
        town_of_cell[cell] = row_of(float(north[one]) / _CELLS_A_DEGREE, float(east[one]) / _CELLS_A_DEGREE)
    town_of_photo = town_of_cell[cell_of]
    listed = rows[town_of_photo != _NO_TOWN]
    if not len(listed):
        return []
    groups = sorted(_groups(town_of_photo[town_of_photo != _NO_TOWN]), key=len, reverse=True)[:_MOST_PLACES]
    return [_cluster(columns, listed[group]) for group in groups]


def towns_within(box: Box) -> list[tuple[str, float, float]]:
    """Return name, latitude and longitude of the largest towns in a part of the earth, the largest first."""
    try:
        north, east = gazetteer().positions()
    except GazetteerUnusable:
        return []
    across = (box.west <= east) & (east <= box.east)
    if box.west > box.east:
        across = (box.west <= east) | (east <= box.east)
    rows = np.flatnonzero((box.south <= north) & (north <= box.north) & across)
    people = gazetteer().populations()[rows]
    largest = rows[np.argsort(-people, kind="stable")[:_TOWNS]].tolist()
    return [(gazetteer().name(row), float(north[row]), float(east[row])) for row in largest]


def _key(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return one whole number for two: sorting these is several times as quick as sorting pairs."""
    key: NDArray[np.int64] = (one.astype(np.int64) << _KEY_BITS) + other.astype(np.int64)
    return key


def _on_screen(
    latitudes: NDArray[np.float32], longitudes: NDArray[np.float32], zoom: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return pixels from the left and the top edge of the whole earth."""
    width = WORLD_PX * 2.0**zoom
    north = np.radians(np.clip(latitudes.astype(np.float64), -_MOST_NORTH, _MOST_NORTH))
    across = (longitudes.astype(np.float64) + 180) / 360 * width
    down = (0.5 - np.arcsinh(np.tan(north)) / (2 * np.pi)) * width
    return across, down


def _merged(
    cell_of: NDArray[np.intp], across: NDArray[np.float64], down: NDArray[np.float64]
) -> NDArray[np.intp]:
    """Return the cluster of each photo: its cell, or the larger one whose middle is too near to it."""
    count = np.bincount(cell_of)
    middles = np.stack([np.bincount(cell_of, across) / count, np.bincount(cell_of, down) / count], axis=-1)
    taken_by = np.arange(len(count))
    free = np.ones(len(count), bool)
    for cell in np.argsort(-count, kind="stable")[:_MOST_CLUSTERS].tolist():
        if not free[cell]:
            continue
        near = free & (np.hypot(*(middles - middles[cell]).T) < _TOUCHING_PX)
        taken_by[near] = cell
        free[near] = False
    return taken_by[cell_of]


def _groups(group_of: NDArray[np.intp]) -> Iterator[NDArray[np.intp]]:
    """Yield the positions in the array that have the same number."""
    order = np.argsort(group_of, kind="stable")
    yield from np.split(order, np.flatnonzero(np.diff(group_of[order])) + 1)


def _cluster(columns: Columns, rows: NDArray[np.intp]) -> Cluster:
    north, east = columns.latitudes[rows].astype(np.float64), columns.longitudes[rows].astype(np.float64)
    box = Box(
        max(float(north.min()) - _MARGIN, -90.0),
        max(float(east.min()) - _MARGIN, -180.0),
        min(float(north.max()) + _MARGIN, 90.0),
        min(float(east.max()) + _MARGIN, 180.0),
    )
    middle = float(north.mean()), float(east.mean())
    nearest = int(np.hypot(north - middle[0], east - middle[1]).argmin())
    spot = float(north[nearest]), float(east[nearest])
    return Cluster(*middle, len(rows), box, int(rows.min()), spot)
