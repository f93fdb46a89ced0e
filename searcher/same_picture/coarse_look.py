"""When are two photos one picture, and when only two presses of the shutter?"""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from photoseek.storage import PhotoFacts

# Correlation of two looks from which they may be one picture, resized, recompressed or recoloured; `same_picture`
# says whether they are. Among the eight million pairs of 4,000 photos of Flickr8k none reaches it, but documents
# of one layout do, and frames of a burst.
ONE_PICTURE = 0.98
ONE_SCENE = 0.5
CELLS = 64
BURST_GAP_S = 2.0  # between one press of the shutter and the next
_EXACT = len("2024-05-17T12:30:05")
_FLATTEST = 2.0  # of 255: what varies less, a wall or a black frame, looks like any other

Looks = NDArray[np.float32]


def standardised(looks: Sequence[bytes]) -> Looks:
    """Give (n, 64) rows whose dot product is their correlation; a flat look is zeros, and like nothing."""
    grids = np.frombuffer(b"".join(looks), np.uint8).reshape(len(looks), CELLS).astype(np.float32)
    grids -= grids.mean(axis=1, keepdims=True)
    lengths = np.linalg.norm(grids, axis=1, keepdims=True)
    grids /= np.maximum(lengths, np.finfo(np.float32).tiny)
    grids[(lengths < _FLATTEST * np.sqrt(CELLS))[:, 0]] = 0
    return grids


def pairs(looks: Looks, least: float = ONE_PICTURE, block: int = 2048) -> Iterator[tuple[int, int]]:
    """Give each pair of rows that correlates by `least` or more, the lower row first."""
    for ones, others, _ in _alike(looks, least, block):
        for one, other in zip(ones.tolist(), others.tolist(), strict=True):
            yield min(one, other), max(one, other)


def likeliest_pairs(looks: Looks, moments: Sequence[float], most: int) -> list[tuple[int, int]]:
    """Give the pairs of rows that may be one picture, the likest first, and at most `most` a row.

    `moments` are the seconds at which the photos were taken, NaN where that is not known: what was taken at two
    moments is no pair. Where thousands look alike, as pages of one form do, a copy is among the likest.
    """
    taken = np.asarray(moments, np.float64)
    found: list[tuple[float, int, int]] = []
    for ones, others, agreement in _alike(looks, ONE_PICTURE, block=2048):
        fits = np.flatnonzero(~(np.abs(taken[ones] - taken[others]) > 0))  # NaN is no difference
        likest_first = fits[np.lexsort((-agreement[fits], ones[fits]))]
        of_each: Counter[int] = Counter()
        for number in likest_first.tolist():
            one, other = int(ones[number]), int(others[number])
            of_each[one] += 1
            if of_each[one] <= most:
                found.append((-float(agreement[number]), min(one, other), max(one, other)))
    return [(one, other) for _, one, other in sorted(found)]


def _alike(
    looks: Looks, least: float, block: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], Looks]]:
    """Give the pairs of rows that correlate by `least` or more, with how much, all of a row's at once.

    Rows so alike lie close on any axis, so each need meet its neighbours on one, in place of all n² others.
    """
    if len(looks) < 2:  # noqa: PLR2004 (a pair)
        return
    # The axis on which the rows spread most (the first principal component) separates most of them.
    axis = np.linalg.eigh(looks.T @ looks)[1][:, -1]
    along = looks @ axis
    order = np.argsort(along)
    ordered = along[order]
    apart = float(np.sqrt(2 - 2 * least)) + 1e-5  # of two unit vectors with this correlation, at the most
    for start in range(0, len(order), block):
        rows = order[start : start + block]
        end = int(np.searchsorted(ordered, along[rows[-1]] + apart, side="right"))
        others = order[start:end]
        agreement = looks[rows] @ looks[others].T
        i, j = np.nonzero(agreement >= least)
        i, j = i[i < j], j[i < j]  # places in the order, so each pair once
        yield rows[i], others[j], agreement[i, j]


def may_be_one_picture(first: PhotoFacts, second: PhotoFacts) -> bool:
    """Tell whether two photos may be copies of one: as far as a coarse look and their dates say.

    Frames of a burst, taken at two moments, are none; a copy may have lost its date, as messengers send it.
    """
    if first.pixel_hash == second.pixel_hash:
        return True
    return not seconds_apart(first, second) and _correlation(first, second) >= ONE_PICTURE


def may_show_one_scene(first: PhotoFacts, second: PhotoFacts) -> bool:
    """Tell whether nothing in two photos' looks, if both are known, says that they show different scenes."""
    return first.look is None or second.look is None or _correlation(first, second) >= ONE_SCENE


def is_one_burst(first: PhotoFacts, second: PhotoFacts) -> bool:
    """Tell whether one camera took both within moments, of one scene."""
    apart = seconds_apart(first, second)
    if apart is None or apart > BURST_GAP_S or first.camera is None or first.camera != second.camera:
        return False
    return _correlation(first, second) >= ONE_SCENE


def seconds_apart(first: PhotoFacts, second: PhotoFacts) -> float | None:
    """Give the time between two presses of the shutter; None where one of them is not known."""
    if first.taken_at is None or second.taken_at is None:
        return None
    known = min(len(first.taken_at), len(second.taken_at))
    if known < _EXACT:  # of one, no more is known than the day, the month or the year
        return None if first.taken_at[:known] == second.taken_at[:known] else float("inf")
    return abs(moment(first) - moment(second))


def moment(facts: PhotoFacts) -> float:
    """Give when a photo was taken, in seconds of its own clock; NaN where that is not known to the second."""
    if facts.taken_at is None or len(facts.taken_at) < _EXACT:
        return np.nan
    return float(np.datetime64(facts.taken_at, "us").astype(np.int64)) / 1e6


def _correlation(first: PhotoFacts, second: PhotoFacts) -> float:
    if first.look is None or second.look is None:
        return 0.0
    mine, theirs = standardised([first.look, second.look])
    return float(mine @ theirs)
