"""How much to make of a hit: `strong`, `possible` or `weak`. docs/relevance.md has the figures.

A photo near the question's words is no evidence yet: it may be nearer to much else. The stored captions nearest to
a photo say what it shows, as CSLS and the inverted softmax weigh a match by its rivals (Conneau et al. 2018, Smith
et al. 2017). How far the question stands ahead of those that say something else (a margin, as Artetxe and Schwenk
2019 score pairs), and how close to it those are that stand highest, is the evidence.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from embedder import Vectors
from searcher.background import Background

Relevance = Literal["strong", "possible", "weak"]
RELEVANCES: tuple[Relevance, ...] = ("strong", "possible", "weak")

# Chosen so that nine in ten of the questions that a library can't answer stay below 0, of 18 photos as of 1,000,
# on other subjects than evaluation's (docs/relevance.md says what other numbers would do as well).
_CLOSE = 5.0  # what the photo shows is close to the question
_COMMON = -2.0  # but so are many captions
_CHANCE = -2.18  # and chance alone takes the best of so many photos so many standard deviations up
_BASE = 4.05
STRONG_FROM = 0.63  # 95 % of the unanswered stay below it

_SHARPNESS = 2.0  # how fast a caption's weight falls, a standard deviation of the photo's cosines
_OTHERWISE = 0.6  # captions less like the question say something else
_NEAREST_CAPTIONS = 3
_FIRST_PHOTOS = 8  # most answers turn weak among them
_PHOTOS_AT_ONCE = 256


def graded(vector: Vectors, photos: Vectors, background: Background, searched: int) -> list[Relevance]:
    """Grade the (n, dimension) nearest of `searched` photos, nearest first, for a (dimension,) question.

    No photo is graded above a nearer one.
    """
    measured = _measure(vector, background, searched)
    grades: list[Relevance] = []
    least = np.inf
    while len(grades) < len(photos) and least >= 0:
        start = len(grades)
        for found in measured(photos[start : start + (_PHOTOS_AT_ONCE if start else _FIRST_PHOTOS)]):
            least = min(least, float(found))
            grades.append(grade_of(least))
    return grades + ["weak"] * (len(photos) - len(grades))


def grade_of(evidence: float) -> Relevance:
    """Give the grade of so much evidence."""
    return "strong" if evidence >= STRONG_FROM else "possible" if evidence >= 0 else "weak"


def evidence(vector: Vectors, photos: Vectors, background: Background, searched: int) -> Vectors:
    """Say how much there is, (n,), that each photo answers the question, as `graded` weighs it."""
    return _measure(vector, background, searched)(photos)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a photo as the answer, and what against it, as `graded` adds them up."""

    ahead: float  # the photo is nearer to the question than to captions that say something else
    close: float  # what the photo shows is close to the question
    common: float  # below 0: so are many captions
    chance: float  # below 0: chance alone takes the best of many photos so far
    base: float

    @property
    def total(self) -> float:
        """Possible from 0, strong from `STRONG_FROM`."""
        return self.ahead + self.close + self.common + self.chance + self.base


def weighed(vector: Vectors, photos: Vectors, background: Background, searched: int) -> list[Evidence]:
    """Take the evidence for each of the (n, dimension) photos apart."""
    question = background.direction(vector)
    alike = background.directions @ question
    against = _COMMON * _commonness(alike), _CHANCE * _chance(searched)
    return [
        Evidence(float(ahead), _CLOSE * float(close), *against, _BASE)
        for ahead, close in zip(*_among_captions(question, alike, photos, background), strict=True)
    ]


def at_least(relevance: str | None, least: Relevance | None) -> bool:
    """Tell whether a hit is to be kept; None keeps all."""
    return least is None or relevance in RELEVANCES[: RELEVANCES.index(least) + 1]


def _measure(vector: Vectors, background: Background, searched: int) -> Callable[[Vectors], Vectors]:
    question = background.direction(vector)
    alike = background.directions @ question
    base = _BASE + _COMMON * _commonness(alike) + _CHANCE * _chance(searched)

    def measured(photos: Vectors) -> Vectors:
        ahead, close = _among_captions(question, alike, photos, background)
        found: Vectors = base + ahead + _CLOSE * close
        return found

    return measured


def _commonness(alike: Vectors) -> float:
    return float(np.partition(alike, -_NEAREST_CAPTIONS)[-_NEAREST_CAPTIONS:].mean())


def _chance(searched: int) -> float:
    """Say where the largest of so many normal variables lies."""
    return float(np.sqrt(2 * np.log(max(searched, 1))))


def _among_captions(
    question: Vectors, alike: Vectors, photos: Vectors, background: Background
) -> tuple[Vectors, Vectors]:
    """Say how far the question is ahead of other captions, and how close to it is what each photo shows: (n,).

    Ahead: of the soft maximum of captions that say something else, in the photo's standard deviations. What a
    photo shows is each caption, and the question itself, as far as it stands out among all; 1 is the closest.
    """
    tiny = np.finfo(np.float32).tiny
    others = (alike < _OTHERWISE).astype(np.float32)
    others /= max(others.sum(), 1.0)
    cosines = photos @ background.directions.T
    asked = photos @ question
    highest = np.maximum(cosines.max(axis=1), asked)
    # The mean that both are less, to be deviations, falls out of the differences.
    sharpness = _SHARPNESS / np.maximum(cosines.std(axis=1), tiny)
    cosines -= highest[:, np.newaxis]
    cosines *= sharpness[:, np.newaxis]
    weights = np.exp(cosines, out=cosines)
    its_own = (asked - highest) * sharpness
    ahead: Vectors = (its_own - np.log(np.maximum(weights @ others, tiny))) / _SHARPNESS
    np.square(weights, out=weights)  # for closeness the few that stand highest count
    its_weight = np.exp(2 * its_own)
    close: Vectors = (weights @ alike + its_weight) / (weights.sum(axis=1) + its_weight)
    return ahead, close
