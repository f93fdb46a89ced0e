"""Events: photos that a pause, another place or other looks part from those before and after.

Pauses are judged by those around them, as in PhotoTOC (Platt, Czerwinski and Field 2003), between two bounds;
where time alone leaves it open, looks decide (Cooper, Foote, Girgensohn and Wilcox 2005).
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from photoseek.embedder import Vectors
from photoseek.searcher.suggesting.timeline import Rows, Timeline, km_between, parts

_ALWAYS_S = 6 * 3600.0  # a longer pause always ends an event
_NEVER_S = 45 * 60.0  # a shorter one never does, unless the place is another
_TIMES = np.log(17.0)  # a pause so many times the usual one ends an event: PhotoTOC's K
_AROUND = 10  # pauses before and after that say what is usual: PhotoTOC's d
_OTHER_PLACE_KM = 40.0
_LOOKED_AT = 8  # photos before and after a pause whose looks are compared
_ALIKE = 0.0  # the cosine of their mean vectors, less the library's mean, from which they are one event


# Returns the mean vector of the photos of some rows, less the library's mean, (dimension,); None: none has one.
Looks = Callable[[Rows], Vectors | None]


def events(timeline: Timeline, rows: Rows, looks: Looks) -> list[Rows]:
    """Return the photos of each event, among these rows."""
    if not len(rows):
        return []
    pauses = np.diff(timeline.seconds[rows])
    is_boundary = pauses > _ALWAYS_S
    points = timeline.points[rows]
    is_boundary |= km_between(points[1:], points[:-1]) > _OTHER_PLACE_KM  # never so for an unknown place
    is_open = ~is_boundary & (pauses > _NEVER_S)
    is_boundary |= is_open & (np.log(np.maximum(pauses, 1)) > _TIMES + _usual(pauses))
    for place in np.flatnonzero(is_open & ~is_boundary).tolist():
        is_boundary[place] = not _look_alike(looks, rows, place)
    return parts(rows, is_boundary)


def _usual(pauses: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean logarithm of the pauses around each, (n,)."""
    logs = np.log(np.maximum(pauses, 1))
    sums = np.concatenate([[0], np.cumsum(logs)])
    first = np.maximum(np.arange(len(logs)) - _AROUND, 0)
    last = np.minimum(np.arange(len(logs)) + _AROUND + 1, len(logs))
    means: NDArray[np.float64] = (sums[last] - sums[first]) / (last - first)
    return means


def _look_alike(looks: Looks, rows: Rows, place: int) -> bool:
    """Return whether the photos before and after a pause look like those of one event."""
    before = looks(rows[max(0, place + 1 - _LOOKED_AT) : place + 1])
    after = looks(rows[place + 1 : place + 1 + _LOOKED_AT])
    if before is None or after is None:
        return True
    lengths = np.linalg.norm(before) * np.linalg.norm(after)
    return bool(lengths == 0 or before @ after / lengths >= _ALIKE)
