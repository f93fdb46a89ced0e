"""The catalogue of models: which there are, what they cost, and how to open one by its name."""

import hashlib
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from embedder.errors import ModelNotUsable, UnknownModel
from embedder.protocol import Embedder

if TYPE_CHECKING:
    from embedder.added import Source

_LOG = logging.getLogger(__name__)
_HASH_DIGITS = 12


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """A model that a person can name."""

    name: str
    dimension: int
    megabytes: int  # of weights on disk
    licence: str
    ships: bool  # in the package; others are downloaded or given with --weights


EMBEDDED = CatalogueRow(
    "photoseek-1", 512, 40, "non-commercial (Flickr8k); see embedder/embedded/NOTICE.md", ships=True
)
FAKE = CatalogueRow("fake", 49, 0, "Apache-2.0", ships=True)  # colours only: for tests and try-outs

CATALOGUE: tuple[CatalogueRow, ...] = (
    EMBEDDED,
    CatalogueRow("ViT-B-32/laion2b_s34b_b79k", 512, 605, "MIT", ships=False),
    CatalogueRow("ViT-B-32-256/datacomp_s34b_b86k", 512, 605, "MIT", ships=False),
    CatalogueRow("ViT-L-14/laion2b_s32b_b82k", 768, 1710, "MIT", ships=False),
)


def open_embedder(
    name: str, weights: Path | None, cache_folder: Path, tokenizer: Path | None = None
) -> Embedder:
    """Open a model by its catalogue name, or as ARCHITECTURE/PRETRAINED of open_clip.

    With `weights`, the name begins with the architecture and the file holds its weights. `cache_folder` keeps
    compiled models; one that is not there is made again, which takes a while and torch. Raises UnknownModel or
    ModelNotUsable.
    """
    if name == EMBEDDED.name:
        from embedder.compiled import EMBEDDED_FOLDER, CompiledEmbedder

        return CompiledEmbedder(EMBEDDED_FOLDER, cache_folder)
    if name == FAKE.name or name.startswith(f"{FAKE.name}-"):
        from embedder.fake import FakeEmbedder

        return FakeEmbedder(name)
    from embedder.added import AddedEmbedder, folder_of, is_added

    known_as = name_of(name, weights)
    if is_added(known_as, cache_folder):
        return AddedEmbedder(folder_of(known_as, cache_folder))
    from embedder.adding import add

    _LOG.warning("%s is not compiled for this machine yet: that takes a minute, once", known_as)
    return add(known_as, source_of(name, weights, tokenizer), cache_folder)


def name_of(name: str, weights: Path | None) -> str:
    """Give the name that the library knows a model by: weights of one's own are known by what is in them.

    Raises UnknownModel for a name that is none, ModelNotUsable where the weights can't be read.
    """
    architecture, _, pretrained = name.partition("/")
    if weights is not None and not pretrained:
        return f"{architecture}/sha256-{_digest(weights)}"
    if not pretrained and not ships(name):
        raise UnknownModel(
            f"there is no model “{name}”: the one that ships is {EMBEDDED.name}, others are named "
            f"ARCHITECTURE/PRETRAINED as in {CATALOGUE[1].name}, or come with --weights FILE"
        )
    return name


def ships(name: str) -> bool:
    """Whether the model needs neither weights nor a download."""
    return name in {EMBEDDED.name, FAKE.name} or name.startswith(f"{FAKE.name}-")


def source_of(name: str, weights: Path | None, tokenizer: Path | None) -> "Source":
    """Say where a model that does not ship comes from."""
    from embedder.added import Source

    architecture, _, pretrained = name.partition("/")
    return Source(architecture, "" if weights else pretrained, weights, tokenizer)


def _digest(weights: Path) -> str:
    try:
        with weights.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:_HASH_DIGITS]
    except OSError as error:
        raise ModelNotUsable(
            f"the weights {weights} can't be read ({error.strerror}): check the path"
        ) from error
