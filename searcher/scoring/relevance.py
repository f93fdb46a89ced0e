"""The relevance of a hit: a grade, and a number that agrees with it. docs/lab/relevance.md has the figures.

That a photo is near the question's words is not enough: it may be nearer to much else. The stored captions nearest
to a photo say what it shows, as CSLS and the inverted softmax weigh a match by its rivals (Conneau et al. 2018,
Smith et al. 2017). The evidence is the margin by which the question is ahead of captions that say something else
(as Artetxe and Schwenk 2019 score pairs), and how close the nearest captions are to the question.
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
_CLOSE = 5.0  # weight: what the photo shows is close to the question
_COMMON = -2.0  # weight: but so are many captions
_CHANCE = -2.18  # weight: standard deviations that chance alone adds to the best of many photos
_UNANSWERED_BELOW = (
    0.9  # the share of unanswerable questions whose best photo chance leaves below that height
)
_BASE = 4.0
UNSURE_FROM = -1.9  # half of the unanswerable questions stayed below it: lower weak hits are no answer
STRONG_FROM = 1.2  # nine in ten of the unanswerable questions stayed below it

_SHARPNESS = 2.0  # how fast a caption's weight falls, a standard deviation of the photo's cosines
_OTHERWISE = 0.6  # captions less similar to the question say something else
_SAME = 0.8  # a caption that names the same, or a kind of it, is at least so similar
_SIBLING = 0.3  # a caption that names a sibling is at most so similar, and says something else
_NEAREST_CAPTIONS = 3
_FIRST_PHOTOS = 8  # weighed first, since most questions are weak after these
_ALWAYS_WEIGHED = 100  # photos, weak ones too, so that each row of a usual page has its own number
_PHOTOS_AT_ONCE = 256
_HIGHEST_EXPONENT = 40.0  # exp() of twice as much is near the largest float32
_MOST_PREPARED = 1000  # prepared questions that are kept, 30 kB each

# The base of the logistic function: a match is 0.5 without evidence, and exactly 0.75 where `strong` begins.
_ODDS = 3.0
_POSSIBLE, _STRONG = 0.5, 0.75
_MOST_TIMES = 300.0  # three to the power of twice as much overflows


@dataclass(frozen=True, slots=True)
class Question:
    """A question's words and their vector."""

    vector: Vectors  # (dimension,) of the whole
    text: str  # the words that pull nearer, phrases separated by commas


@dataclass(frozen=True, slots=True)
class Grade:
    """The grade of a hit, from its evidence and that of nearer ones."""

    relevance: Relevance
    match: float  # 0 to 1, as `match_of` returns it


def graded(question: Question, photos: Vectors, background: Background, searched: int) -> list[Grade]:
    """Grade the (n, dimension) nearest of `searched` photos, nearest first; none above a nearer one.

    After the first hundred, once one is weak, the following ones are not weighed and get the last grade.
    """
    measured = _evidence_function(question, background, searched)
    grades: list[Grade] = []
    minimum = np.inf
    while (start := len(grades)) < len(photos) and (minimum >= 0 or start < _ALWAYS_WEIGHED):
        check_time()
        end = next(size for size in (_FIRST_PHOTOS, _ALWAYS_WEIGHED, start + _PHOTOS_AT_ONCE) if size > start)
        for found in measured(photos[start:end]):
            minimum = min(minimum, float(found))
            grades.append(grade_of(minimum))
    return grades + grades[-1:] * (len(photos) - len(grades))


def grade_of(evidence: float) -> Grade:
    """Return the grade for evidence. It is derived from the match, so that rounding can't separate the two."""
    match = match_of(evidence)
    return Grade("strong" if match >= _STRONG else "possible" if match >= _POSSIBLE else "weak", match)


def match_of(evidence: float) -> float:
    """Return a number from 0 to 1 for evidence: a scaled logistic function. It is not a probability."""
    return float(1 / (1 + _ODDS ** min(-evidence / STRONG_FROM, _MOST_TIMES)))


def cut(match: float) -> float:
    """Return a match cut to three digits: rounded up, it might reach the grade above its own."""
    return floor(match * 1000) / 1000


def as_percent(match: float) -> str:
    """Return a match as whole per cent, also cut."""
    return f"{floor(match * 100)}%"


