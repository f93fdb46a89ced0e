"""A searcher that stays, for whoever answers one question after another, while the library changes beneath it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from photoseek.searcher.errors import Busy, LibraryReplaced
from photoseek.searcher.scoring.meaning import ReadPhoto
from photoseek.searcher.search import Searcher
from photoseek.storage import Library


class StayingSearcher:
    """Keeps library, model and vectors loaded, and goes along when another model is put to use."""

    def __init__(self, library: Library, read_photo: ReadPhoto | None = None) -> None:
        """Take an open library; `read_photo` decodes pictures from elsewhere, which are refused without it."""
        self.library = library
        self._catalog = _identity(library.catalog.path)
        self._read_photo = read_photo
        self._searcher: Searcher | None = None
        self._turn = Lock()

    @contextmanager
    def turn(self, patience_s: float) -> Iterator[None]:
        """Be the only one who asks, while the block runs, as everybody who asks a searcher is to be. Raises Busy.

        A question brings the vector index to the revision of the catalog that it reads; another one in hand, which
        reads an earlier one, would meet photos that it knows nothing of.
        """
        if not self._turn.acquire(timeout=patience_s):
            raise Busy("others are being answered: ask again in a moment")
        try:
            yield
        finally:
            self._turn.release()

    def searcher(self) -> Searcher:
        """Give the searcher, with the model that is in use now, to whoever's turn it is. Raises NoLibrary."""
        with self.library.catalog.read() as transaction:
            model = transaction.models.in_use()
        if self._searcher is None or self._searcher.model != model:
            self._searcher = Searcher(self.library, read_photo=self._read_photo)
        return self._searcher

    def refuse_replaced(self) -> None:
        """Raise LibraryReplaced where another library lies in the place of the one that is open, or none."""
        try:
            if _identity(self.library.catalog.path) == self._catalog:
                return
        except OSError:
            pass
        raise LibraryReplaced("the library was moved away, or another put in its place: start this anew")


def _identity(path: Path) -> tuple[int, int]:
    there = path.stat()
    return there.st_dev, there.st_ino
