"""Photos in the order of their time, as arrays: when and where each was taken."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from photoseek.searcher.query.places.towns import on_sphere
from photoseek.storage import Moment

Rows = NDArray[np.int64]  # (n,) indices into a timeline, sorted
DAY_S = 86_400.0
_EARTH_KM = 6371.0088
_DAY_LENGTH = len("2024-05-17")
_NOON = "T12:00:00"  # of a photo of which only the day is known


@dataclass(frozen=True, slots=True)
class Timeline:
    """Photos whose day is known, sorted by time; n of them."""

    photo_ids: NDArray[np.int64]  # (n,)
    seconds: NDArray[np.float64]  # (n,) wall time since 1970
    positions: NDArray[np.float64]  # (n, 2) latitude and longitude in degrees; NaN if unknown
    points: NDArray[np.float64]  # (n, 3) positions on the unit sphere; NaN if unknown

    @property
    def located(self) -> NDArray[np.bool_]:
        """Whether each photo's position is known, (n,)."""
        known: NDArray[np.bool_] = ~np.isnan(self.points[:, 0])
        return known

    def days(self, rows: Rows) -> Rows:
        """Return the days since 1970 on which these photos were taken, each once."""
        return np.unique(self.seconds[rows] // DAY_S).astype(np.int64)

    def begins(self, rows: Rows) -> datetime:
        """Return when the first of these photos was taken."""
        return datetime.fromtimestamp(float(self.seconds[rows].min()), UTC)

    def ends(self, rows: Rows) -> datetime:
        """Return when the last of these photos was taken."""
        return datetime.fromtimestamp(float(self.seconds[rows].max()), UTC)


def timeline_of(moments: Iterable[Moment]) -> Timeline:
    """Return the photos whose day is known."""
    dated = sorted((seconds, one) for one in moments if (seconds := _seconds(one.taken_at)) is not None)
    positions = np.array(
        [
            (np.nan, np.nan)
            if one.latitude is None or one.longitude is None
            else (one.latitude, one.longitude)
            for _, one in dated
        ],
        np.float64,
    ).reshape(-1, 2)
    return Timeline(
        np.array([one.photo_id for _, one in dated], np.int64),
        np.array([seconds for seconds, _ in dated], np.float64),
        positions,
        on_sphere(positions[:, 0], positions[:, 1]),
    )


def _seconds(taken_at: str | None) -> float | None:
    if taken_at is None or len(taken_at) < _DAY_LENGTH:
        return None
    try:
        known = taken_at + _NOON if len(taken_at) == _DAY_LENGTH else taken_at
        return datetime.fromisoformat(known).replace(tzinfo=UTC).timestamp()
    except (ValueError, OverflowError):
        return None


def km_between(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distances between points of the unit sphere, each (..., 3); NaN where one is unknown."""
    chords = np.linalg.norm(one - other, axis=-1)
    km: NDArray[np.float64] = 2 * _EARTH_KM * np.arcsin(np.minimum(chords / 2, 1))
    return km


def parts(rows: Rows, is_boundary: NDArray[np.bool_]) -> list[Rows]:
    """Split rows behind each whose successor begins another part; `is_boundary` is (n - 1,)."""
    return np.split(rows, np.flatnonzero(is_boundary) + 1) if len(rows) else []
