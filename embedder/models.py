"""The catalogue of models: which there are, what they cost, and how to open one by its name."""

from dataclasses import dataclass
from pathlib import Path

from embedder.errors import UnknownModel
from embedder.protocol import Embedder


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


def open_embedder(name: str, weights: Path | None, cache_folder: Path) -> Embedder:
    """Open a model by its catalogue name, or as ARCHITECTURE/PRETRAINED of open_clip.

    With `weights`, the name is the architecture and the file holds its weights. `cache_folder` keeps compiled
    graphs. Raises UnknownModel or ModelNotUsable.
    """
    if weights is None and name == EMBEDDED.name:
        from embedder.compiled import EMBEDDED_FOLDER, CompiledEmbedder

        return CompiledEmbedder(EMBEDDED_FOLDER, cache_folder)
    if weights is None and name == FAKE.name:
        from embedder.fake import FakeEmbedder

        return FakeEmbedder()
    architecture, _, pretrained = name.partition("/")
    if weights is None and not pretrained:
        raise UnknownModel(
            f"there is no model “{name}”: the one that ships is {EMBEDDED.name}, others are named "
            f"ARCHITECTURE/PRETRAINED as in {CATALOGUE[1].name}, or come with --weights FILE"
        )
    from embedder.open_clip_model import OpenClipEmbedder

    return OpenClipEmbedder(architecture, pretrained, weights)
