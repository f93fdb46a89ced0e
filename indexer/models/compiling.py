"""Compiles a model for this machine, with int8 ranges fitted to a person's own photos."""

from collections.abc import Callable, Iterator
from contextlib import closing
from io import BytesIO
from typing import TypeVar

from PIL import Image

from photoseek.embedder import ModelSource, Pixels, Preprocess, make_embedder
from photoseek.indexer.disk.scan import scan
from photoseek.indexer.pipeline.run import WORKERS
from photoseek.indexer.pipeline.stages import in_parallel
from photoseek.indexer.workers.isolation import Isolated
from photoseek.indexer.workers.outcomes import Prepared, Task
from photoseek.storage import Library, is_url

# Enough to fit the int8 ranges to; each takes some hundredths of a second.
_PHOTOS = 200

OnProgress = Callable[[str], object]
T = TypeVar("T")


def compile_model(
    library: Library, source: ModelSource, on_progress: OnProgress, *, exact: bool = False
) -> None:
    """Compile a model that does not ship, and measure it; with `exact`, in float32 alone. Raises EmbedderError."""
    make_embedder(
        source,
        library.compiled_folder,
        some_photos=lambda preprocess: some_photos(library, preprocess),
        on_progress=on_progress,
        exact=exact,
    )


def some_photos(library: Library, preprocess: Preprocess) -> list[Pixels]:
    """Return photos from all over the library; where it has hardly any yet, from all over its watched folders."""
    shown = list(_as_thumbnails_show_them(library, preprocess))
    return shown if len(shown) >= _PHOTOS else max(shown, list(_from_files(library, preprocess)), key=len)


def _as_thumbnails_show_them(library: Library, preprocess: Preprocess) -> Iterator[Pixels]:
    with library.catalog.read() as transaction:
        present = _spread(sorted(transaction.photos.present_ids()))
        hashes = [photo.facts.content_hash for photo in transaction.photos.by_id(present).values()]
    for content_hash in hashes:
        jpeg = library.thumbnails.read(content_hash)
        if jpeg is not None:
            yield preprocess(Image.open(BytesIO(jpeg)).convert("RGB"))


def _from_files(library: Library, preprocess: Preprocess) -> Iterator[Pixels]:
    with library.catalog.read() as transaction:
        roots = transaction.roots.all()
    tasks = [
        Task(root, path, stamp)
        for root in roots
        if not is_url(root.path)  # an index brings thumbnails from there, which will do
        for path, stamp in sorted(scan(root.path, leave_out=[str(library.folder)]).files.items())
    ]
    # None of it is kept, thumbnails either: what belongs in the library, an index brings in.
    with closing(Isolated(preprocess, frozenset(), None)) as prepare:
        for outcome in in_parallel(prepare, _spread(tasks), WORKERS, ahead=2 * WORKERS):
            if isinstance(outcome, Prepared):
                yield outcome.pixels


def _spread(things: list[T]) -> list[T]:
    """Return as many as are wanted, from all over."""
    return things[:: max(1, len(things) // _PHOTOS)][:_PHOTOS]
