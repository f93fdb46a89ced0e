"""The catalogue of models, and how to open one by its name."""

import hashlib
import logging
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from photoseek.embedder.errors import ModelNotUsable, UnknownModel
from photoseek.embedder.protocol import Embedder
from photoseek.embedder.shipped import answers_still
from photoseek.embedder.source import ModelSource

if TYPE_CHECKING:
    from photoseek.embedder.adding.add import OnProgress, SomePhotos
    from photoseek.embedder.adding.runtimes import Measured

_LOG = logging.getLogger(__name__)
_HASH_DIGITS = 12


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """A model that a person can name."""

    name: str
    dimension: int
    megabytes: int  # of weights on disk, in float32 where they are downloaded
    licence: str
    recall: float | None = None  # R@10 of COCO's captions, where open_clip published it
    gigaflops: float | None = None  # of the photo tower for one photo, where open_clip published them
    languages: str = "English"


EMBEDDED = CatalogueRow(
    "photoseek-5",
    640,
    59,
    "non-commercial (Flickr8k); see embedder/embedded/NOTICE.md",
    languages="English; German, French, Czech, Chinese a little",
)
# Shipped earlier. Their vectors are incompatible with their successor's.
_REPLACED = dict.fromkeys(("photoseek-1", "photoseek-2", "photoseek-3"), EMBEDDED.name)
FAKE = CatalogueRow("fake", 49, 0, "Apache-2.0")  # colours only: for tests and try-outs

_APPLE = "Apple AMLR (research only)"
_UNREAD = "unknown: see its card"
_MANY = "100+"

# Licences are those of the model cards, read at huggingface.co. Recall is the column "MSCOCO image retr. R@10" of
# open_clip's docs/openclip_retrieval_results.csv, gigaflops are "image_gflops" of its docs/model_profile.csv; what
# neither lists is left out. Sizes are four bytes a parameter.
CATALOGUE: tuple[CatalogueRow, ...] = (
    EMBEDDED,
    CatalogueRow("ViT-B-32/laion2b_s34b_b79k", 512, 605, "MIT", 0.7561, 8.82),
    CatalogueRow("ViT-B-32-256/datacomp_s34b_b86k", 512, 605, "MIT", 0.7524, 11.5),
    CatalogueRow("ViT-B-16-SigLIP2/webli", 768, 1501, _UNREAD, languages=_MANY),
    CatalogueRow("ViT-B-16-SigLIP2-256/webli", 768, 1501, _UNREAD, languages=_MANY),
    CatalogueRow("ViT-B-32-SigLIP2-256/webli", 768, 1507, _UNREAD, languages=_MANY),
    CatalogueRow("MobileCLIP2-S0/dfndr2b", 512, 299, _APPLE),
    CatalogueRow("MobileCLIP2-S2/dfndr2b", 512, 397, _APPLE),
    CatalogueRow("MobileCLIP2-B/dfndr2b", 512, 599, _APPLE),
    CatalogueRow("ViT-L-14/laion2b_s32b_b82k", 768, 1710, "MIT", 0.798, 162.03),
    CatalogueRow("ViT-L-14/datacomp_xl_s13b_b90k", 768, 1710, "MIT", 0.7916, 162.03),
    CatalogueRow("ViT-H-14-378-quickgelu/dfn5b", 1024, 3947, _APPLE),
)
# Of the rows with a known recall and licence, the one that embeds thousands of photos on a laptop in minutes.
RECOMMENDED = next(row for row in CATALOGUE if row.name == "ViT-B-32/laion2b_s34b_b79k")


def open_embedder(source: ModelSource, cache_folder: Path) -> Embedder:
    """Open a model by its catalogue name, or as ARCHITECTURE/PRETRAINED of open_clip.

    `cache_folder` has the compiled models. A missing one is compiled again from its source, which takes a while
    and needs torch. Raises UnknownModel or ModelNotUsable.
    """
    name = source.name
    if name == EMBEDDED.name:
        from photoseek.embedder.openvino.compiled import EMBEDDED_FOLDER, CompiledEmbedder

        return CompiledEmbedder(EMBEDDED_FOLDER, cache_folder)
    if answers_still(name):
        from photoseek.embedder.openvino.compiled import EMBEDDED_FOLDER, CompiledEmbedder

        return CompiledEmbedder(EMBEDDED_FOLDER, cache_folder, predecessor=name)
    if name == FAKE.name or name.startswith(f"{FAKE.name}-"):
        from photoseek.embedder.fake import FakeEmbedder

        return FakeEmbedder(name)
    from photoseek.embedder.adding.added_model import AddedEmbedder, folder_of

    known_as = name_of(source)
    if is_compiled(known_as, cache_folder):
        return AddedEmbedder(folder_of(known_as, cache_folder))
    _LOG.warning("%s is not compiled for this machine yet: that takes a minute, once", known_as)
    return make_embedder(source, cache_folder)


