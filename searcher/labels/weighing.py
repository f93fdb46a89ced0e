"""How likely photos show labels: zero-shot classification (Radford et al. 2021, "CLIP", §3.1).

A label is weighed against stored captions, as hits are graded (`photoseek.searcher.scoring.relevance`).
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from photoseek.embedder import Vectors
from photoseek.searcher.labels.classifying import logistic
from photoseek.searcher.labels.heads import Heads, Indices
from photoseek.searcher.labels.label import Label
from photoseek.searcher.scoring.background import Background
from photoseek.searcher.scoring.relevance import EvidenceForAll, Question
from photoseek.storage import LabelRule

if TYPE_CHECKING:
    from photoseek.searcher.labels.learning import Lesson

# How likely so much evidence makes it that a caption of the photo names the label: the logistic function of it,
# fitted to the captions of 1,585 everyday photos and 60 nouns. It is weighed as for the best of so many photos.
_SEARCHED = 3
_EVEN_ODDS_AT = 3.25
_STEEPNESS = 0.75
# For a model to which the stored captions mean nothing: a photo so many deviations above the library's usual
# similarity to a label shows it as likely as not, and one deviation more or less moves the logit by so much.
_EVEN_DEVIATIONS = 2.3
_LOGITS_A_DEVIATION = 2.0
_LABELS_AT_ONCE = 512
# By words alone. On the training captions of `scenes` such tags are right in 70 of 100 cases.
USUAL_THRESHOLD = 0.4
_NONE: Indices = np.empty(0, np.intp)


class WeighedLabels:
    """Some labels with their vectors, (labels, dimension), and how likely photos show each of them."""

    def __init__(
        self, labels: Sequence[Label], vectors: Vectors, background: Background, heads: Heads | None = None
    ) -> None:
        """Compare the labels with the captions; those that have one of the model's `heads` are weighed by it."""
        self.vectors = vectors
        self.lessons: dict[int, Lesson] = {}  # by label: what a person's answers correct
        self._heads = heads
        self._headed, self._rows = (_NONE, _NONE) if heads is None else heads.rows(labels)
        questions = [
            Question(vector, ", ".join(label.texts)) for vector, label in zip(vectors, labels, strict=True)
        ]
        self._evidence = [
            EvidenceForAll(questions[start : start + _LABELS_AT_ONCE], background, _SEARCHED)
            for start in range(0, len(questions) if len(background.directions) else 0, _LABELS_AT_ONCE)
        ]

    @property
    def are_weighed(self) -> bool:
        """Whether there is evidence at all: the stored captions mean something to the model."""
        return bool(self._evidence)

    def usual_thresholds(self) -> list[float]:
        """Return for each label the probability from which photos are tagged if none is asked for."""
        thresholds = np.full(len(self.vectors), USUAL_THRESHOLD)
        if self._heads is not None:
            thresholds[self._headed] = self._heads.threshold
        usual: list[float] = thresholds.tolist()
        return usual

    def evidence(self, photos: Vectors) -> NDArray[np.float32]:
        """Return the evidence, (n, labels), that (n, dimension) photos show each label, by its words alone."""
        return np.concatenate([weigh(photos) for weigh in self._evidence], axis=1)

    def has_head(self, column: int) -> bool:
        """Return whether a label is weighed by a learnt head."""
        return column in self._headed

    def probabilities(self, photos: Vectors, rules: Sequence[LabelRule]) -> NDArray[np.floating]:
        """Give those of (n, dimension) photos by the labels' rules, (n, labels), with what lessons correct."""
        found = self._without_lessons(photos, rules)
        for column, lesson in self.lessons.items():
            found[:, column] = lesson.corrected(found[:, column], photos)
        return found

    def _without_lessons(self, photos: Vectors, rules: Sequence[LabelRule]) -> NDArray[np.floating]:
        if self.are_weighed:
            evidence = self.evidence(photos)
            found = logistic(_STEEPNESS * (evidence - _EVEN_ODDS_AT))
            if self._heads is not None:
                of_headed = evidence[:, self._headed]
                found[:, self._headed] = self._heads.probabilities(photos, of_headed, self._rows)
            return found
        means, deviations = np.array([(rule.mean, rule.deviation) for rule in rules]).T
        above = (photos @ self.vectors.T - means) / deviations
        return logistic(_LOGITS_A_DEVIATION * (above - _EVEN_DEVIATIONS))
