"""A warm searcher, for processes that answer many questions while the library changes."""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from threading import Lock

from photoseek.searcher.errors import Busy, LibraryReplaced
from photoseek.searcher.scoring.query_vectors import ReadPhoto
from photoseek.searcher.search import Searcher
from photoseek.storage import Library


class WarmSearcher:
    """Keeps library, model and vectors loaded, and switches when another model is put to use."""

    def __init__(
        self, library: Library, read_photo: ReadPhoto | None = None, *, lender: "WarmSearcher | None" = None
    ) -> None:
        """Take an open library.

        `read_photo` decodes pictures outside the library, which are refused without it. `lender` is of the same
        library: its model, which takes much memory, is used, and questions to both are answered one at a time.
        """
        self.library = library
        # One that is made after another library was put in the place of the lender's must not answer from it.
        self._catalog: Hashable = library.catalog.identity() if lender is None else lender._catalog
        self._read_photo = read_photo
        self._searcher: Searcher | None = None
        self._lender = lender
        self._turn: Lock = Lock() if lender is None else lender._turn

    @contextmanager
    def turn(self, patience_s: float) -> Iterator[None]:
        """Hold the lock that each question needs while the block runs. Raises Busy after `patience_s`.

        A question brings the vector index to its own revision of the catalog. Another question that runs at the
        same time, with an earlier revision, would find photos that it doesn't know.
        """
        if not self._turn.acquire(timeout=patience_s):
            raise Busy("others are being answered: ask again in a moment")
        try:
            yield
        finally:
            self._turn.release()

    def searcher(self) -> Searcher:
        """Return the searcher with the model in use now. Call it while holding the turn. Raises NoLibrary."""
        with self.library.catalog.read() as transaction:
            model = transaction.models.in_use()
        if self._searcher is None or self._searcher.model != model:
            given = None if self._lender is None else self._lender.searcher().embedder
            self._searcher = Searcher(self.library, given, self._read_photo)
        return self._searcher

    @property
    def index_revision(self) -> int:
        """Return the revision of the catalog that the loaded vectors are of; -1 before the first question."""
        return -1 if self._searcher is None else self._searcher.index.revision

    def refuse_replaced(self) -> None:
        """Raise LibraryReplaced if the open library was moved away or replaced by another."""
        try:
            if self.library.catalog.identity() == self._catalog:
                return
        except OSError:
            pass
        raise LibraryReplaced("the library was moved away, or another put in its place: start this anew")
