"""Labels that the model proposes for photos: zero-shot classification (Radford et al. 2021, "CLIP", §3.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photoseek.embedder import Embedder, Vectors
from photoseek.searcher.errors import BadQuery
from photoseek.searcher.labels.classifying import Classifier
from photoseek.searcher.query.query import checked
from photoseek.storage import LabelRule, Library, Model, Transaction

# A photo whose similarity to a label is this many deviations above the library's median gets a probability of
# 0.5…
_EVEN_ODDS_AT = 2.3
# …and one deviation more or less moves the logit by this much.
_STEEPNESS = 2.0
_SPREAD_OF_NORMAL = 1.4826  # the standard deviation of a normal distribution ÷ its median absolute deviation
_SMALLEST_DEVIATION = 0.03  # of cosines: with few photos, or all alike, the deviation means little
_FARTHEST = 30.0  # larger logits make no difference, and exp() would overflow
_PHOTOS_AT_ONCE = 10_000


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


def propose(
    library: Library, model: Model, embedder: Embedder, labels: Sequence[str], threshold: float
) -> list[Proposal]:
    """Find the photos that stand out from the library for each label, each label on its own."""
    with library.catalog.read() as transaction:
        photo_ids = sorted(transaction.photos.present_ids())
        similarities = _similarities(transaction, model, embedder.embed_labels(labels), photo_ids)
    proposals = []
    for column, label in enumerate(labels):
        of_label = {photo_id: float(row[column]) for photo_id, row in similarities.items()}
        values = np.fromiter(of_label.values(), np.float32, len(of_label))
        middle = float(np.median(values)) if len(values) else 0.0
        deviation = float(np.median(np.abs(values - middle))) * _SPREAD_OF_NORMAL if len(values) else 0.0
        rule = LabelRule(label, model.name, middle, max(deviation, _SMALLEST_DEVIATION), threshold)
        scored = {photo_id: _probability(rule, value) for photo_id, value in of_label.items()}
        fitting = sorted(((p, i) for i, p in scored.items() if p >= threshold), reverse=True)
        proposals.append(Proposal(rule, {photo_id: probability for probability, photo_id in fitting}))
    return proposals


class Tagger:
    """Tags newly indexed photos with the labels that were applied to the library before."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._label_vectors: dict[str, Vectors] = {}

    def __call__(self, transaction: Transaction, model: Model, vectors: Mapping[int, Vectors]) -> None:
        """Tag new photos in the transaction that saves them; `vectors` are (dimension,) by photo id."""
        rules = transaction.tags.rules(model.name)
        new = [rule.name for rule in rules if rule.name not in self._label_vectors]
        if new:  # in one batch, which is faster than one by one
            self._label_vectors |= dict(zip(new, self._embedder.embed_labels(new), strict=True))
        for rule in rules:
            label = self._label_vectors[rule.name]
            scored = {photo_id: _probability(rule, float(v @ label)) for photo_id, v in vectors.items()}
            fitting = {photo_id: p for photo_id, p in scored.items() if p >= rule.threshold}
            transaction.tags.propose(rule.name, model.name, fitting)


def _probability(rule: LabelRule, similarity: float) -> float:
    deviations = (similarity - rule.mean) / rule.deviation
    logit = np.clip(_STEEPNESS * (deviations - _EVEN_ODDS_AT), -_FARTHEST, _FARTHEST)
    return float(1 / (1 + np.exp(-logit)))


def _similarities(
    transaction: Transaction, model: Model, labels: Vectors, photo_ids: list[int]
) -> dict[int, Vectors]:
    """Return the (labels,) cosines of each photo with (labels, dimension) vectors, by photo id."""
    found: dict[int, Vectors] = {}
    for start in range(0, len(photo_ids), _PHOTOS_AT_ONCE):
        vectors = transaction.vectors.of(model, photo_ids[start : start + _PHOTOS_AT_ONCE])
        if vectors:
            found |= dict(zip(vectors, np.stack(list(vectors.values())) @ labels.T, strict=True))
    return found
