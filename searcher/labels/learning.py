"""What a person's yes and no teach about a label: logistic regression on vectors, beside the label's words.

A label's probability is corrected by what photos look like that the person said yes or no to: the logits are an
offset, and weights are penalised (ridge), since there are few examples and hundreds of dimensions. The correction
is used only if it predicts held-back answers better.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photoseek.embedder import Vectors
from photoseek.searcher.labels.classifying import logistic

Numbers = NDArray[np.floating]

FEWEST = 10  # yes, and as many no
MOST = 500  # of each: those on the photos that were added last
_PENALTY = 0.5  # of squared weights, for vectors of unit length; less is fitted to single photos
_FOLDS = 5
_STEPS = 30  # of Newton's method; it converges in fewer
_CLOSE = 1e-5
_CERTAIN = 1e-6  # no probability is nearer to 0 or 1


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """A correction of a label's logit, and the number of answers that taught it."""

    yes: int
    no: int
    weights: Numbers  # (dimension,)
    bias: float

    def corrected(self, probabilities: Numbers, photos: Vectors) -> Numbers:
        """Return the label's (n,) probabilities for (n, dimension) photos, corrected."""
        found: Numbers = logistic(_logits(probabilities) + photos @ self.weights + self.bias)
        return found


def learn(photos: Vectors, said: NDArray[np.bool_], probabilities: Numbers) -> Lesson | None:
    """Learn from (n, dimension) photos with a yes or no each; None if that is too few, or doesn't help.

    `probabilities` are the label's own of these photos, (n,).
    """
    yes, no = int(said.sum()), int((~said).sum())
    if min(yes, no) < FEWEST:
        return None
    offsets = _logits(probabilities)
    folds = _folds(said)
    held_back = np.zeros(len(said))
    for fold in range(_FOLDS):
        rest = folds != fold
        weights, bias = _fitted(photos[rest], said[rest], offsets[rest])
        held_back[~rest] = offsets[~rest] + photos[~rest] @ weights + bias
    if _log_loss(held_back, said) >= _log_loss(offsets, said):
        return None
    if average_precision(held_back, said) < average_precision(offsets, said):
        return None
    return Lesson(yes, no, *_fitted(photos, said, offsets))


def average_precision(scores: Numbers, true: NDArray[np.bool_]) -> float:
    """Return the mean precision at each true one, in the order of scores; the highest come first."""
    ordered = true[np.argsort(-scores, kind="stable")]
    precision = np.cumsum(ordered) / np.arange(1, len(ordered) + 1)
    return float(precision[ordered].mean())


def _fitted(photos: Vectors, said: NDArray[np.bool_], offsets: Numbers) -> tuple[Numbers, float]:
    """Return weights and bias by Newton's method, in the space of the examples, which is the smaller one."""
    inputs = np.c_[photos, np.ones(len(photos))].astype(np.float64)
    penalties = np.full(inputs.shape[1], _PENALTY)
    penalties[-1] = _PENALTY / 10  # the bias is freer
    found = np.zeros(inputs.shape[1])
    scaled = inputs / penalties

    def loss(at: Numbers) -> float:
        logits = inputs @ at + offsets
        return float(np.logaddexp(0, np.where(said, -logits, logits)).sum() + penalties @ at**2 / 2)

    for _ in range(_STEPS):
        likely = logistic(inputs @ found + offsets)
        gradient = inputs.T @ (likely - said) + penalties * found
        curvature = np.maximum(likely * (1 - likely), 1e-3)
        # The matrix inversion lemma (Woodbury): the examples are fewer than the dimensions.
        inner = scaled @ inputs.T + np.diag(1 / curvature)
        step = gradient / penalties - scaled.T @ np.linalg.solve(inner, scaled @ gradient)
        # Offsets far from the answers make the first steps much too long.
        while loss(found - step) > loss(found) and np.abs(step).max() >= _CLOSE:
            step /= 2
        found -= step
        if np.abs(step).max() < _CLOSE:
            break
    return found[:-1], float(found[-1])


def _folds(said: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Deal the yes and the no to folds, each evenly."""
    folds = np.empty(len(said), np.intp)
    for which in (said, ~said):
        folds[which] = np.arange(which.sum()) % _FOLDS
    return folds


def _logits(probabilities: Numbers) -> Numbers:
    certain = np.clip(probabilities, _CERTAIN, 1 - _CERTAIN)
    logits: Numbers = np.log(certain / (1 - certain))
    return logits


def _log_loss(logits: Numbers, said: NDArray[np.bool_]) -> float:
    return float(np.logaddexp(0, np.where(said, -logits, logits)).mean())
