"""How much to make of a hit: a grade, and a number that says the same. docs/lab/relevance.md has the figures.

A photo near the question's words is no evidence yet: it may be nearer to much else. The stored captions nearest to
a photo say what it shows, as CSLS and the inverted softmax weigh a match by its rivals (Conneau et al. 2018, Smith
et al. 2017). How far the question stands ahead of those that say something else (a margin, as Artetxe and Schwenk
2019 score pairs), and how close to it those are that stand highest, is the evidence.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import floor
from typing import Literal

import numpy as np

from photoseek.embedder import Vectors
from photoseek.searcher.scoring.background import Background
from photoseek.searcher.scoring.nouns import Kin
from photoseek.storage import check_time

Relevance = Literal["strong", "possible", "weak"]
RELEVANCES: tuple[Relevance, ...] = ("strong", "possible", "weak")

# Chosen with photoseek-5 on half of the subjects and on two of three sources: four in five of the questions that a
# library can't answer stay below 0 (docs/lab/relevance.md says what the other half and the third source give).
_CLOSE = 5.0  # what the photo shows is close to the question
_COMMON = -2.0  # but so are many captions
_CHANCE = -2.18  # and chance alone takes the best of so many photos so many standard deviations up
_UNANSWERED_BELOW = (
    0.9  # the share of unanswerable questions whose best photo chance leaves below that height
)
_BASE = 4.0
UNSURE_FROM = -1.9  # half of the unanswered stayed below it: further down, a weak hit is no answer
STRONG_FROM = 1.2  # nine in ten of the unanswered stayed below it

_SHARPNESS = 2.0  # how fast a caption's weight falls, a standard deviation of the photo's cosines
_OTHERWISE = 0.6  # captions less like the question say something else
_SAME = 0.8  # at least so like it is a caption that names the same, or a kind of it
_SIBLING = 0.3  # at most so like it is one that names a sibling, which says something else
_NEAREST_CAPTIONS = 3
_FIRST_PHOTOS = 8  # weighed before all others, for most questions have turned weak by then
_ALWAYS_WEIGHED = 100  # photos, weak ones too, so that each row of a usual page has a number of its own
_PHOTOS_AT_ONCE = 256
_MOST_HEARD = 1000  # questions that are kept beside each other, each in 30 kB

# A match is 1 in 1 + odds: 0.5 without any evidence, and exactly 0.75 for what begins `strong`.
_ODDS = 3.0
_POSSIBLE, _STRONG = 0.5, 0.75
_MOST_TIMES = 300.0  # three to the power of twice as much overflows


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for in words."""

    vector: Vectors  # (dimension,) of all of them
    text: str  # those that pull nearer, phrases divided by commas


@dataclass(frozen=True, slots=True)
class Grade:
    """What the evidence for a hit, and for all nearer ones, comes to."""

    relevance: Relevance
    match: float  # 0 to 1, as `match_of` gives it


def graded(question: Question, photos: Vectors, background: Background, searched: int) -> list[Grade]:
    """Grade the (n, dimension) nearest of `searched` photos, nearest first; none above a nearer one.

    Once one behind the first hundred is weak, those that follow are not weighed and get the last grade.
    """
    measured = _measure(question, background, searched)
    grades: list[Grade] = []
    least = np.inf
    while (start := len(grades)) < len(photos) and (least >= 0 or start < _ALWAYS_WEIGHED):
        check_time()
        end = next(size for size in (_FIRST_PHOTOS, _ALWAYS_WEIGHED, start + _PHOTOS_AT_ONCE) if size > start)
        for found in measured(photos[start:end]):
            least = min(least, float(found))
            grades.append(grade_of(least))
    return grades + grades[-1:] * (len(photos) - len(grades))


def grade_of(evidence: float) -> Grade:
    """Give the grade of so much evidence: by the number for it, so that no rounding comes between the two."""
    match = match_of(evidence)
    return Grade("strong" if match >= _STRONG else "possible" if match >= _POSSIBLE else "weak", match)


def match_of(evidence: float) -> float:
    """Give the number for so much evidence, 0 to 1: the logistic function of it, scaled. It is no probability."""
    return float(1 / (1 + _ODDS ** min(-evidence / STRONG_FROM, _MOST_TIMES)))


def cut(match: float) -> float:
    """Give a match with three digits: cut, for one that is rounded up may reach the grade above its own."""
    return floor(match * 1000) / 1000


def as_percent(match: float) -> str:
    """Give a match for people, in whole per cent, cut as well."""
    return f"{floor(match * 100)}%"


def evidence(question: Question, photos: Vectors, background: Background, searched: int) -> Vectors:
    """Say how much there is, (n,), that each photo answers the question, as `graded` weighs it."""
    return _measure(question, background, searched)(photos)


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


class EvidenceForEach:
    """Weighs photos that each have a question of their own, as labels that compete; each question is read once."""

    def __init__(self, questions: Sequence[Question], background: Background, searched: int) -> None:
        """Take the questions, by whose numbers photos come, and of how many photos each is taken for the best."""
        self._questions = questions
        self._background = background
        self._chance = _CHANCE * _chance(searched)
        self._heard: dict[int, _Heard] = {}

    def __call__(self, photos: Vectors, numbers: Sequence[int]) -> Vectors:
        """Say how much evidence there is, (n,), that each (n, dimension) photo answers its own question."""
        if not len(photos):
            return np.empty(0, np.float32)
        if len(self._heard) >= _MOST_HEARD:
            self._heard = {}
        new = sorted(set(numbers) - self._heard.keys())
        asked = [self._questions[number] for number in new]
        self._heard.update(zip(new, _heard_together(asked, self._background), strict=True))
        heard = [self._heard[number] for number in numbers]
        own = np.einsum("pd,pd->p", photos, np.stack([one.direction for one in heard]))
        alike, others = (np.stack([getattr(one, name) for one in heard]) for name in ("alike", "others"))
        ahead, close = _compared(photos @ self._background.directions.T, own, alike, others)
        common = _COMMON * np.array([one.commonness for one in heard], np.float32)
        found: Vectors = _BASE + ahead + _CLOSE * close + common + self._chance
        return found