def evidence(question: Question, photos: Vectors, background: Background, searched: int) -> Vectors:
    """Return the evidence, (n,), that each photo answers the question, as `graded` weighs it."""
    return _evidence_function(question, background, searched)(photos)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence for and against a photo as the answer; `graded` uses the sum."""

    ahead: float  # the photo is nearer to the question than to captions that say something else
    close: float  # weight: what the photo shows is close to the question
    common: float  # negative: so are many captions
    chance: float  # negative: chance alone gives the best of many photos so much
    base: float

    @property
    def total(self) -> float:
        """Possible from 0, strong from `STRONG_FROM`."""
        return self.ahead + self.close + self.common + self.chance + self.base


class EvidenceForEach:
    """Weighs photos that each have a question of their own, as for labels. Each question is prepared once."""

    def __init__(self, questions: Sequence[Question], background: Background, searched: int) -> None:
        """Take the questions, whose indices photos refer to, and the number of photos that each is the best of."""
        self._questions = questions
        self._background = background
        self._chance = _CHANCE * _chance(searched)
        self._kept: dict[int, _PreparedQuestion] = {}

    def __call__(self, photos: Vectors, numbers: Sequence[int]) -> Vectors:
        """Return the evidence, (n,), that each (n, dimension) photo answers its own question."""
        if not len(photos):
            return np.empty(0, np.float32)
        if len(self._kept) >= _MOST_PREPARED:
            self._kept = {}
        new = sorted(set(numbers) - self._kept.keys())
        asked = [self._questions[number] for number in new]
        self._kept.update(zip(new, _prepare_all(asked, self._background), strict=True))
        prepared = [self._kept[number] for number in numbers]
        own = np.einsum("pd,pd->p", photos, np.stack([one.direction for one in prepared]))
        alike, others = (np.stack([getattr(one, name) for one in prepared]) for name in ("alike", "others"))
        ahead, close = _compared(photos @ self._background.directions.T, own, alike, others)
        common = _COMMON * np.array([one.commonness for one in prepared], np.float32)
        found: Vectors = _BASE + ahead + _CLOSE * close + common + self._chance
        return found


class EvidenceForAll:
    """Weighs each photo for every one of some questions, as labels that don't compete."""

    def __init__(self, questions: Sequence[Question], background: Background, searched: int) -> None:
        """Take the questions, and of how many photos each is taken for the best."""
        asked = list(_prepare_all(questions, background))
        self._captions = background.directions
        self._directions = np.stack([one.direction for one in asked])
        self._alike = np.stack([one.alike for one in asked])
        self._others = np.stack([one.others for one in asked])
        common = _COMMON * np.array([one.commonness for one in asked], np.float32)
        self._base = _BASE + common + _CHANCE * _chance(searched)

    def __call__(self, photos: Vectors) -> Vectors:
        """Say how much evidence there is, (n, questions), that each (n, dimension) photo answers each question.

        It is what `_compared` gives, but for the highest cosine, which is that of a caption: it cancels out.
        """
        tiny = np.finfo(np.float32).tiny
        cosines = photos @ self._captions.T
        highest = cosines.max(axis=1, keepdims=True)
        sharpness = _SHARPNESS / np.maximum(cosines.std(axis=1, keepdims=True), tiny)
        weights = np.exp((cosines - highest) * sharpness)
        own = np.minimum((photos @ self._directions.T - highest) * sharpness, _HIGHEST_EXPONENT)
        ahead = (own - np.log(np.maximum(weights @ self._others.T, tiny))) / _SHARPNESS
        np.square(weights, out=weights)
        its_weight = np.exp(2 * own)
        close = (weights @ self._alike.T + its_weight) / (weights.sum(axis=1, keepdims=True) + its_weight)
        found: Vectors = self._base + ahead + _CLOSE * close
        return found


def weighing(question: Question, background: Background, searched: int) -> Callable[[Vectors], Evidence]:
    """Return a function that computes the evidence for a (dimension,) photo, preparing the question once."""
    prepared = _prepare(question, background)
    against = _COMMON * prepared.commonness, _CHANCE * _chance(searched)

    def weighed(photo: Vectors) -> Evidence:
        (ahead,), (close,) = _among_captions(prepared, photo[np.newaxis], background)
        return Evidence(float(ahead), _CLOSE * float(close), *against, _BASE)

    return weighed


def at_least(relevance: str | None, minimum: Relevance | None) -> bool:
    """Return whether a hit's grade is at least `minimum`; None keeps all."""
    return minimum is None or relevance in RELEVANCES[: RELEVANCES.index(minimum) + 1]


