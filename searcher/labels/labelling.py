"""Labels photos of any folder in batches: `photoseek label`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from photoseek.embedder import EMBEDDED, Embedder, ModelSource, Pixels, Vectors, open_embedder, successor
from photoseek.searcher.labels.classifying import Classifier
from photoseek.searcher.labels.stored_vectors import stored_vectors
from photoseek.searcher.scoring.background import BackgroundCache
from photoseek.searcher.search import Searcher
from photoseek.storage import Library, NoLibrary, Place

AT_ONCE = 32  # photos in a batch: embedded and returned before the next are read


@dataclass(frozen=True, slots=True)
class Labelled:
    """A photo's label probabilities, or the error that says why it can't be read."""

    path: Path
    probabilities: dict[str, float]  # by label; with `none` they sum to 1; empty if the photo can't be read
    none: float = 0.0  # the probability that it shows none of them
    error: Exception | None = None


@dataclass(frozen=True, slots=True)
class Labelling:
    """What labelling needs: a model, the captions that compete with labels, and stored vectors."""

    embedder: Embedder
    captions: BackgroundCache
    stored: Callable[[Sequence[Path]], Mapping[Path, Vectors]]


@contextmanager
def labelling(place: Place) -> Iterator[Labelling]:
    """Open the model of the library; the one that ships if there is no library.

    The one that ships, too, if the library's model can no longer embed photos.
    """
    by = _of_library(place)
    if by is not None:
        yield by
        return
    with TemporaryDirectory() as temporary:
        compiled = Path(temporary)
        captions = BackgroundCache(compiled, EMBEDDED.name)
        yield Labelling(open_embedder(ModelSource(EMBEDDED.name), compiled), captions, lambda _: {})


def _of_library(place: Place) -> Labelling | None:
    try:
        library = Library.existing(place)
        searcher = Searcher(library)
    except NoLibrary:
        return None
    if successor(searcher.model.name) is not None:
        return None
    return Labelling(searcher.embedder, searcher.captions, partial(stored_vectors, library, searcher.model))


def label_photos(
    by: Labelling,
    read: Callable[[Path], Pixels | Exception],
    paths: Sequence[Path],
    labels: Sequence[str],
) -> Iterator[Labelled]:
    """Label photos in their order; `read` gives a photo's pixels, or the error that says why not."""
    classifier = Classifier(by.embedder, labels, by.captions.read(by.embedder))
    known = by.stored(paths)
    waiting = iter(paths)
    while some := list(islice(waiting, AT_ONCE)):
        decoded = {path: read(path) for path in some if path not in known}
        pixels = {path: one for path, one in decoded.items() if not isinstance(one, Exception)}
        vectors = {path: known[path] for path in some if path in known}
        if pixels:
            embedded = by.embedder.embed_photos(np.stack(list(pixels.values())))
            vectors |= dict(zip(pixels, embedded, strict=True))
        rows = (
            dict(zip(vectors, classifier(np.stack(list(vectors.values()))), strict=True)) if vectors else {}
        )
        for path in some:
            if path in rows:
                *each, none = map(float, rows[path])
                yield Labelled(path, dict(zip(labels, each, strict=True)), none)
            else:
                error = decoded[path]
                assert isinstance(error, Exception)  # noqa: S101 (else it has a row)
                yield Labelled(path, {}, error=error)
