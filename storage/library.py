"""The folder that holds everything photoseek knows, and who may write to it."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from photoseek.storage import watching
from photoseek.storage.catalog.catalog import Catalog
from photoseek.storage.disk.patience import found_within
from photoseek.storage.disk.writing import TEMPORARY_SUFFIX, is_left_behind
from photoseek.storage.errors import LibraryDamaged, LibraryNotWritable, NoLibrary, UnknownName
from photoseek.storage.layout import CATALOG_NAME, INDEX_NAME, THUMBNAILS_NAME
from photoseek.storage.lock import indexing_lock, is_wanted, is_watched, watching_lock
from photoseek.storage.names import for_terminal
from photoseek.storage.records import Model, Root
from photoseek.storage.thumbnails import Thumbnails
from photoseek.storage.vector_index import upkeep as vector_upkeep
from photoseek.storage.vector_index.base import BaseFacts, read_facts
from photoseek.storage.vector_index.check import differences
from photoseek.storage.vector_index.delta import latest_revision
from photoseek.storage.vector_index.index import VectorIndex
from photoseek.storage.watching import WatchedRoot

_LOCATING_S = 0.3  # that a disk may take to say where a path leads


class Library:
    """An open library: the catalog, and the caches made from it."""

    def __init__(self, folder: Path) -> None:
        """Open the library in `folder`, or begin one there.

        Raises LibraryNotWritable, LibraryDamaged if its catalog is gone, and what opening a Catalog raises.
        """
        self.folder = Path(os.path.realpath(_as_meant(folder)))
        with _reaching(folder):
            # A person's photos are nobody else's business.
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _refuse_if_lost(self.folder)
        seen = latest_revision(self.folder / INDEX_NAME)  # before the catalog's: it only rises
        self.catalog = Catalog(self.folder / CATALOG_NAME)
        self._refuse_if_behind(seen)
        self.thumbnails = Thumbnails(self.folder / THUMBNAILS_NAME)
        self.compiled_folder = self.folder / "compiled"
        self._index_path = self.folder / INDEX_NAME
        self._watching_path = self.folder / "watching.json"
        self._opened = _identity(self.catalog.path)

    def _refuse_if_behind(self, seen: int) -> None:
        """Raise LibraryDamaged where a cache of the catalog knows of later changes than the catalog itself."""
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
    def existing(cls, folder: Path) -> "Library":
        """Open a library that is there already. Raises NoLibrary."""
        folder = _as_meant(folder)
        with _reaching(folder):
            _refuse_if_lost(folder)
            is_there = (folder / CATALOG_NAME).exists()
        if not is_there:
            raise NoLibrary(
                f"there is no library in {for_terminal(str(folder))} yet: "
                "make one with `photoseek index FOLDER`"
            )
        return cls(folder)

    def refuse_lost(self) -> None:
        """Raise NoLibrary where the catalog that was opened does not lie in its place any more."""
        try:
            if _identity(self.catalog.path) == self._opened:
                return
        except FileNotFoundError:
            pass
        except OSError as error:  # its disk may be back in a moment
            raise LibraryNotWritable(
                f"the library folder {for_terminal(str(self.folder))} can't be looked at ({error.strerror}): "
                "check its disk"
            ) from error
        raise NoLibrary(
            f"the library in {for_terminal(str(self.folder))} was moved away, or another put in its place: "
            "start this anew"
        )

    @contextmanager
    def indexing(self, *, borrows: bool = True) -> Iterator[None]:
        """Be the only one who brings photos in; a watch lends its lock to who `borrows`. Raises LibraryInUse.

        Tags, albums and searches don't need it: the catalog's transactions keep them apart.
        """
        with indexing_lock(self.folder, borrows=borrows):
            yield

    def is_wanted(self) -> bool:
        """Tell whoever watches whether another process waits for its lock, or has borrowed it."""
        return is_wanted(self.folder)

    @contextmanager
    def being_watched(self) -> Iterator[Callable[[list[WatchedRoot]], None]]:
        """Return what says how this process follows the roots; all of it is forgotten as the process ends."""
        with watching_lock(self.folder):
            try:
                yield partial(watching.write, self._watching_path)
            finally:
                self._watching_path.unlink(missing_ok=True)

    def watched_roots(self) -> list[WatchedRoot]:
        """Return how the roots are being followed right now; nothing where no process watches."""
        return watching.read(self._watching_path) if is_watched(self.folder) else []

    def vector_index(self, model: Model | None = None) -> VectorIndex:
        """Return the vectors of the model in use, or of another, as of now.

        Raises NoLibrary where there is none.
        """
        with self.catalog.read() as transaction:
            model = model or transaction.models.in_use()
            if model is None:
                raise NoLibrary("nothing has been indexed yet: begin with `photoseek index FOLDER`")
            return VectorIndex(self._index_path, transaction, model, self.catalog.read)

    def model(self, name: str) -> Model:
        """Return the model of this name that there are vectors of. Raises UnknownName."""
        with self.catalog.read() as transaction:
            model = transaction.models.named(name)
            if model is None or not transaction.vectors.count(model):
                raise UnknownName(
                    f"no photo is embedded with a model “{name}”: `photoseek models list` shows those there are"
                )
        return model

    def save_index(self, *, always: bool = False) -> None:
        """Bring the vector index's files up to now, if enough has changed or `always`; for whoever is indexing."""
        with self.catalog.read() as transaction:
            model = transaction.models.in_use()
            if model is None:
                return
            # A cache: what it lacks is taken in at each opening until the disk has room.
            with suppress(OSError):
                vector_upkeep.save(self._index_path, transaction, model, always=always)

    def index_facts(self) -> BaseFacts | None:
        """Return how the vector index's cache is divided, and its recall; None where there is none yet."""
        return read_facts(self._index_path)

    def index_complaints(self) -> list[str]:
        """How does the vector index's cache differ from the catalog? Nothing to say where there is no cache."""
        if not self._index_path.exists():
            return []
        wrong: list[str] = []
        for _ in range(2):  # whoever is indexing may have written a later one since the transaction began
            with self.catalog.read() as transaction:
                model = transaction.models.in_use()
                wrong = [] if model is None else differences(self._index_path, transaction, model)
            if not wrong:
                break
        return wrong

    def remake_index(self) -> None:
        """Write the vector index's cache anew from the catalog; for whoever is indexing."""
        vector_upkeep.remove(self._index_path)
        self.save_index(always=True)

    def leftovers(self) -> list[Path]:
        """Which temporary files did processes that ended early leave behind?"""
        return sorted(filter(is_left_behind, self.folder.rglob(f".*{TEMPORARY_SUFFIX}*")))

    def first_time(self, what: str) -> bool:
        """Return whether this is asked of `what` (a file's name) for the first time, and remember that it was.

        False where it can't be remembered, as in a library that can only be read.
        """
        try:
            (self.folder / f"{what}.said").touch(exist_ok=False)
        except OSError:
            return False
        return True

    def locate(self, path: Path) -> tuple[int, str]:
        """Return the root that `path` is in and its path below that, by whichever way it leads there.

        A path that begins as a root does is looked for on no disk. Raises UnknownName.
        """
        absolute = os.path.abspath(path)  # noqa: PTH100 (resolve() would follow links out of the root)
        with self.catalog.read() as transaction:
            roots = {root.path: root for root in transaction.roots.all()}
        # As it was typed first: a link inside a root is a place of that root. Then where its folder really lies,
        # for one reached by another way than the root was named by.
        found = _inside(absolute, roots)
        if found is not None:
            return found
        folder, name = os.path.split(absolute)
        real = _real_paths([*roots, folder, absolute])
        really = {real[root]: known for root, known in roots.items() if root in real}
        places = [os.path.join(real[folder], name)] if folder in real else []
        for place in (*places, real.get(absolute, absolute)):
            found = _inside(place, really)
            if found is not None:
                return found
        raise UnknownName(
            f"{for_terminal(absolute)} is in no watched folder: add its folder with `photoseek index FOLDER`"
        )

    def close(self) -> None:
        """Let go of the folder."""
        self.catalog.close()


