"""Trips: days far from where photos are usually taken, or days with many more photos than usual."""

import numpy as np
from numpy.typing import NDArray

from photoseek.searcher.suggesting.timeline import DAY_S, Rows, Timeline, km_between, parts

LEAST = 8  # photos of a trip or an event
_CELLS_A_DEGREE = 4  # cells of 0.25°, some 25 km
_LEAST_HOME_WEEKS = 4  # different weeks with photos in a cell that is a home
_HOME_SHARE = 0.25  # of the weeks that the first home has: a second one, or the office
_AWAY_KM = 60.0
_LONGEST_PAUSE_S = 3 * DAY_S  # without a photo, within one trip
_AT_HOME_PAUSE_S = 20 * 3600.0  # likewise if there are photos from home between
_BESIDE_S = 6 * 3600.0  # a photo without a place belongs to the trip with a photo so near in time
_LEAST_DAYS = 2
_LEAST_BUSY_DAYS = 3
_LEAST_BUSY = 20  # photos of a run of busy days
_LEAST_A_DAY = 3  # photos of a busy day
_TIMES_USUAL = 3.0  # as many photos as on a usual day
_USUAL_DAYS, _OWN_DAYS = 60, 10  # what is usual is measured up to so many days away, but for the nearest
_MOST_DAYS_APART = 2  # from one busy day of a trip to the next


def away_from_home(timeline: Timeline) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return for each photo whether it was taken far from every home, and whether near one, both (n,).

    Neither is so without a place. A home is a cell of the earth with photos of many different weeks. A library
    that has none has no home: all its places are away.
    """
    located = timeline.located
    homes = _homes(timeline, located)
    near = np.zeros(len(located), np.bool_)
    for home in homes:
        near[located] |= km_between(timeline.points[located], home) <= _AWAY_KM
    return located & ~near, near


def _homes(timeline: Timeline, located: NDArray[np.bool_]) -> list[NDArray[np.float64]]:
    if not located.any():
        return []
    cells = np.floor(timeline.positions[located] * _CELLS_A_DEGREE).astype(np.int64)
    weeks = (timeline.seconds[located] // (7 * DAY_S)).astype(np.int64)
    of_weeks, _ = np.unique(np.column_stack([cells, weeks]), axis=0, return_index=True)
    found, counts = np.unique(of_weeks[:, :2], axis=0, return_counts=True)
    least = max(_LEAST_HOME_WEEKS, _HOME_SHARE * counts.max())
    points = timeline.points[located]
    means = [points[(cells == cell).all(axis=1)].mean(axis=0) for cell in found[counts >= least]]
    return [mean / np.linalg.norm(mean) for mean in means]


def trips_by_place(timeline: Timeline) -> list[Rows]:
    """Return the photos of each trip: taken far from home on two or more days, with no long pause."""
    away, at_home = away_from_home(timeline)
    rows = np.flatnonzero(away)
    pauses = np.diff(timeline.seconds[rows])
    seen_at_home = np.diff(np.cumsum(at_home)[rows]) > 0
    is_boundary = (pauses > _LONGEST_PAUSE_S) | (seen_at_home & (pauses > _AT_HOME_PAUSE_S))
    trips = [
        part
        for part in parts(rows, is_boundary)
        if len(part) >= LEAST and len(timeline.days(part)) >= _LEAST_DAYS
    ]
    return [_with_unlocated(timeline, trip) for trip in trips]


def _with_unlocated(timeline: Timeline, trip: Rows) -> Rows:
    """Add photos without a place that were taken shortly before or after one of the trip."""
    seconds = timeline.seconds[trip]
    first, last = np.searchsorted(timeline.seconds, (seconds[0] - _BESIDE_S, seconds[-1] + _BESIDE_S))
    around = np.arange(first, last)
    unlocated = around[~timeline.located[around]]
    behind = np.clip(np.searchsorted(seconds, timeline.seconds[unlocated]), 1, len(trip) - 1)
    before = np.abs(timeline.seconds[unlocated] - seconds[behind - 1])
    after = np.abs(seconds[behind] - timeline.seconds[unlocated])
    return np.union1d(trip, unlocated[np.minimum(before, after) <= _BESIDE_S])


def trips_by_time(timeline: Timeline, rows: Rows) -> list[Rows]:
    """Return the photos, among these rows, of each run of days with many more photos than usual.

    Photos from home are in none.
    """
    _, at_home = away_from_home(timeline)
    rows = rows[~at_home[rows]]
    if not len(rows):
        return []
    day_of_row = timeline.seconds[rows] // DAY_S
    days, counts = np.unique(day_of_row, return_counts=True)
    around = _count_within(day_of_row, days, _USUAL_DAYS) - _count_within(day_of_row, days, _OWN_DAYS)
    usual = around / (2 * (_USUAL_DAYS - _OWN_DAYS))
    busy = days[counts >= np.maximum(_LEAST_A_DAY, _TIMES_USUAL * usual)]
    runs = np.split(busy, np.flatnonzero(np.diff(busy) > _MOST_DAYS_APART) + 1)
    found = [
        rows[(day_of_row >= run[0]) & (day_of_row <= run[-1])] for run in runs if len(run) >= _LEAST_BUSY_DAYS
    ]
    return [trip for trip in found if len(trip) >= _LEAST_BUSY]


def _count_within(day_of_row: NDArray[np.float64], days: NDArray[np.float64], reach: int) -> Rows:
    """Count the photos up to so many days before and after each day, (days,)."""
    first = np.searchsorted(day_of_row, days - reach)
    last = np.searchsorted(day_of_row, days + reach, side="right")
    return np.asarray(last - first, np.int64)
