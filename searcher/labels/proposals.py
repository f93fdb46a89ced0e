"""Labels that the model proposes for photos of a library, and tags for new photos."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from photoseek.embedder import Embedder, Vectors
from photoseek.searcher.labels.choosing import Fitting, Said, choose
from photoseek.searcher.labels.classifying import Classifier
from photoseek.searcher.labels.heads import heads_of
from photoseek.searcher.labels.label import Label, as_labels
from photoseek.searcher.labels.label_vectors import Progress, label_vectors
from photoseek.searcher.labels.learning import FEWEST, MOST, Lesson, learn
from photoseek.searcher.labels.weighing import WeighedLabels
from photoseek.searcher.scoring.background import Background
from photoseek.storage import LabelRule, Library, Model, Transaction

_SPREAD_OF_NORMAL = 1.4826  # the standard deviation of a normal distribution ÷ its median absolute deviation
_SMALLEST_DEVIATION = 0.03  # of cosines: few photos, or photos all alike, tell nothing of what is usual
_PHOTOS_AT_ONCE = 1_000  # 14 MB of cosines with captions
_LABELS_AT_ONCE = 512  # 14 MB of cosines with captions
_ANSWERS_EVERY_S = 60.0


@dataclass(frozen=True, slots=True)
class Proposal:
    """The photos of the library that a label fits, but for those of which a person said yes or no to it."""

    rule: LabelRule
    probabilities: dict[int, float]  # by photo id, those at or above the rule's threshold, best first
    weighed: frozenset[int]  # ids of all photos that the label was compared with
    lesson: Lesson | None = None  # what a person's yes and no to the label corrected

    @property
    def expected_precision(self) -> float | None:
        """The share of the photos that may be expected to show the label, by their probabilities."""
        found = self.probabilities
        return sum(found.values()) / len(found) if found else None


def classify(embedder: Embedder, vectors: Vectors, labels: Sequence[str]) -> NDArray[np.float32]:
    """Return the probability of each label for (n, dimension) photos among these labels, (n, labels)."""
    return Classifier(embedder, labels).among_labels(vectors)


def propose(  # noqa: PLR0913 (the library, the model that sees it, and what is asked)
    library: Library,
    model: Model,
    embedder: Embedder,
    background: Background,
    labels: Sequence[str | Label],
    threshold: float | None = None,
    progress: Progress = iter,
    *,
    embedding: Progress = iter,
    among: Collection[int] | None = None,
    vocabulary: str | None = None,
    by_words: bool = False,
    embedded: Vectors | None = None,
) -> list[Proposal]:
    """Find the photos that show each label; `progress` and, before, `embedding` are given the steps to show.

    A photo is judged by what it shows, not by how many others there are: a library without boats has none that
    is proposed. Only for a model to which the stored captions mean nothing are photos compared with each other.
    `among` are the photos that are weighed; None: all but hidden ones. `vocabulary` is the name of the one that
    the labels are of. Photos are tagged from `threshold` on; None: from the one that is usual for each label. With
    `by_words`, labels are weighed by their words alone, also where the model has heads. `embedded` are the labels'
    vectors, (labels, dimension), where the caller has them.
    """
    heads = None if by_words else heads_of(model.name)
    named = as_labels(labels) if heads is None else heads.with_prompts(as_labels(labels))
    if embedded is None:
        embedded = label_vectors(embedder, named, library.compiled_folder, embedding)
    vectors = embedded
    with library.catalog.read() as transaction:
        known = transaction.photos
        photo_ids = sorted(known.shown_ids() if among is None else known.present_ids().intersection(among))
        portions = range(0, len(named), _LABELS_AT_ONCE)
        starts = range(0, len(photo_ids), _PHOTOS_AT_ONCE)
        rules: list[LabelRule] = []
        found: list[Fitting] = [{} for _ in named]
        weighed: set[int] = set()
        lessons: list[Lesson | None] = []
        words = list(transaction.tags.words_of_people())
        everywhere = Said.among(words, lambda _: True)
        steps = iter(progress([*starts] * len(portions)))
        for portion in portions:
            some = slice(portion, portion + _LABELS_AT_ONCE)
            by = WeighedLabels(named[some], vectors[some], background, heads)
            thresholds = by.usual_thresholds() if threshold is None else [threshold] * len(by.vectors)
            usual = (
                [(0.0, 1.0)] * len(by.vectors)
                if by.are_weighed
                else _usual(transaction, model, by.vectors, photo_ids)
            )
            of_portion = [
                _rule(label, model, of_label, from_probability, vocabulary)
                for label, of_label, from_probability in zip(named[some], usual, thresholds, strict=True)
            ]
            rules += of_portion
            _teach(by, of_portion, everywhere, transaction, model)
            lessons += [by.lessons.get(column) for column in range(len(of_portion))]
            for start, _ in zip(starts, steps, strict=False):
                photos = transaction.vectors.of(model, photo_ids[start : start + _PHOTOS_AT_ONCE])
                weighed.update(photos)
                if photos:
                    probabilities = by.probabilities(np.stack(list(photos.values())), of_portion)
                    _add_fitting(found[some], probabilities, photos, of_portion)
        said = Said.among(words, weighed.__contains__)
    for _ in steps:  # so that the bar comes to its end
        pass
    compared = frozenset(weighed)
    return [
        Proposal(rule, chosen, compared, lesson)
        for rule, chosen, lesson in zip(rules, choose(named, found, said), lessons, strict=True)
    ]


def _rule(
    label: Label, model: Model, usual: tuple[float, float], threshold: float, vocabulary: str | None
) -> LabelRule:
    return LabelRule(
        label.name,
        model.name,
        *usual,
        threshold,
        vocabulary=vocabulary,
        prompts=label.prompts,
        parent=label.parent,
        group=label.group,
    )


def _teach(
    by: WeighedLabels, rules: Sequence[LabelRule], said: Said, transaction: Transaction, model: Model
) -> None:
    """Correct the labels that people said yes and no to often enough; a head knows more than a few answers do."""
    by.lessons.clear()
    for column, rule in enumerate(rules):
        yes, no = said.yes.get(rule.name, frozenset()), said.no.get(rule.name, frozenset())
        if min(len(yes), len(no)) < FEWEST or by.has_head(column):
            continue
        of_photos = transaction.vectors.of(model, [*sorted(yes)[-MOST:], *sorted(no)[-MOST:]])
        if not of_photos:
            continue
        photos = np.stack(list(of_photos.values()))
        answers = np.array([photo_id in yes for photo_id in of_photos])
        lesson = learn(photos, answers, by.probabilities(photos, rules)[:, column])
        if lesson is not None:
            by.lessons[column] = lesson


def _add_fitting(
    found: Sequence[Fitting],
    probabilities: NDArray[np.floating],
    photo_ids: Iterable[int],
    rules: Sequence[LabelRule],
) -> None:
    """Add to each label's photos those that reach its threshold."""
    listed = list(photo_ids)
    for rule, of_label, column in zip(rules, found, probabilities.T, strict=True):
        of_label |= {listed[row]: float(column[row]) for row in np.flatnonzero(column >= rule.threshold)}