def _inside(place: str, roots: Mapping[str, Root]) -> tuple[int, str] | None:
    """Return the nearest root that an absolute path lies in and its path below that, by their names alone."""
    inside = [root for root in roots if Path(place).is_relative_to(root)]
    if not inside:
        return None
    nearest = max(inside, key=len)
    below = os.path.relpath(place, nearest)
    return roots[nearest].root_id, "" if below == os.curdir else below


def _real_paths(paths: Iterable[str]) -> dict[str, str]:
    """Return where paths really lie; those whose disk hangs are left out."""
    found = found_within(_LOCATING_S, dict.fromkeys(paths), os.path.realpath, str)
    return {path: real for path, real in found if isinstance(real, str)}


def _as_meant(folder: Path) -> Path:
    """Put a home folder in the place of `~`; a user's that there is none of stays a name, as in a shell."""
    return Path(os.path.expanduser(folder))  # noqa: PTH111 (its method raises RuntimeError)


@contextmanager
def _reaching(folder: Path) -> Iterator[None]:
    """Translate what the system says of a folder that it neither finds nor makes."""
    try:
        yield
    except OSError as error:
        raise LibraryNotWritable(
            f"the library folder {for_terminal(str(folder))} can't be opened ({error.strerror}): "
            "check its permissions, or choose another with --library"
        ) from error


def _identity(path: Path) -> tuple[int, int]:
    there = path.stat()
    return there.st_dev, there.st_ino


def _refuse_if_lost(folder: Path) -> None:
    """Raise LibraryDamaged where caches tell of a catalog that is gone or empty: it is no new library."""
    catalog = folder / CATALOG_NAME
    lived = (folder / INDEX_NAME).exists() or (folder / THUMBNAILS_NAME).exists()
    if lived and not (catalog.exists() and catalog.stat().st_size):
        raise LibraryDamaged(
            f"the catalog {for_terminal(str(catalog))} is gone or empty: put a backup in its place with "
            "`photoseek restore FILE`, or choose another --library"
        )