@dataclass(frozen=True, slots=True)
class _PreparedQuestion:
    """A question, compared with the captions."""

    direction: Vectors  # (dimension,)
    alike: Vectors  # (captions,) similarities; 1 for the same
    others: Vectors  # (captions,) equal weights, sum 1, of those that say something else
    commonness: float  # similarity of the nearest captions


def _prepare(question: Question, background: Background) -> _PreparedQuestion:
    (prepared,) = _prepare_all([question], background)
    return prepared


def _prepare_all(questions: Sequence[Question], background: Background) -> Iterator[_PreparedQuestion]:
    """Compare questions with the captions, all in one matrix product, since the captions are large."""
    if not questions:
        return
    directions = background.direction(np.stack([question.vector for question in questions]))
    for question, direction, alike in zip(
        questions, directions, directions @ background.directions.T, strict=True
    ):
        yield _prepared(direction, alike, background.kin(question.text))


def _prepared(direction: Vectors, alike: Vectors, kin: Kin) -> _PreparedQuestion:
    different = ((alike < _OTHERWISE) | kin.siblings) & ~kin.same
    if not different.any():  # by the nouns, all captions name the same: then the model decides
        different = alike < _OTHERWISE
    others = different.astype(np.float32)
    others /= max(others.sum(), 1.0)
    commonness = float(np.partition(alike, -_NEAREST_CAPTIONS)[-_NEAREST_CAPTIONS:].mean())
    np.maximum(alike, _SAME, out=alike, where=kin.same)
    np.minimum(alike, _SIBLING, out=alike, where=kin.siblings)
    return _PreparedQuestion(direction, alike, others, commonness)


def _evidence_function(
    question: Question, background: Background, searched: int
) -> Callable[[Vectors], Vectors]:
    prepared = _prepare(question, background)
    base = _BASE + _COMMON * prepared.commonness + _CHANCE * _chance(searched)

    def measured(photos: Vectors) -> Vectors:
        ahead, close = _among_captions(prepared, photos, background)
        found: Vectors = base + ahead + _CLOSE * close
        return found

    return measured


def _chance(searched: int) -> float:
    """Return the 90 % quantile of the highest of `searched` normal variables.

    For one it is 1.28; from some dozens on it is close to √(2 ln N).
    """
    from statistics import NormalDist  # a query of filters alone doesn't need it, and it loads slowly

    return NormalDist().inv_cdf(_UNANSWERED_BELOW ** (1 / max(searched, 1)))


def _among_captions(
    prepared: _PreparedQuestion, photos: Vectors, background: Background
) -> tuple[Vectors, Vectors]:
    """Return (n,) margins of the question over other captions, and (n,) closeness of what each photo shows to it.

    The margin is over the soft maximum of captions that say something else, in the photo's standard deviations.
    A photo shows each caption, and the question itself, to the degree that it stands out; 1 is the closest.
    """
    return _compared(
        photos @ background.directions.T, photos @ prepared.direction, prepared.alike, prepared.others
    )


def _compared(cosines: Vectors, asked: Vectors, alike: Vectors, others: Vectors) -> tuple[Vectors, Vectors]:
    """Compute the same from (n, captions) cosines, which are overwritten, and the question's (n,).

    `alike` and `others` are a `_PreparedQuestion`'s: (captions,), or (n, captions) with a question for each photo.
    """
    tiny = np.finfo(np.float32).tiny
    highest = np.maximum(cosines.max(axis=1), asked)
    # The mean cancels out in the differences.
    sharpness = _SHARPNESS / np.maximum(cosines.std(axis=1), tiny)
    cosines -= highest[:, np.newaxis]
    cosines *= sharpness[:, np.newaxis]
    weights = np.exp(cosines, out=cosines)
    its_own = (asked - highest) * sharpness
    ahead: Vectors = (its_own - np.log(np.maximum(_rowwise(weights, others), tiny))) / _SHARPNESS
    np.square(weights, out=weights)  # closeness depends on the few highest
    its_weight = np.exp(2 * its_own)
    close: Vectors = (_rowwise(weights, alike) + its_weight) / (weights.sum(axis=1) + its_weight)
    return ahead, close


def _rowwise(weights: Vectors, of_captions: Vectors) -> Vectors:
    """Return the dot product of each row with one vector, or with a row of its own."""
    if of_captions.ndim == 1:
        return weights @ of_captions
    products: Vectors = np.einsum("pc,pc->p", weights, of_captions)
    return products
