"""Zero-shot classification (Radford et al. 2021, "CLIP", §3.1), in which *none of these* competes."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from photoseek.embedder import Embedder, Vectors
from photoseek.searcher.scoring.background import Background
from photoseek.searcher.scoring.relevance import EvidenceForEach, Question

# Without evidence for or against a label, its probability is 0.5, and the logit changes by this much per unit of
# evidence. Evidence is weighed as for the best of so many photos: on training photos with labels of six kinds,
# 76 % then get their own label, and 94 % don't get one of another kind.
_SEARCHED = 3
_STEEPNESS = 0.7
_FARTHEST = 30.0  # larger logits make no difference, and exp() would overflow


class Classifier:
    """Some labels, embedded once, that compete for photos."""

    def __init__(
        self, embedder: Embedder, labels: Sequence[str], background: Background | None = None
    ) -> None:
        """Embed the labels. Without a usable background, each photo is taken to show one of them.

        Raises UnreadableText for a label that the model can't read at all.
        """
        self._vectors = embedder.embed_labels(labels)
        self._scale = embedder.facts.logit_scale
        questions = [Question(vector, label) for vector, label in zip(self._vectors, labels, strict=True)]
        self._evidence = (
            EvidenceForEach(questions, background, _SEARCHED)
            if background is not None and len(background.directions)
            else None
        )

    def among_labels(self, photos: Vectors) -> NDArray[np.float32]:
        """Return the probability of each label for (n, dimension) photos, (n, labels), each row summing to 1.

        A softmax over cosines times the model's own temperature.
        """
        logits = photos @ self._vectors.T * self._scale
        exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
        probabilities: NDArray[np.float32] = exponentials / exponentials.sum(axis=1, keepdims=True)
        return probabilities

    def __call__(self, photos: Vectors) -> NDArray[np.float32]:
        """Return the same with *none of these* after the labels, (n, labels + 1).

        Its probability is 1 less the one that the evidence gives the likeliest label.
        """
        among = self.among_labels(photos)
        shown: NDArray[np.floating] = np.ones(len(photos), np.float32)
        if self._evidence is not None:
            best = among.argmax(axis=1)
            shown = logistic(_STEEPNESS * self._evidence(photos, best.tolist()))
        probabilities: NDArray[np.float32] = np.concatenate(
            [among * shown[:, np.newaxis], 1 - shown[:, np.newaxis]], axis=1
        )
        return probabilities


def logistic(logits: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return the probabilities that logits stand for, of the same shape."""
    probabilities: NDArray[np.floating] = 1 / (1 + np.exp(-np.clip(logits, -_FARTHEST, _FARTHEST)))
    return probabilities
