"""Labels that the model proposes for photos: zero-shot classification (Radford et al. 2021, "CLIP", §3.1).

A label is weighed against stored captions, as hits are graded (`photoseek.searcher.scoring.relevance`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photoseek.embedder import Embedder, Vectors
from photoseek.searcher.errors import BadQuery
from photoseek.searcher.labels.classifying import Classifier, logistic
from photoseek.searcher.query.query import checked
from photoseek.searcher.scoring.background import Background
from photoseek.searcher.scoring.relevance import EvidenceForAll, Question
from photoseek.storage import LabelRule, Library, Model, Transaction

# How likely so much evidence makes it that a caption of the photo names the label: the logistic function of it,
# fitted to the captions of 1,585 everyday photos and 60 nouns. It is weighed as for the best of so many photos.
_SEARCHED = 3
_EVEN_ODDS_AT = 3.25
_STEEPNESS = 0.75
# For a model to which the stored captions mean nothing: a photo so many deviations above the library's usual
# similarity to a label shows it as likely as not, and one deviation more or less moves the logit by so much.
_EVEN_DEVIATIONS = 2.3
_LOGITS_A_DEVIATION = 2.0
_SPREAD_OF_NORMAL = 1.4826  # the standard deviation of a normal distribution ÷ its median absolute deviation
_SMALLEST_DEVIATION = 0.03  # of cosines: few photos, or photos all alike, tell nothing of what is usual
_PHOTOS_AT_ONCE = 1_000  # 14 MB of cosines with captions
_LABELS_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class Proposal:
    """The photos of the whole library that a label fits."""

    rule: LabelRule
    probabilities: dict[int, float]  # by photo id, those at or above the rule's threshold, best first


def parse_labels(text: str) -> list[str]:
    """Parse comma-separated labels, dropping repeats. Raises BadQuery if there is none."""
    labels = list(dict.fromkeys(label for part in text.split(",") if (label := " ".join(part.split()))))
    labels = [checked(label) for label in labels]
    if not labels:
        raise BadQuery('name at least one label, as in --labels "cat,dog,person"')
    return labels


def classify(embedder: Embedder, vectors: Vectors, labels: Sequence[str]) -> NDArray[np.float32]:
    """Return the probability of each label for (n, dimension) photos among these labels, (n, labels)."""
    return Classifier(embedder, labels).among_labels(vectors)


class _Labels:
    """Some labels, embedded once, and how likely photos show each of them, whatever else they show."""

    def __init__(self, embedder: Embedder, labels: Sequence[str], background: Background) -> None:
        self.vectors = embedder.embed_labels(labels)
        questions = [Question(vector, label) for vector, label in zip(self.vectors, labels, strict=True)]
        self._evidence = [
            EvidenceForAll(questions[start : start + _LABELS_AT_ONCE], background, _SEARCHED)
            for start in range(0, len(questions) if len(background.directions) else 0, _LABELS_AT_ONCE)
        ]

    @property
    def are_weighed(self) -> bool:
        """Whether there is evidence at all: the stored captions mean something to the model."""
        return bool(self._evidence)

    def probabilities(self, photos: Vectors, rules: Sequence[LabelRule]) -> NDArray[np.floating]:
        """Give those of (n, dimension) photos by the labels' rules, (n, labels)."""
        if self.are_weighed:
            evidence = np.concatenate([weigh(photos) for weigh in self._evidence], axis=1)
            return logistic(_STEEPNESS * (evidence - _EVEN_ODDS_AT))
        means, deviations = np.array([(rule.mean, rule.deviation) for rule in rules]).T
        above = (photos @ self.vectors.T - means) / deviations
        return logistic(_LOGITS_A_DEVIATION * (above - _EVEN_DEVIATIONS))


def propose(  # noqa: PLR0913 (the library, the model that sees it, and what is asked)
    library: Library,
    model: Model,
    embedder: Embedder,
    background: Background,
    labels: Sequence[str],
    threshold: float,
    progress: Callable[[Sequence[int]], Iterable[int]] = iter,
) -> list[Proposal]:
    """Find the photos that show each label, each label on its own; `progress` is given the steps to show.

    A photo is judged by what it shows, not by how many others there are: a library without boats has none that
    is proposed. Only for a model to which the stored captions mean nothing are photos compared with each other.
    """
    by = _Labels(embedder, labels, background)
    with library.catalog.read() as transaction:
        photo_ids = sorted(transaction.photos.present_ids())
        usual = (
            [(0.0, 1.0)] * len(labels)
            if by.are_weighed
            else _usual(transaction, model, by.vectors, photo_ids)
        )
        rules = [
            LabelRule(label, model.name, *of_label, threshold)
            for label, of_label in zip(labels, usual, strict=True)
        ]
        found: list[dict[int, float]] = [{} for _ in labels]
        for start in progress(range(0, len(photo_ids), _PHOTOS_AT_ONCE)):
            vectors = transaction.vectors.of(model, photo_ids[start : start + _PHOTOS_AT_ONCE])
            if vectors:
                _add_fitting(found, by.probabilities(np.stack(list(vectors.values())), rules), vectors, rules)
    return [
        Proposal(rule, dict(sorted(of_label.items(), key=lambda one: (one[1], one[0]), reverse=True)))
        for rule, of_label in zip(rules, found, strict=True)
    ]


def _add_fitting(
    found: Sequence[dict[int, float]],
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

    def __init__(self, embedder: Embedder, background: Callable[[], Background]) -> None:
        """Take the model, and what gives the captions that labels are weighed against."""
        self._embedder = embedder
        self._background = background
        self._names: list[str] = []
        self._labels: _Labels | None = None

    def __call__(self, transaction: Transaction, model: Model, vectors: Mapping[int, Vectors]) -> None:
        """Tag new photos in the transaction that saves them; `vectors` are (dimension,) by photo id."""
        rules = transaction.label_rules.of(model.name)
        if not rules or not vectors:
            return
        names = [rule.name for rule in rules]
        if self._labels is None or names != self._names:
            self._names, self._labels = names, _Labels(self._embedder, names, self._background())
        found: list[dict[int, float]] = [{} for _ in rules]
        photos = np.stack(list(vectors.values()))
        _add_fitting(found, self._labels.probabilities(photos, rules), vectors, rules)
        for rule, fitting in zip(rules, found, strict=True):
            transaction.tags.propose(rule.name, model.name, fitting, vocabulary=rule.vocabulary, run=rule.run)


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
