"""What every embedding model can do."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photoseek.embedder.errors import UnreadableText
from photoseek.embedder.preprocess import Pixels, Preprocess
from photoseek.embedder.writing_systems import MULTILINGUAL_MODEL, unreadable

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What is fixed about a model, known before its towers are loaded."""

    model_id: str
    dimension: int
    preprocess: Preprocess
    logit_scale: float  # cosines times this are the logits of zero-shot classification
    templates: tuple[str, ...]  # prompts around a label, each with one {}
    scripts: frozenset[str] | None  # writing systems its texts were in, as Unicode names them; None: many


class Embedder(ABC):
    """Photos and words as unit vectors of one space (Radford et al. 2021, "CLIP", §2)."""

    def __init__(self, facts: ModelFacts) -> None:
        self.facts = facts

    def get_ready(self) -> None:  # noqa: B027 (not every model has something to load)
        """Load what embedding photos needs, so that it can be done in parallel with other work."""

    @abstractmethod
    def embed_photos(self, batch: Pixels) -> Vectors:
        """Embed (n, size, size, 3) uint8 RGB photos as (n, dimension) float32, unit length."""

    @abstractmethod
    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as (n, dimension) float32, unit length."""

    def embed_question(self, text: str) -> Vectors:
        """Embed one text as (dimension,) float32, unit length.

        Raises UnreadableText if the model can read nothing of it.
        """
        self._refuse_unreadable(text)
        vector: Vectors = self.embed_texts([text])[0]
        return vector

    def unread(self, text: str) -> str:
        """Return the characters of a text that the model can't have learnt."""
        return "".join(unreadable(text, self.facts.scripts)[0])

    def _refuse_unreadable(self, text: str) -> None:
        unread, all_of_it = unreadable(text, self.facts.scripts)
        if all_of_it:
            raise UnreadableText(
                f"the model {self.facts.model_id} can't read “{''.join(unread)}”: it was trained on "
                f"{'/'.join(sorted(self.facts.scripts or ()))} script only; ask in its language, or have a "
                f"model that reads over 100 languages: `photoseek models use {MULTILINGUAL_MODEL}`"
            )

    def embed_labels(self, labels: Sequence[str]) -> Vectors:
        """Embed each label as the mean of its prompts (CLIP §3.1.4), (n, dimension) float32, unit length.

        Raises UnreadableText if the model can read nothing of one.
        """
        for label in labels:
            self._refuse_unreadable(label)
        prompts = [prompt for label in labels for prompt in self._prompts(label)]
        vectors = self.embed_texts(prompts).reshape(len(labels), len(self.facts.templates), -1).mean(axis=1)
        return unit_length(vectors)

    def _prompts(self, label: str) -> list[str]:
        """Return as many prompts as there are templates."""
        return [template.format(label) for template in self.facts.templates]


def unit_length(vectors: Vectors) -> Vectors:
    """Scale each row to length 1; a row of zeros stays."""
    # In float64: the squares of small numbers are too small for float32.
    lengths = np.linalg.norm(vectors.astype(np.float64), axis=-1, keepdims=True)
    scaled: Vectors = (vectors / np.maximum(lengths, np.finfo(np.float64).tiny)).astype(np.float32)
    return scaled
