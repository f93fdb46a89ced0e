"""From photos and words to unit vectors: the models, and what runs them."""

from photoseek.embedder.adding.runtimes import Measured
from photoseek.embedder.checksums import damaged_compiled
from photoseek.embedder.errors import EmbedderError, ModelNotUsable, UnknownModel, UnreadableText
from photoseek.embedder.fake import FakeEmbedder
from photoseek.embedder.known_vectors import damaged_models
from photoseek.embedder.models import (
    CATALOGUE,
    EMBEDDED,
    RECOMMENDED,
    CatalogueRow,
    forget_compiled,
    is_compiled,
    make_embedder,
    measured_speed,
    name_of,
    open_embedder,
    ships,
    successor,
)
from photoseek.embedder.preprocess import Pixels, Preprocess
from photoseek.embedder.protocol import Embedder, Vectors, unit_length
from photoseek.embedder.shipped import answers_still, predecessors
from photoseek.embedder.source import ModelSource
from photoseek.embedder.vocabulary import Vocabulary
from photoseek.embedder.writing_systems import MULTILINGUAL_MODEL

__all__ = [
    "CATALOGUE",
    "EMBEDDED",
    "MULTILINGUAL_MODEL",
    "RECOMMENDED",
    "CatalogueRow",
    "Embedder",
    "EmbedderError",
    "FakeEmbedder",
    "Measured",
    "ModelNotUsable",
    "ModelSource",
    "Pixels",
    "Preprocess",
    "UnknownModel",
    "UnreadableText",
    "Vectors",
    "Vocabulary",
    "answers_still",
    "damaged_compiled",
    "damaged_models",
    "forget_compiled",
    "is_compiled",
    "make_embedder",
    "measured_speed",
    "name_of",
    "open_embedder",
    "predecessors",
    "ships",
    "successor",
    "unit_length",
]