def weighing(question: Question, background: Background, searched: int) -> Callable[[Vectors], Evidence]:
    """Give what takes the evidence for a (dimension,) photo apart; it hears the question once."""
    heard = _heard(question, background)
    against = _COMMON * heard.commonness, _CHANCE * _chance(searched)

    def weighed(photo: Vectors) -> Evidence:
        (ahead,), (close,) = _among_captions(heard, photo[np.newaxis], background)
        return Evidence(float(ahead), _CLOSE * float(close), *against, _BASE)

    return weighed


def at_least(relevance: str | None, least: Relevance | None) -> bool:
    """Tell whether a hit is to be kept; None keeps all."""
    return least is None or relevance in RELEVANCES[: RELEVANCES.index(least) + 1]


@dataclass(frozen=True, slots=True)
class _Heard:
    """A question, and what the captions are to it."""

    direction: Vectors  # (dimension,)
    alike: Vectors  # (captions,) 1 where one says the same
    others: Vectors  # (captions,) that say something else, equal shares of 1
    commonness: float  # how like it the nearest are, to the model


def _heard(question: Question, background: Background) -> _Heard:
    (heard,) = _heard_together([question], background)
    return heard


def _heard_together(questions: Sequence[Question], background: Background) -> Iterator[_Heard]:
    """Compare questions with the captions: several by one product, for the captions are many to read."""
    if not questions:
        return
    directions = background.direction(np.stack([question.vector for question in questions]))
    for question, direction, alike in zip(
        questions, directions, directions @ background.directions.T, strict=True
    ):
        yield _heard_so(direction, alike, background.kin(question.text))


def _heard_so(direction: Vectors, alike: Vectors, kin: Kin) -> _Heard:
    different = ((alike < _OTHERWISE) | kin.siblings) & ~kin.same
    if not different.any():  # all captions name the same, to a dictionary: then the model says which do
        different = alike < _OTHERWISE
    others = different.astype(np.float32)
    others /= max(others.sum(), 1.0)
    commonness = float(np.partition(alike, -_NEAREST_CAPTIONS)[-_NEAREST_CAPTIONS:].mean())
    np.maximum(alike, _SAME, out=alike, where=kin.same)
    np.minimum(alike, _SIBLING, out=alike, where=kin.siblings)
    return _Heard(direction, alike, others, commonness)


def _measure(question: Question, background: Background, searched: int) -> Callable[[Vectors], Vectors]:
    heard = _heard(question, background)
    base = _BASE + _COMMON * heard.commonness + _CHANCE * _chance(searched)

    def measured(photos: Vectors) -> Vectors:
        ahead, close = _among_captions(heard, photos, background)
        found: Vectors = base + ahead + _CLOSE * close
        return found

    return measured


def _chance(searched: int) -> float:
    """Give the height below which the highest of so many normal variables stays nine times in ten.

    One alone stays below 1.28 so often; from some dozens on it is hardly other than √(2 ln N).
    """
    from statistics import NormalDist  # a query of filters alone needs none of what it loads

    return NormalDist().inv_cdf(_UNANSWERED_BELOW ** (1 / max(searched, 1)))


def _among_captions(heard: _Heard, photos: Vectors, background: Background) -> tuple[Vectors, Vectors]:
    """Say how far the question is ahead of other captions, and how close to it is what each photo shows: (n,).

    Ahead: of the soft maximum of captions that say something else, in the photo's standard deviations. What a
    photo shows is each caption, and the question itself, as far as it stands out among all; 1 is the closest.
    """
    return _compared(photos @ background.directions.T, photos @ heard.direction, heard.alike, heard.others)


def _compared(cosines: Vectors, asked: Vectors, alike: Vectors, others: Vectors) -> tuple[Vectors, Vectors]:
    """Do so by (n, captions) cosines, which it changes, and (n,) of the question; `_Heard` has the other two.

    Those are of one question, (captions,), or of one for each photo, (n, captions).
    """
    tiny = np.finfo(np.float32).tiny
    highest = np.maximum(cosines.max(axis=1), asked)
    # The mean that both are less, to be deviations, falls out of the differences.
    sharpness = _SHARPNESS / np.maximum(cosines.std(axis=1), tiny)
    cosines -= highest[:, np.newaxis]
    cosines *= sharpness[:, np.newaxis]
    weights = np.exp(cosines, out=cosines)
    its_own = (asked - highest) * sharpness
    ahead: Vectors = (its_own - np.log(np.maximum(_rowwise(weights, others), tiny))) / _SHARPNESS
    np.square(weights, out=weights)  # for closeness the few that stand highest count
    its_weight = np.exp(2 * its_own)
    close: Vectors = (_rowwise(weights, alike) + its_weight) / (weights.sum(axis=1) + its_weight)
    return ahead, close


def _rowwise(weights: Vectors, of_captions: Vectors) -> Vectors:
    """Multiply each row with the one vector, or with its own."""
    if of_captions.ndim == 1:
        return weights @ of_captions
    products: Vectors = np.einsum("pc,pc->p", weights, of_captions)
    return products
