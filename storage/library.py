"""A library with everything that photoseek knows, in a folder or a database, and its lock."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from photoseek.database_address import DatabaseAddress
from photoseek.storage import watching
from photoseek.storage.catalog.catalog import CATALOG_NAME, Catalog, no_library
from photoseek.storage.disk import progress
from photoseek.storage.disk.paths import as_meant
from photoseek.storage.disk.patience import found_within
from photoseek.storage.disk.progress import IndexProgress
from photoseek.storage.disk.writing import TEMPORARY_SUFFIX, is_left_behind
from photoseek.storage.errors import LibraryDamaged, LibraryNotWritable, NoLibrary, UnknownName
from photoseek.storage.names import for_terminal
from photoseek.storage.objects import urls
from photoseek.storage.records import Model, Root
from photoseek.storage.thumbnails.opening import thumbnails_of
from photoseek.storage.thumbnails.protocol import THUMBNAILS_NAME
from photoseek.storage.vector_index import upkeep as vector_upkeep
from photoseek.storage.vector_index.base import INDEX_NAME
from photoseek.storage.vector_index.delta import latest_revision
from photoseek.storage.vector_index.opening import (
    index_complaints,
    index_facts,
    open_index,
    remake_index,
    save_index,
)
from photoseek.storage.vector_index.protocol import IndexFacts, VectorIndex
from photoseek.storage.watching import WatchedRoot

Place = Path | DatabaseAddress  # where a library is

_LOCATING_S = 0.3  # the longest that a disk may take to resolve a path


class Library:
    """An open library: the catalog, and the caches made from it."""

    def __init__(self, place: Place, *, caches: Path | None = None, makes: bool = True) -> None:
        """Open the library in a folder or a database, or make one there, unless not `makes`.

        A database has its caches in the folder `caches`, or else in one that is named after its id.
        Raises LibraryNotWritable, LibraryDamaged if its catalog is gone, and what opening a Catalog raises.
        """
        if isinstance(place, DatabaseAddress):
            self.catalog = Catalog(place, makes=makes)
            self.folder = self._folder_of_caches(place, caches)
            self.place: Place = place
        else:
            self.folder = Path(os.path.realpath(as_meant(place)))
            self.place = self.folder
            with _reaching(place):
                # A person's photos are private.
                self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                _refuse_if_lost(self.folder)
            seen = latest_revision(self.folder / INDEX_NAME)  # read before the catalog's, since it only rises
            self.catalog = Catalog(self.folder / CATALOG_NAME)
            self._refuse_if_behind(seen)
        self.thumbnails = thumbnails_of(self.folder)
        self.compiled_folder = self.folder / "compiled"
        self._index_path = self.folder / INDEX_NAME
        self._progress_path = self.folder / "indexing.json"
        self._watching_path = self.folder / "watching.json"
        self._opened = self.catalog.identity()

    def _folder_of_caches(self, address: DatabaseAddress, named: Path | None) -> Path:
        """Return the folder with the caches of a database; one that is ahead of the database is deleted."""
        with _reaching(named or Path("of its caches")):
            folder = Path(os.path.realpath(named or address.folder_of(str(self.catalog.identity()))))
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            seen = latest_revision(folder / INDEX_NAME)  # read before the database's, as above
            with self.catalog.read() as transaction:
                is_behind = transaction.revision < seen
            if is_behind:  # its server was set back to an earlier time
                vector_upkeep.remove(folder / INDEX_NAME)
        return folder

    @property
    def named(self) -> str:
        """Return the library as PHOTOSEEK_LIBRARY names it to our other processes: never print it."""
        return self.place.url if isinstance(self.place, DatabaseAddress) else str(self.place)

    def _refuse_if_behind(self, seen: int) -> None:
        """Raise LibraryDamaged if a cache has a later revision than the catalog."""
        with self.catalog.read() as transaction:
            if transaction.revision >= seen:
                return
        self.catalog.close()
        raise LibraryDamaged(
            f"the catalog {for_terminal(str(self.catalog.path))} lacks its latest changes, as one that was copied "
            f"without its {CATALOG_NAME}-wal: put that file back, or a backup in its place with "
            "`photoseek restore FILE`"
        )

    @classmethod
    def existing(cls, place: Place) -> "Library":
        """Open an existing library. Raises NoLibrary."""
        if isinstance(place, DatabaseAddress):
            return cls(place, makes=False)
        folder = as_meant(place)
        with _reaching(folder):
            _refuse_if_lost(folder)
            is_there = (folder / CATALOG_NAME).exists()
        if not is_there:
            raise no_library(folder)
        return cls(folder)

    def refuse_lost(self) -> None:
        """Raise NoLibrary if the open catalog was moved away or deleted."""
        try:
            if self.catalog.identity() == self._opened:
                return
        except FileNotFoundError:
            pass
        except OSError as error:  # its disk may answer again soon
            raise LibraryNotWritable(
                f"the library folder {for_terminal(str(self.folder))} can't be looked at ({error.strerror}): "
                "check its disk"
            ) from error
        raise NoLibrary(
            f"the library in {for_terminal(str(self.place))} was moved away, or another put in its place: "
            "start this anew"
        )

    @contextmanager
    def indexing(self, *, borrows: bool = True) -> Iterator[None]:
        """Hold the indexing lock for a block; a watch pauses for a process that `borrows` it. Raises LibraryInUse.

        Tags, albums and searches don't need it: the catalog's transactions keep them apart.
        """
        # Here and below rather than above: filelock takes a while to load, and a question needs no lock.
        from photoseek.storage.lock import indexing_lock

        named = str(self.place)  # a database's caches are no name for it
        with indexing_lock(self.folder, borrows=borrows, library=named), self.catalog.indexing():
            yield

    def is_wanted(self) -> bool:
        """Return whether another process waits for the watch's lock, or has borrowed it."""
        from photoseek.storage.lock import is_wanted

        return is_wanted(self.folder)

    @contextmanager
    def being_watched(self) -> Iterator[Callable[[list[WatchedRoot]], None]]:
        """Yield a function that records how this process follows the roots, until the block ends."""
        from photoseek.storage.lock import watching_lock

        with watching_lock(self.folder):
            try:
                yield partial(watching.write, self._watching_path)
            finally:
                self._watching_path.unlink(missing_ok=True)

    def watched_roots(self) -> list[WatchedRoot]:
        """Return how the roots are being followed now; nothing if no process watches."""
        from photoseek.storage.lock import is_watched

        return watching.read(self._watching_path) if is_watched(self.folder) else []

    @contextmanager
    def recording_progress(self) -> Iterator[Callable[[IndexProgress], None]]:
        """Yield a function that records how far this process's index has come, until the block ends."""
        from photoseek.storage.lock import progress_lock

        with progress_lock(self.folder) as is_ours:
            try:
                yield partial(progress.write, self._progress_path) if is_ours else lambda _: None
            finally:
                if is_ours:
                    with suppress(OSError):
                        self._progress_path.unlink(missing_ok=True)

    def index_progress(self) -> IndexProgress | None:
        """Return how far a running index has come; None if none runs. The record of a killed one doesn't count."""
        recorded = progress.read(self._progress_path)
        if recorded is None:
            return None
        from photoseek.storage.lock import is_progressing

        return recorded if is_progressing(self.folder) else None

    def vector_index(self, model: Model | None = None) -> VectorIndex:
        """Return the up-to-date vector index of the model in use, or of another.

        Raises NoLibrary where there is none.
        """
        with self.catalog.read() as transaction:
            model = model or transaction.models.in_use()
            if model is None:
                raise NoLibrary("nothing has been indexed yet: begin with `photoseek index FOLDER`")
            return open_index(self._index_path, transaction, model, self.catalog.read)

    def model(self, name: str) -> Model:
        """Return the model with this name that has vectors. Raises UnknownName."""
        with self.catalog.read() as transaction:
            model = transaction.models.named(name)
            if model is None or not transaction.vectors.count(model):
                raise UnknownName(
                    f"no photo is embedded with a model “{name}”: `photoseek models list` shows those there are"
                )
        return model

    def save_index(self, *, always: bool = False) -> None:
        """Update the vector index if enough has changed, or `always`. Call it while holding the lock."""
        save_index(self._index_path, self.catalog, always=always)

    def index_facts(self) -> IndexFacts | None:
        """Return how the vector index searches, and its recall; None if there is none yet."""
        return index_facts(self._index_path, self.catalog)

    def index_complaints(self) -> list[str]:
        """Return how the vector index differs from the catalog; nothing if there is none."""
        wrong: list[str] = []
        for _ in range(2):  # another process may have written a later one since the transaction began
            with self.catalog.read() as transaction:
                wrong = index_complaints(self._index_path, transaction)
            if not wrong:
                break
        return wrong

    def remake_index(self) -> None:
        """Make the vector index anew from the catalog. Call it while holding the lock."""
        remake_index(self._index_path, self.catalog)

    def leftovers(self) -> list[Path]:
        """Return temporary files left behind by processes that ended early."""
        return sorted(filter(is_left_behind, self.folder.rglob(f".*{TEMPORARY_SUFFIX}*")))

    def first_time(self, what: str) -> bool:
        """Return whether this is the first call with `what` (part of a file's name), and remember it.

        False if it can't be remembered, as in a read-only library.
        """
        try:
            (self.folder / f"{what}.said").touch(exist_ok=False)
        except OSError:
            return False
        return True

    def locate(self, path: Path) -> tuple[int, str]:
        """Return the root that `path` is in and the path below it, also through links.

        If the path begins with a root's path, no disk is touched. Raises UnknownName.
        """
        absolute = urls.absolute_path(path)
        with self.catalog.read() as transaction:
            roots = {root.path: root for root in transaction.roots.all()}
        # First as typed: a link inside a root belongs to that root. Then with the folder's links resolved, for a
        # path that reaches the root in another way.
        found = _inside(absolute, roots)
        if found is not None:
            return found
        if urls.is_url(absolute):
            raise _nowhere(absolute)
        folder, name = os.path.split(absolute)
        real = _real_paths([*roots, folder, absolute])
        really = {real[root]: known for root, known in roots.items() if root in real}
        places = [os.path.join(real[folder], name)] if folder in real else []
        for place in (*places, real.get(absolute, absolute)):
            found = _inside(place, really)
            if found is not None:
                return found
        raise _nowhere(absolute)

    def close(self) -> None:
        """Close the library."""
        self.catalog.close()


