"""Within what bounds does a figure lie, for other photos or subjects of the same kind?

Percentile intervals of the bootstrap (Efron and Tibshirani 1993, chapter 13): what belongs together, such as the
captions of a photo or the phrasings of a subject, is drawn together, with replacement, as often as there are such
groups. The draws are seeded, so that a figure has the same interval each time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_DRAWS = 1000
_SEED = 7
_BOUNDS = (0.025, 0.975)

Interval = tuple[float, float]
Figures = dict[str, float | None]


def of_share(groups: Sequence[Sequence[bool]]) -> Interval | None:
    """Return the 95 % interval of the share of what is true over all groups; None where there is nothing."""
    import numpy as np

    true = np.array([sum(group) for group in groups], np.float64)
    count = np.array([len(group) for group in groups], np.float64)
    return _interval(len(groups), lambda drawn: _divided(true[drawn].sum(), count[drawn].sum()))


def of_auc(groups: Sequence[tuple[Sequence[float], Sequence[float]]]) -> Interval | None:
    """Return that of how often one of the first kind lies above one of the second; each group holds both kinds."""
    import numpy as np

    firsts = [np.asarray(first) for first, _ in groups]
    seconds = [np.asarray(second) for _, second in groups]

    def auc(drawn: NDArray[np.int64]) -> float:
        first = np.concatenate([firsts[number] for number in drawn])
        second = np.concatenate([seconds[number] for number in drawn])
        above = (first[:, np.newaxis] > second).sum() + 0.5 * (first[:, np.newaxis] == second).sum()
        return _divided(float(above), float(len(first) * len(second)))

    return _interval(len(groups), auc)


def named(figure: str, interval: Interval | None) -> Figures:
    """Return the bounds of a figure as two figures more."""
    low, high = interval or (None, None)
    return {f"{figure}, 95 % from": low, f"{figure}, 95 % to": high}


def _interval(groups: int, statistic: Callable[[NDArray[np.int64]], float]) -> Interval | None:
    if not groups:
        return None
    import numpy as np

    rng = np.random.default_rng(_SEED)
    found = np.array([statistic(rng.integers(groups, size=groups)) for _ in range(_DRAWS)])
    values = found[~np.isnan(found)]  # a draw may hold nothing that counts
    if not len(values):
        return None
    low, high = np.quantile(values, _BOUNDS)
    return float(low), float(high)


def _divided(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")
