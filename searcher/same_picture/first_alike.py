"""Which earlier photo is each photo a copy of, or in one burst with? Found without comparing all pairs.

Candidates are found in arrays, in groups of photos that lie close together; only they are compared one by one.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from photoseek.searcher.same_picture.coarse_look import (
    BURST_GAP_S,
    CELLS,
    ONE_PICTURE,
    ONE_SCENE,
    Looks,
    compared_look,
    is_one_burst,
    may_be_one_picture,
    standardised,
)
from photoseek.storage import PhotoFacts, check_time

_UNSEEN = bytes(CELLS)  # the look of a photo that has none yet
_BLOCK = 512  # photos that are compared with as many others at once: a megabyte of correlations
_MOST_TRIED = (
    8  # candidates of one photo in a block that are compared one by one; nearly always, the first matches
)
_LEAST_GAIN = 0.8  # a group is divided if neither part has more of it than this share
_MARGIN = 1e-4  # rounding of correlations in arrays

Numbers = NDArray[np.intp]
Pairs = NDArray[np.bool_]


def first_alike(facts: Sequence[PhotoFacts], are_copies: Callable[[int, int], bool]) -> list[int]:
    """Return for each photo the index of the first earlier one of the same picture or burst; else its own.

    `are_copies` decides about two photos, given by index, whose coarse looks are alike.
    """
    first = np.arange(len(facts))
    by_pixels: dict[bytes, int] = {}
    for number, one in enumerate(facts):  # flat pictures have no look, but may have the same pixels
        first[number] = by_pixels.setdefault(one.pixel_hash, number)

    def are_one_picture(i: int, j: int) -> bool:
        return may_be_one_picture(facts[i], facts[j]) and are_copies(i, j)

    seen = _Seen(facts)
    for group in seen.looking_alike():
        _find_first(group, first, seen.may_be_copies, are_one_picture)
    for group in seen.of_moments():
        _find_first(group, first, seen.may_be_a_burst, lambda i, j: is_one_burst(facts[i], facts[j]))
    return first.tolist()


class _Seen:
    """What photos look like and when they were taken, in arrays of one row a photo."""

    def __init__(self, facts: Sequence[PhotoFacts]) -> None:
        self._looks: Looks = standardised([compared_look(one) or _UNSEEN for one in facts])
        # A partial date, such as a year, counts as its first second.
        self._moments = np.array([one.taken_at or "NaT" for one in facts], "datetime64[ms]")
        cameras: dict[str | None, int] = {}
        self._cameras = np.array([cameras.setdefault(one.camera, len(cameras)) for one in facts], np.intp)
        self._has_camera = np.array([one.camera is not None for one in facts], np.bool_)

    def looking_alike(self) -> Iterator[Numbers]:
        """Yield groups of ascending indices: any two photos that look alike are in one group together.

        A group is divided at the median of its first principal axis. Photos close enough to the median to be
        alike with one on the other side belong to both parts.
        """
        numbers = np.flatnonzero(self._looks.any(axis=1))
        looks = self._looks
        if len(numbers) > _BLOCK:
            looks = looks @ np.linalg.eigh(looks.T @ looks)[1]  # a few axes have most of the variance
        # Largest distance of two unit vectors with this correlation.
        reach = float(np.sqrt(2 - 2 * ONE_PICTURE)) + _MARGIN
        undivided = [numbers]
        while undivided:
            group = undivided.pop()
            if len(group) > _BLOCK:
                places = looks[group]
                along = places[:, places.var(axis=0).argmax()]
                middle = np.median(along)
                parts = group[along <= middle + reach / 2], group[along >= middle - reach / 2]
                if max(map(len, parts)) <= _LEAST_GAIN * len(group):
                    undivided += parts
                    continue
            if len(group) > 1:
                yield group

    def of_moments(self) -> Iterator[Numbers]:
        """Yield groups of ascending indices: photos of one camera without a longer pause than in a burst."""
        numbers = np.flatnonzero(self._has_camera & ~np.isnat(self._moments))
        ordered = numbers[np.lexsort((self._moments[numbers], self._cameras[numbers]))]
        pauses = np.diff(self._moments[ordered]) / np.timedelta64(1, "s")
        others = np.diff(self._cameras[ordered]) != 0
        for group in np.split(ordered, np.flatnonzero(others | (pauses > BURST_GAP_S)) + 1):
            if len(group) > 1:
                yield np.sort(group)

    def may_be_copies(self, rows: Numbers, columns: Numbers) -> Pairs:
        """Return which of (rows, columns) look like one picture, of one moment as far as that is known."""
        mine, theirs = self._moments[rows, np.newaxis], self._moments[np.newaxis, columns]
        together: Pairs = np.isnat(mine) | np.isnat(theirs) | (mine == theirs)
        return together & self._correlate(rows, columns, ONE_PICTURE)

    def may_be_a_burst(self, rows: Numbers, columns: Numbers) -> Pairs:
        """Return which of (rows, columns) of one camera are one burst of one scene."""
        apart = np.abs(self._moments[rows, np.newaxis] - self._moments[np.newaxis, columns])
        together: Pairs = apart / np.timedelta64(1, "s") <= BURST_GAP_S
        return together & self._correlate(rows, columns, ONE_SCENE)

    def _correlate(self, rows: Numbers, columns: Numbers, minimum: float) -> Pairs:
        found: Pairs = self._looks[rows] @ self._looks[columns].T >= minimum - _MARGIN
        return found


def _find_first(
    group: Numbers,
    first: Numbers,
    may_be: Callable[[Numbers, Numbers], Pairs],
    are_one: Callable[[int, int], bool],
) -> None:
    """Lower `first` of each photo in a group to the first earlier one that `are_one` accepts, if any."""
    for start in range(0, len(group), _BLOCK):
        check_time()
        rows = group[start : start + _BLOCK]
        for before in range(0, start + 1, _BLOCK):
            columns = group[before : before + _BLOCK]
            rows = rows[first[rows] > columns[0]]  # the others have an earlier one already
            if not len(rows):
                break
            for row, found in zip(rows.tolist(), may_be(rows, columns), strict=True):
                candidates = columns[found]
                earlier = candidates[candidates < first[row]][:_MOST_TRIED].tolist()
                first[row] = next((number for number in earlier if are_one(number, row)), first[row])