def _nowhere(absolute: str) -> UnknownName:
    return UnknownName(
        f"{for_terminal(absolute)} is in no watched folder: add its folder with `photoseek index FOLDER`"
    )


def _inside(place: str, roots: Mapping[str, Root]) -> tuple[int, str] | None:
    """Return the nearest root that an absolute path is in and the path below it, by names alone."""
    inside = [root for root in roots if Path(place).is_relative_to(root)]
    if not inside:
        return None
    nearest = max(inside, key=len)
    below = os.path.relpath(place, nearest)
    return roots[nearest].root_id, "" if below == os.curdir else below


def _real_paths(paths: Iterable[str]) -> dict[str, str]:
    """Return the paths with links resolved, without those whose disk doesn't answer."""
    found = found_within(_LOCATING_S, dict.fromkeys(paths), os.path.realpath, str)
    return {path: real for path, real in found if isinstance(real, str)}


@contextmanager
def _reaching(folder: Path) -> Iterator[None]:
    """Translate the system's errors for a folder that can't be found or made."""
    try:
        yield
    except OSError as error:
        raise LibraryNotWritable(
            f"the library folder {for_terminal(str(folder))} can't be opened ({error.strerror}): "
            "check its permissions, or choose another with --library"
        ) from error


def _refuse_if_lost(folder: Path) -> None:
    """Raise LibraryDamaged if there are caches of a catalog that is gone or empty: this is no new library."""
    catalog = folder / CATALOG_NAME
    lived = (folder / INDEX_NAME).exists() or (folder / THUMBNAILS_NAME).exists()
    if lived and not (catalog.exists() and catalog.stat().st_size):
        raise LibraryDamaged(
            f"the catalog {for_terminal(str(catalog))} is gone or empty: put a backup in its place with "
            "`photoseek restore FILE`, or choose another --library"
        )
