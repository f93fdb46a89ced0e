"""A library as one user may see it."""

from photoseek.storage.catalog.seen import SeenCatalog
from photoseek.storage.disk.progress import IndexProgress
from photoseek.storage.library import Library
from photoseek.storage.vector_index.protocol import IndexFacts
from photoseek.storage.watching import WatchedRoot


class SeenLibrary(Library):
    """Shows a user the photos that the user has a right to see; changes only what the user may edit.

    Its vectors and thumbnails are those of the whole library: a vector index of it searches what is seen alone,
    and a thumbnail is found by the content of a photo that is seen.
    """

    catalog: SeenCatalog

    def __init__(self, whole: Library, user_id: int) -> None:
        """See an open library as a user does."""
        self.__dict__.update(whole.__dict__)
        self.catalog = SeenCatalog(whole.catalog, user_id)

    def watched_roots(self) -> list[WatchedRoot]:
        """Return nothing: how folders are followed is the owner's business."""
        return []

    def index_progress(self) -> IndexProgress | None:
        """Return nothing: it names files."""
        return None

    def index_facts(self) -> IndexFacts | None:
        """Return nothing: it counts all photos."""
        return None
