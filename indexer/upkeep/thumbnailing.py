"""Makes deleted thumbnails again from the photos, in worker processes that a bad file may crash."""

import os
from contextlib import closing
from multiprocessing import active_children

from photoseek.indexer.errors import IndexerError
from photoseek.indexer.pipeline.run import WORKERS
from photoseek.indexer.pipeline.stages import in_parallel
from photoseek.indexer.workers.isolation import NO_MODEL, Isolated
from photoseek.indexer.workers.outcomes import Prepared, Rejected, Task, Unreadable
from photoseek.indexer.workers.prepare import CarriedThumbnails
from photoseek.storage import KnownFile, Library, Root, Stamp, Thumbnails

FILE_S = 30.0  # somebody waits for it
_CHANGED = "the file was changed: `photoseek index` looks again"


class ThumbnailMaker:
    """Makes them as indexing does; threads that call it at once have a process each."""

    def __init__(self, thumbnails: Thumbnails, file_s: float = FILE_S) -> None:
        """Take the library's thumbnails; no process is started before one is asked for."""
        self._thumbnails = thumbnails
        self._others = _AllBut()
        self._isolated = Isolated(NO_MODEL, self._others, CarriedThumbnails(thumbnails.long_side), file_s)

    def __call__(self, content_hash: bytes, path: str, stamp: Stamp) -> bytes | str:
        """Make the thumbnail of a photo from its file, as long as that is what was indexed; else say why not.

        It is returned also where it can't be kept.
        """
        folder, name = os.path.split(path)
        self._others.wanted.add(content_hash)
        try:
            outcome = self._isolated(Task(Root(0, folder), name, stamp))
        except IndexerError as error:
            return str(error)
        finally:
            self._others.wanted.discard(content_hash)
        if isinstance(outcome, Rejected | Unreadable):
            return outcome.reason or _CHANGED
        if not isinstance(outcome, Prepared) or outcome.content_hash != content_hash:
            return _CHANGED
        return _kept(self._thumbnails, content_hash, outcome)

    def close(self) -> None:
        """End the processes, also one that is lost in a file."""
        for process in active_children():
            process.kill()


class SmallerMaker:
    """Makes smaller thumbnails of the stored ones, in processes of its own: originals take longer to read."""

    def __init__(self, smaller: Thumbnails, file_s: float = FILE_S) -> None:
        """Take where they are kept; no process is started before one is asked for."""
        self._smaller = smaller
        self._isolated = Isolated(NO_MODEL, frozenset(), CarriedThumbnails(smaller.long_side), file_s)

    def __call__(self, content_hash: bytes, path: str, stamp: Stamp) -> bytes | str:
        """Make the smaller thumbnail of a photo from its stored one at `path`; return the reason if it can't."""
        folder, name = os.path.split(path)
        try:
            outcome = self._isolated(Task(Root(0, folder), name, stamp))
        except IndexerError as error:
            return str(error)
        if not isinstance(outcome, Prepared):
            return _CHANGED
        return _kept(self._smaller, content_hash, outcome)

    def close(self) -> None:
        """End the processes."""
        self._isolated.close()


def make_missing_thumbnails(library: Library) -> None:
    """Make the thumbnails that photos lack again from their files, as long as those are what was indexed."""
    with library.catalog.read() as transaction:
        contents = transaction.photos.content_hashes()
        roots = {root.root_id: root.path for root in transaction.roots.all()}
        try:
            known = library.thumbnails.known()
        except OSError as error:  # the store is away
            library.thumbnails.say(error)
            return
        lacking = [photo for photo, content in contents.items() if content not in known]
        files = [file for file in transaction.files.of(lacking) if file.missing_since is None]
    with closing(ThumbnailMaker(library.thumbnails)) as make:

        def make_one(file: KnownFile) -> None:
            content = contents[file.photo_id]
            if content not in known:  # of one photo in several files, the first will do
                made = make(content, os.path.join(roots[file.root_id], file.path), file.stamp)
                if isinstance(made, bytes):
                    known.add(content)

        for _ in in_parallel(make_one, files, WORKERS, ahead=2 * WORKERS):
            pass


def _kept(thumbnails: Thumbnails, content_hash: bytes, made: Prepared) -> bytes:
    jpeg = made.thumbnail or b""
    thumbnails.keep({content_hash: jpeg})
    return jpeg


class _AllBut:
    """The content hashes that nobody wants a thumbnail of now: such content is not decoded."""

    def __init__(self) -> None:
        self.wanted: set[bytes] = set()

    def __contains__(self, content_hash: object) -> bool:
        return content_hash not in self.wanted