class Tagger:
    """Tags newly indexed photos with the labels that were applied to the library before."""

    def __init__(
        self,
        embedder: Embedder,
        background: Callable[[], Background],
        folder: Path | None = None,
        answers_every_s: float = _ANSWERS_EVERY_S,
    ) -> None:
        """Take the model, what gives the captions that labels are weighed against, and a folder for vectors.

        To see whether people said more yes and no, all tags are read, at most every so many seconds.
        """
        self._embedder = embedder
        self._background = background
        self._folder = folder
        self._labels: list[Label] = []
        self._weighed: WeighedLabels | None = None
        self._answers_every_s = answers_every_s
        self._answers: tuple[int, str] | None = None  # how many there were when labels learnt, and the latest
        self._answers_seen_at = 0.0

    def __call__(self, transaction: Transaction, model: Model, vectors: Mapping[int, Vectors]) -> None:
        """Tag new photos in the transaction that saves them; `vectors` are (dimension,) by photo id."""
        rules = sorted(transaction.label_rules.of(model.name), key=lambda rule: rule.vocabulary or "")
        if not rules or not vectors:
            return
        heads = heads_of(model.name)
        labels = [Label.of(rule) for rule in rules]
        if heads is not None:  # for rules from before the model had heads
            labels = heads.with_prompts(labels)
        vocabularies = _vocabularies(rules)
        if self._weighed is None or labels != self._labels:
            self._labels = labels
            # One vocabulary at a time, as `tag --apply` embedded and kept them.
            of_labels = [label_vectors(self._embedder, labels[some], self._folder) for some in vocabularies]
            self._weighed = WeighedLabels(labels, np.concatenate(of_labels), self._background(), heads)
            self._answers = None
        self._learn(self._weighed, rules, transaction, model)
        found: list[Fitting] = [{} for _ in rules]
        photos = np.stack(list(vectors.values()))
        _add_fitting(found, self._weighed.probabilities(photos, rules), vectors, rules)
        said = Said.among(transaction.tags.words_on(vectors), vectors.__contains__)
        # Groups and parents are those of one vocabulary: another may call its own by the same names.
        chosen = [fitting for some in vocabularies for fitting in choose(labels[some], found[some], said)]
        for rule, fitting in zip(rules, chosen, strict=True):
            if fitting:
                transaction.tags.propose(
                    rule.name, rule.model, fitting, vocabulary=rule.vocabulary, run=rule.run
                )

    def _learn(
        self, by: WeighedLabels, rules: Sequence[LabelRule], transaction: Transaction, model: Model
    ) -> None:
        """Teach the labels what people have said, if that is more than they learnt from."""
        if self._answers is not None and monotonic() < self._answers_seen_at + self._answers_every_s:
            return
        answers = transaction.tags.answers()
        if answers != self._answers:
            words = Said.among(transaction.tags.words_of_people(), lambda _: True)
            _teach(by, rules, words, transaction, model)
        self._answers, self._answers_seen_at = answers, monotonic()


def _vocabularies(rules: Sequence[LabelRule]) -> list[slice]:
    """Return which of the rules, sorted by vocabulary, are of one."""
    starts = [
        number
        for number, rule in enumerate(rules)
        if number == 0 or rule.vocabulary != rules[number - 1].vocabulary
    ]
    return [slice(start, end) for start, end in pairwise([*starts, len(rules)])]


def _usual(
    transaction: Transaction, model: Model, labels: Vectors, photo_ids: Sequence[int]
) -> list[tuple[float, float]]:
    """Give the middle and the deviation of photos' cosines with each of (labels, dimension) vectors."""
    portions = []
    for start in range(0, len(photo_ids), _PHOTOS_AT_ONCE):
        vectors = transaction.vectors.of(model, photo_ids[start : start + _PHOTOS_AT_ONCE])
        if vectors:
            portions.append(np.stack(list(vectors.values())) @ labels.T)
    if not portions:
        return [(0.0, 1.0)] * len(labels)
    cosines = np.concatenate(portions)
    middles = np.median(cosines, axis=0)
    deviations = np.median(np.abs(cosines - middles), axis=0) * _SPREAD_OF_NORMAL
    return list(zip(middles.tolist(), np.maximum(deviations, _SMALLEST_DEVIATION).tolist(), strict=True))
