"""Adding a model to a library and taking it away again."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from embedder import Pixels, Preprocess, forget_compiled, make_embedder, name_of, ships
from indexer.errors import ModelInUse
from indexer.model_choice import know, remembered
from storage import Library, Model, UnknownName

# Enough to fit the ranges of eight-bit numbers to; each takes some hundredths of a second.
_PHOTOS = 200


def add_model(  # noqa: PLR0913 (a model, its files, and who hears how far it is)
    library: Library,
    name: str,
    weights: Path | None,
    tokenizer: Path | None,
    told: Callable[[str], object],
    *,
    exact: bool = False,
) -> Model:
    """Compile a model, measure it on some of the library's photos, and make the library know it.

    With `exact` it runs in float32. Raises EmbedderError.
    """
    weights, tokenizer = remembered(library, name, weights, tokenizer)
    if not ships(name):
        make_embedder(
            name,
            weights,
            library.compiled_folder,
            tokenizer,
            some_photos=lambda preprocess: _some_photos(library, preprocess),
            told=told,
            exact=exact,
        )
    return know(library, name, weights, tokenizer)


@dataclass(frozen=True, slots=True)
class Removed:
    """What taking a model away freed."""

    vectors: int
    freed_bytes: int


def remove_model(library: Library, name: str) -> Removed:
    """Delete a model's vectors and what was compiled. Raises UnknownName, or ModelInUse."""
    with library.catalog.write() as transaction:
        model = transaction.models.named(name)
        if model is None:
            raise UnknownName(f"the library has no model {name}: `photoseek models list` shows those it has")
        if model == transaction.models.in_use():
            raise ModelInUse(
                f"{name} answers now: let another answer first, with `photoseek models use NAME`"
            )
        if model == transaction.models.on_its_way():
            raise ModelInUse(
                f"{name} is on its way: call that off first, with `photoseek models use` of the old"
            )
        vectors, size = transaction.models.drop_vectors(model, transaction.revision)
    return Removed(vectors, size + forget_compiled(name_of(name, None), library.compiled_folder))


def _some_photos(library: Library, preprocess: Preprocess) -> list[Pixels]:
    """Give photos from all over the library, as their thumbnails show them."""
    with library.catalog.read() as transaction:
        present = sorted(transaction.photos.present_ids())
        spread = present[:: max(1, len(present) // _PHOTOS)][:_PHOTOS]
        hashes = [photo.facts.content_hash for photo in transaction.photos.by_id(spread).values()]
    paths = [
        library.thumbnails.path(content_hash)
        for content_hash in hashes
        if library.thumbnails.has(content_hash)
    ]
    photos = []
    for path in paths:
        with Image.open(path) as thumbnail:
            photos.append(preprocess(thumbnail.convert("RGB")))
    return photos
