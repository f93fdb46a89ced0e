"""Which model `photoseek imagine` asks: the library's, or the one that ships."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from photoseek.embedder import EMBEDDED, Embedder, ModelSource, open_embedder
from photoseek.embedder.imagining.needed import has_gradients
from photoseek.searcher.search import Searcher
from photoseek.storage import Library, NoLibrary, Place


@dataclass(frozen=True, slots=True)
class ImaginingModel:
    """A model by which pictures can be made."""

    source: ModelSource
    embedder: Embedder
    instead_of: str = ""  # the library's model, where that can't


@contextmanager
def model_of(place: Place) -> Iterator[ImaginingModel]:
    """Open the model of a library, or the one that ships if that has no gradients or there is no library."""
    searcher = _searcher_of(place)
    of_library = None if searcher is None else ModelSource.of(searcher.model)
    if searcher is not None and of_library is not None and has_gradients(of_library):
        yield ImaginingModel(of_library, searcher.embedder)
        return
    with TemporaryDirectory() as compiled:
        source = ModelSource(EMBEDDED.name)
        instead_of = "" if of_library is None else of_library.name
        yield ImaginingModel(source, open_embedder(source, Path(compiled)), instead_of)


def _searcher_of(place: Place) -> Searcher | None:
    try:
        return Searcher(Library.existing(place))
    except NoLibrary:
        return None
