"""When are two photos copies of one picture, and when only two presses of the shutter?"""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from photoseek.storage import PhotoFacts

# Two looks with at least this correlation may be one picture, resized, recompressed or recoloured; `same_picture`
# decides. Among the eight million pairs of 4,000 photos of Flickr8k none reaches it, but documents
# of one layout do, and frames of a burst.
ONE_PICTURE = 0.98
ONE_SCENE = 0.5
CELLS = 64
BURST_GAP_S = 2.0  # between one press of the shutter and the next
_EXACT = len("2024-05-17T12:30:05")
_FLATTEST = 2.0  # of 255: a photo that varies less, like a wall or a black frame, resembles too many others

Looks = NDArray[np.float32]


def compared_look(facts: PhotoFacts) -> bytes | None:
    """Return the look by which a photo is compared; None for a video, of which one picture says too little."""
    return None if facts.is_video else facts.look


def standardised(looks: Sequence[bytes]) -> Looks:
    """Return (n, 64) rows whose dot product is their correlation; a flat look becomes zeros."""
    grids = np.frombuffer(b"".join(looks), np.uint8).reshape(len(looks), CELLS).astype(np.float32)
    grids -= grids.mean(axis=1, keepdims=True)
    lengths = np.linalg.norm(grids, axis=1, keepdims=True)
    grids /= np.maximum(lengths, np.finfo(np.float32).tiny)
    grids[(lengths < _FLATTEST * np.sqrt(CELLS))[:, 0]] = 0
    return grids


def pairs(looks: Looks, minimum: float = ONE_PICTURE, block: int = 2048) -> Iterator[tuple[int, int]]:
    """Yield each pair of rows that correlates by `minimum` or more, the lower row first."""
    for ones, others, _ in _alike(looks, minimum, block):
        for one, other in zip(ones.tolist(), others.tolist(), strict=True):
            yield min(one, other), max(one, other)


def likeliest_pairs(looks: Looks, moments: Sequence[float], most: int) -> list[tuple[int, int]]:
    """Return the pairs of rows that may be one picture, the most similar first, at most `most` a row.

    `moments` are the times at which the photos were taken, in seconds; NaN if unknown. Photos of two different
    times are no pair. Where thousands look alike, as pages of one form do, a copy is among the most similar.
    """
    taken = np.asarray(moments, np.float64)
    found: list[tuple[float, int, int]] = []
    for ones, others, agreement in _alike(looks, ONE_PICTURE, block=2048):
        fits = np.flatnonzero(~(np.abs(taken[ones] - taken[others]) > 0))  # NaN is no difference
        most_similar_first = fits[np.lexsort((-agreement[fits], ones[fits]))]
        of_each: Counter[int] = Counter()
        for number in most_similar_first.tolist():
            one, other = int(ones[number]), int(others[number])
            of_each[one] += 1
            if of_each[one] <= most:
                found.append((-float(agreement[number]), min(one, other), max(one, other)))
    return [(one, other) for _, one, other in sorted(found)]


def _alike(
    looks: Looks, minimum: float, block: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], Looks]]:
    """Yield the pairs of rows that correlate by `minimum` or more, with their correlations, row by row.

    Such rows lie close on any axis, so each is compared with its neighbours on one axis, not with all n² others.
    """
    if len(looks) < 2:  # noqa: PLR2004 (a pair)
        return
    # The first principal component separates most of the rows.
    axis = np.linalg.eigh(looks.T @ looks)[1][:, -1]
    along = looks @ axis
    order = np.argsort(along)
    ordered = along[order]
    # The largest distance of two unit vectors with this correlation.
    apart = float(np.sqrt(2 - 2 * minimum)) + 1e-5
    for start in range(0, len(order), block):
        rows = order[start : start + block]
        end = int(np.searchsorted(ordered, along[rows[-1]] + apart, side="right"))
        others = order[start:end]
        agreement = looks[rows] @ looks[others].T
        i, j = np.nonzero(agreement >= minimum)
        i, j = i[i < j], j[i < j]  # positions in the order, so each pair once
        yield rows[i], others[j], agreement[i, j]


def may_be_one_picture(first: PhotoFacts, second: PhotoFacts) -> bool:
    """Return whether two photos may be copies, judging by a coarse look and their dates.

    Frames of a burst, taken at two times, are not. A copy may have lost its date, as messengers remove it.
    """
    if first.pixel_hash == second.pixel_hash:
        return True
    return not seconds_apart(first, second) and _correlation(first, second) >= ONE_PICTURE


def may_show_one_scene(first: PhotoFacts, second: PhotoFacts) -> bool:
    """Return whether two photos may show one scene: False only if both looks are known and differ."""
    return first.look is None or second.look is None or _correlation(first, second) >= ONE_SCENE


def is_one_burst(first: PhotoFacts, second: PhotoFacts) -> bool:
    """Return whether one camera took both photos of one scene in a burst."""
    apart = seconds_apart(first, second)
    if apart is None or apart > BURST_GAP_S or first.camera is None or first.camera != second.camera:
        return False
    return _correlation(first, second) >= ONE_SCENE


def seconds_apart(first: PhotoFacts, second: PhotoFacts) -> float | None:
    """Return the seconds between two photos; None if one of the times is unknown."""
    if first.taken_at is None or second.taken_at is None:
        return None
    known = min(len(first.taken_at), len(second.taken_at))
    if known < _EXACT:  # of one photo, only the day, the month or the year is known
        return None if first.taken_at[:known] == second.taken_at[:known] else float("inf")
    return abs(moment(first) - moment(second))


def moment(facts: PhotoFacts) -> float:
    """Return when a photo was taken, in seconds of its own clock; NaN if it isn't known to the second."""
    if facts.taken_at is None or len(facts.taken_at) < _EXACT:
        return np.nan
    return float(np.datetime64(facts.taken_at, "us").astype(np.int64)) / 1e6


def _correlation(first: PhotoFacts, second: PhotoFacts) -> float:
    looks = compared_look(first), compared_look(second)
    if looks[0] is None or looks[1] is None:
        return 0.0
    mine, theirs = standardised([looks[0], looks[1]])
    return float(mine @ theirs)
