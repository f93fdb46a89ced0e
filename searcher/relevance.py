"""How much to make of a hit: `strong`, `possible` or `weak`. docs/relevance.md has the figures.

A photo near the question's words is no evidence yet: it may be nearer to much else. The stored captions nearest to
a photo say what it shows, as CSLS and the inverted softmax weigh a match by its rivals (Conneau et al. 2018, Smith
et al. 2017); how close that comes to what was asked is the evidence.
"""

from typing import Literal

import numpy as np

from embedder import Vectors
from searcher.background import Background

Relevance = Literal["strong", "possible", "weak"]
RELEVANCES: tuple[Relevance, ...] = ("strong", "possible", "weak")

# A logistic regression told questions that a library answers from questions that it doesn't, on other subjects and
# other photos than evaluation's (docs/relevance.md); a 0 was moved to where 92 % of the unanswered stay below it.
_CLOSE = 7.91  # what the photo shows is close to the question
_COMMON = -3.87  # but so are many captions
_CHANCE = -1.64  # and chance alone takes the best of so many photos so many standard deviations up
_BASE = 4.29
_STRONG_FROM = 0.76  # 97 % of the unanswered stay below it

_SHARPNESS = 4.0  # how fast a caption's weight falls, a standard deviation of the photo's cosines
_NEAREST_CAPTIONS = 3
_PHOTOS_AT_ONCE = 256


def graded(vector: Vectors, photos: Vectors, background: Background, searched: int) -> list[Relevance]:
    """Grade the (n, dimension) nearest of `searched` photos, nearest first, for a (dimension,) question.

    No photo is graded above a nearer one.
    """
    question = background.direction(vector)
    alike = background.directions @ question
    nearest = np.partition(alike, -_NEAREST_CAPTIONS)[-_NEAREST_CAPTIONS:]
    chance = np.sqrt(2 * np.log(max(searched, 1)))  # where the largest of so many normal variables lies
    base = _BASE + _COMMON * float(nearest.mean()) + _CHANCE * float(chance)
    grades: list[Relevance] = []
    least = np.inf
    for start in range(0, len(photos), _PHOTOS_AT_ONCE):
        some = photos[start : start + _PHOTOS_AT_ONCE]
        for closeness in _closeness(question, alike, some, background):
            least = min(least, base + _CLOSE * float(closeness))
            grades.append("strong" if least >= _STRONG_FROM else "possible" if least >= 0 else "weak")
        if least < 0:
            break
    return grades + ["weak"] * (len(photos) - len(grades))


def at_least(relevance: str | None, least: Relevance | None) -> bool:
    """Tell whether a hit is to be kept; None keeps all."""
    return least is None or relevance in RELEVANCES[: RELEVANCES.index(least) + 1]


def _closeness(question: Vectors, alike: Vectors, photos: Vectors, background: Background) -> Vectors:
    """Say how close to the question is what each photo shows, (n,), 1 at most.

    What a photo shows is each caption, and the question itself, as far as it stands out among all captions.
    """
    cosines = photos @ background.directions.T
    middles, spreads = cosines.mean(axis=1, keepdims=True), cosines.std(axis=1, keepdims=True)
    rivals = np.concatenate([cosines, (photos @ question)[:, np.newaxis]], axis=1)
    deviations = (rivals - middles) / np.maximum(spreads, np.finfo(np.float32).tiny)
    weights = np.exp(_SHARPNESS * (deviations - deviations.max(axis=1, keepdims=True)))
    closeness: Vectors = (weights @ np.append(alike, 1)) / weights.sum(axis=1)
    return closeness