def make_embedder(
    source: ModelSource,
    cache_folder: Path,
    *,
    some_photos: "SomePhotos" = lambda _: [],
    on_progress: "OnProgress" = _LOG.warning,
    exact: bool = False,
) -> Embedder:
    """Compile a model that does not ship, and measure which runtime is fastest here, on `some_photos`.

    With `exact` it runs in float32. Raises UnknownModel or ModelNotUsable.
    """
    from photoseek.embedder.adding.add import add

    by_content = source.weights and name_of(replace(source, name=source.architecture))
    if by_content and source.name not in {source.architecture, by_content}:
        raise ModelNotUsable(
            f"the weights {source.weights} are not those that {source.name} was made of: put those back, or name "
            "the architecture alone, as in `photoseek models use ViT-B-32 --weights FILE`"
        )
    return add(name_of(source), source, cache_folder, some_photos, on_progress, exact=exact)


def is_compiled(name: str, cache_folder: Path) -> bool:
    """Whether the model of this name need not be compiled first."""
    from photoseek.embedder.adding.added_model import is_added

    return is_added(name, cache_folder)


def forget_compiled(name: str, cache_folder: Path) -> int:
    """Delete what was compiled of a model; returns how many bytes that freed."""
    from photoseek.embedder.adding.added_model import forget

    return 0 if ships(name) else forget(name, cache_folder)


def measured_speed(name: str, cache_folder: Path) -> "Measured | None":
    """Return how fast the model was when it was compiled here."""
    from photoseek.embedder.adding.added_model import AddedEmbedder, folder_of

    if ships(name) or not is_compiled(name, cache_folder):
        return None
    try:
        added = AddedEmbedder(folder_of(name, cache_folder))
    except ModelNotUsable:  # using the model raises the reason
        return None
    return next((one for one in added.measured if one.runtime == added.runtime.name), None)


def name_of(source: ModelSource) -> str:
    """Return a model's name in the library, which for a person's own weights includes their hash.

    Raises UnknownModel for an unknown name, ModelNotUsable for a model that no longer ships, or if the weights
    can't be read.
    """
    name = source.name
    if (new := successor(name)) is not None:
        raise ModelNotUsable(
            f"the model “{name}” ships no more: where it was in use `photoseek index` goes on with its successor, "
            f"else choose that by `photoseek models use {new}`"
        )
    if source.weights is not None and name == source.architecture:
        return f"{name}/sha256-{_digest(source.weights)}"
    if name == source.architecture and not ships(name):
        raise UnknownModel(
            f"there is no model “{name}”: {EMBEDDED.name} ships, and `photoseek models list` lists others; any of "
            f"open_clip is named ARCHITECTURE/PRETRAINED as in {CATALOGUE[1].name}, or comes with --weights FILE"
        )
    return name


def successor(name: str) -> str | None:
    """Return the model that ships in place of an earlier one; None for others."""
    return EMBEDDED.name if answers_still(name) else _REPLACED.get(name)


def ships(name: str) -> bool:
    """Whether the model needs neither weights nor a download."""
    return name in {EMBEDDED.name, FAKE.name} or name.startswith(f"{FAKE.name}-")


def _digest(weights: Path) -> str:
    try:
        status = weights.stat()
        return _digest_of(weights, status.st_size, status.st_mtime_ns)
    except OSError as error:
        raise ModelNotUsable(
            f"the weights {weights} can't be read ({error.strerror}): check the path"
        ) from error


@cache
def _digest_of(weights: Path, _size: int, _mtime_ns: int) -> str:
    """Read it all, which takes a second for each thousand megabytes; once for each state of a file."""
    with weights.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:_HASH_DIGITS]
