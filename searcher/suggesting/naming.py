"""What photos of one occasion show, by zero-shot labels, and the themes of a library."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from photoseek.embedder import Embedder
from photoseek.searcher.labels.classifying import Classifier
from photoseek.searcher.labels.label_vectors import Progress
from photoseek.searcher.labels.proposals import propose
from photoseek.searcher.scoring.background import Background
from photoseek.searcher.suggesting.vocabulary import OCCASIONS, THEMES
from photoseek.storage import Library, Model

_LEAST_OF_A_LABEL = 0.2  # mean probability over the photos from which a label names them
_LEAST_OF_A_GROUP = 0.25  # sum of its labels' mean probabilities from which a group names them
_MOST_LOOKED_AT = 200  # photos of an occasion
_THEME_FROM = 0.8  # probability that a photo shows a theme's label
LEAST_OF_A_THEME = 12  # photos
_MOST_OF_A_LIBRARY = 0.4  # of its photos: what they nearly all show is no theme


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that suggested albums are named by."""

    occasions: Mapping[str, Sequence[str]] = field(default_factory=lambda: OCCASIONS)  # labels by group
    themes: Mapping[str, str] = field(default_factory=lambda: THEMES)  # albums' names by label


class Labeller:
    """Names what photos show by a vocabulary."""

    def __init__(
        self, library: Library, model: Model, embedder: Embedder, background: Background, words: Vocabulary
    ) -> None:
        """Embed the labels of occasions."""
        self._library, self._model, self._embedder, self._background = library, model, embedder, background
        self._words = words
        groups = words.occasions.items()
        self._labels = [(label, group) for group, labels in groups for label in labels]
        self._classifier = (
            Classifier(embedder, [label for label, _ in self._labels], background) if self._labels else None
        )

    def occasion(self, photo_ids: Sequence[int]) -> str | None:
        """Return the label that most of these photos show, or the group of several; None if they show neither."""
        step = -(-len(photo_ids) // _MOST_LOOKED_AT) or 1
        with self._library.catalog.read() as transaction:
            vectors = transaction.vectors.of(self._model, photo_ids[::step])
        if not vectors or self._classifier is None:
            return None
        shown = self._classifier(np.stack(list(vectors.values()))).mean(axis=0)[:-1].tolist()
        probability, (label, _) = max(zip(shown, self._labels, strict=True))
        if probability >= _LEAST_OF_A_LABEL:
            return label
        groups = Counter[str]()
        for probability, (_, group) in zip(shown, self._labels, strict=True):
            groups[group] += probability
        del groups[""]
        group, probability = groups.most_common(1)[0] if groups else ("", 0.0)
        return group if probability >= _LEAST_OF_A_GROUP else None

    def themes(self, among: frozenset[int], progress: Progress) -> dict[str, frozenset[int]]:
        """Return the photos of each theme that enough of them show, by the album's name.

        `progress` is given the steps to show.
        """
        if not self._words.themes:
            return {}
        labels = list(self._words.themes)
        found = propose(
            self._library,
            self._model,
            self._embedder,
            self._background,
            labels,
            _THEME_FROM,
            progress,
            among=among,
        )
        themes = {}
        for label, proposal in zip(labels, found, strict=True):
            photo_ids = frozenset(proposal.probabilities)
            if LEAST_OF_A_THEME <= len(photo_ids) <= _MOST_OF_A_LIBRARY * len(among):
                themes[self._words.themes[label]] = photo_ids
        return themes
