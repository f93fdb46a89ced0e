"""From photos and words to unit vectors: the models, and what runs them."""

from embedder.checksums import damaged_compiled
from embedder.errors import EmbedderError, ModelNotUsable, UnknownModel, UnreadableText
from embedder.fake import FakeEmbedder
from embedder.known import damaged_models
from embedder.languages import READS_MANY, unreadable
from embedder.models import (
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
from embedder.preprocess import Pixels, Preprocess
from embedder.protocol import Embedder, ModelFacts, Vectors, unit_length
from embedder.runtimes import Measured
from embedder.shipped import answers_still, predecessors
from embedder.vocabulary import Vocabulary

__all__ = [
    "CATALOGUE",
    "EMBEDDED",
    "READS_MANY",
    "RECOMMENDED",
    "CatalogueRow",
    "Embedder",
    "EmbedderError",
    "FakeEmbedder",
    "Measured",
    "ModelFacts",
    "ModelNotUsable",
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
    "unreadable",
]
