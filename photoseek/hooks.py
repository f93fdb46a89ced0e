"""What commands need that takes two rooms, or that a resident has loaded already."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

    from photoseek.embedder import Embedder, Pixels, Preprocess, Vectors
    from photoseek.indexer import OnIndexed
    from photoseek.searcher import Searcher, Tagger
    from photoseek.storage import Library, Model, Place, Stamp, Transaction


class Hooks:
    """What every command is run with: it loads what it is asked for."""

    def tagger_for(self, library: "Library", embedder: "Embedder") -> "OnIndexed":
        """Return what tags new photos as they are indexed: the searcher's labels, for the indexer."""

        @cache
        def tagger() -> "Tagger":
            from photoseek.searcher import Tagger  # here: an index that finds nothing new needs none
            from photoseek.searcher.scoring.background import BackgroundCache

            captions = BackgroundCache(library.compiled_folder, embedder.facts.model_id)
            return Tagger(embedder, partial(captions.read, embedder), library.compiled_folder)

        def tag(transaction: "Transaction", model: "Model", vectors: "Mapping[int, Vectors]") -> None:
            tagger()(transaction, model, vectors)

        return tag

    def get_ready_to_answer(
        self, library: "Library", embedder: "Embedder", before_waiting: Callable[[], None] = lambda: None
    ) -> None:
        """Embed the captions that hits are graded against, while nobody waits for an answer.

        Where that has yet to be done, which takes a while, `before_waiting` is called.
        """
        from photoseek.searcher.scoring.background import BackgroundCache

        captions = BackgroundCache(library.compiled_folder, embedder.facts.model_id)
        if captions.exists():
            return
        before_waiting()
        captions.read(embedder)

    @contextmanager
    def pixels_reader(self, preprocess: "Preprocess") -> Iterator[Callable[[Path], "Pixels | Exception"]]:
        """Yield a function that returns a model's pixels of a photo, or the error that says why not.

        It decodes in a process of its own, as the indexer does: the file may be anything.
        """
        from photoseek.indexer import UnreadablePhoto
        from photoseek.indexer.workers.photo_reader import PhotoReader

        def pixels(path: Path) -> "Pixels | Exception":
            try:
                return reader(path).pixels
            except UnreadablePhoto as error:
                return error

        with closing(PhotoReader(preprocess)) as reader:
            yield pixels

    @contextmanager
    def look_reader(self) -> Iterator[Callable[[Path], bytes | None]]:
        """Yield a function that returns what a photo looks like at a glance; None for one that can't be read."""
        from photoseek.indexer import UnreadablePhoto
        from photoseek.indexer.workers.photo_reader import PhotoReader

        def look(path: Path) -> bytes | None:
            try:
                return reader(path).facts.look
            except UnreadablePhoto:
                return None

        with closing(PhotoReader()) as reader:
            yield look

    @contextmanager
    def thumbnail_maker(self, library: "Library") -> Iterator[Callable[[bytes, str, "Stamp"], bytes | str]]:
        """Yield a function that makes a deleted thumbnail of a content hash again from its file.

        It returns the JPEG, or the reason if the file has changed or can't be read.
        """
        from photoseek.indexer.upkeep.thumbnailing import ThumbnailMaker

        with closing(ThumbnailMaker(library.thumbnails)) as make:
            yield make

    def photo_at(self, path: Path) -> "Image.Image | None":
        """Decode a photo; None for one that can't be read."""
        from photoseek.indexer import UnreadablePhoto

        try:
            return self.read_photo(path)
        except UnreadablePhoto:
            return None

    @property
    def directory(self) -> Path:
        """Return the folder that relative paths are meant from."""
        return Path.cwd()

    def searcher(self, library: "Place", model: str | None = None) -> "Searcher":
        """Return what answers questions about a library, with the model in use or another that it has vectors of.

        Raises NoLibrary where there is none, UnknownName for a model that the library has no vectors of.
        """
        from photoseek.searcher import Searcher
        from photoseek.storage import Library

        opened = Library.existing(library)
        named = None if model is None else opened.model(model)
        return Searcher(opened, read_photo=self.read_photo, model=named)

    def read_photo(self, path: Path) -> "Image.Image":
        """Decode a photo that need not be in the library, in one of the indexer's processes, for the searcher.

        Raises UnreadablePhoto, and IndexerError where no process starts.
        """
        from photoseek.indexer.workers.photo_reader import read_photo

        return read_photo(path)
