"""When are two photos one picture, and when only two presses of the shutter?"""

from collections.abc import Iterator, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from storage import PhotoFacts

# Correlation of two looks from which they are one picture, resized, recompressed or recoloured. Among the eight
# million pairs of 4,000 photos of Flickr8k none reaches it; their copies in a third of the size, in other colours
# or of low quality all do.
ONE_PICTURE = 0.98
# Frames of one burst may move more than copies do, so those taken in the same second must agree better than this.
_ONE_PICTURE_IN_ONE_SECOND = 0.9985
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
    """Give each pair of rows that correlates by `least` or more, the lower row first.

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
        for i, j in np.argwhere(looks[rows] @ looks[others].T >= least):
            if i < j:
                yield min(rows[i], others[j]), max(rows[i], others[j])


def is_one_picture(first: PhotoFacts, second: PhotoFacts) -> bool:
    """Tell whether two photos are copies of one, whatever their files are; frames of a burst are not."""
    if first.pixel_hash == second.pixel_hash:
        return True
    agreement = _correlation(first, second)
    if agreement < ONE_PICTURE:
        return False
    apart = _seconds_apart(first, second)
    if apart is None:  # a copy that lost its date, as messengers send it
        return True
    return apart == 0 and (_pixels(first) != _pixels(second) or agreement >= _ONE_PICTURE_IN_ONE_SECOND)


def is_one_burst(first: PhotoFacts, second: PhotoFacts) -> bool:
    """Tell whether one camera took both within moments, of one scene."""
    apart = _seconds_apart(first, second)
    if apart is None or apart > BURST_GAP_S or first.camera is None or first.camera != second.camera:
        return False
    return _correlation(first, second) >= ONE_SCENE


def _correlation(first: PhotoFacts, second: PhotoFacts) -> float:
    if first.look is None or second.look is None:
        return 0.0
    mine, theirs = standardised([first.look, second.look])
    return float(mine @ theirs)


def _seconds_apart(first: PhotoFacts, second: PhotoFacts) -> float | None:
    if first.taken_at is None or second.taken_at is None:
        return None
    known = min(len(first.taken_at), len(second.taken_at))
    if known < _EXACT:  # of one, no more is known than the day, the month or the year
        return None if first.taken_at[:known] == second.taken_at[:known] else float("inf")
    between = datetime.fromisoformat(first.taken_at) - datetime.fromisoformat(second.taken_at)
    return abs(between.total_seconds())


def _pixels(facts: PhotoFacts) -> tuple[int, int]:
    return facts.width, facts.height
