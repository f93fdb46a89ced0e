"""What is on disk below a root now, and what could not be read."""

import os
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import attrgetter
from types import MappingProxyType

from photoseek.indexer.decode.formats import is_indexed_name
from photoseek.indexer.disk.beside import LookBeside, leave_out_motion
from photoseek.indexer.disk.hanging import Beat
from photoseek.indexer.disk.ignoring import PATTERN_FILES, Ignoring
from photoseek.indexer.disk.mounts import mounted
from photoseek.indexer.disk.sidecar_names import Sidecar
from photoseek.indexer.wording import why_unread
from photoseek.storage import Stamp, for_terminal
from photoseek.storage.disk.paths import is_under, parents_of

# Folders that systems and tools make for themselves; hidden names (.git, .thumbnails, ._*) go by their dot.
_NOT_A_PERSONS = frozenset(
    {
        "@eaDir",
        "#recycle",
        "#snapshot",
        "$RECYCLE.BIN",
        "System Volume Information",
        "__MACOSX",
        "lost+found",
        "node_modules",
    }
)
_PREVIEWS = ".lrdata"  # the end of the names of folders in which Lightroom keeps small pictures
_PHOTOS_LIBRARY = (
    ".photoslibrary"  # of the folder in which Apple's Photos keeps originals, and much made of them
)
_ORIGINALS = frozenset({"originals", "masters"})


@dataclass(slots=True)
class Scan:
    """Photo files by their path below the root, and the parts that could not be read."""

    files: dict[str, Stamp] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)  # path of a folder or file → why
    links: set[str] = field(default_factory=set)  # to folders outside the root, which were looked at too
    left_out: dict[str, str] = field(default_factory=dict)  # path of a folder or file → what leaves it out
    unusable: dict[str, str] = field(default_factory=dict)  # where a pattern stands → what is wrong
    beside: dict[str, tuple[Sidecar, ...]] = field(default_factory=dict)  # path of a photo → its sidecars

    def saw(self, path: str) -> bool:
        """Return whether the place of `path` was looked at: only then can it be missing."""
        if not self.unreadable:
            return True
        return path not in self.unreadable and all(
            parent not in self.unreadable for parent in parents_of(path)
        )

    def left_out_by(self, path: str) -> str | None:
        """Return what leaves out the file at `path`, where it was looked for; None if nothing."""
        if self.left_out:
            for part in (path, *parents_of(path)):
                if part in self.left_out:
                    return self.left_out[part]
        return left_out_by_name(path)

    def mark_unreadable(self, part: str, why: str) -> None:
        """Mark `part` as unreadable, and drop what was found at or under it."""
        for path in [path for path in self.files if is_under(path, part)]:
            del self.files[path]
        self.unreadable[part] = why


def scan(  # noqa: PLR0913 (what is looked at, and what isn't)
    root: str,
    below: Iterable[str] = ("",),
    leave_out: Collection[str] = (),
    dark: Mapping[str, str] = MappingProxyType({}),
    beat: Beat | None = None,
    excluded: Sequence[str] = (),
) -> Scan:
    """Look at `below`, paths under the absolute `root`, and everything under them.

    Folders that links lead to are followed if they lie outside the root, each once. `leave_out` are absolute
    folders that hold no photos of the person's, such as the library. `dark` are parts of the root that are not
    looked at, and why; `beat` is called with each folder. `excluded` are the root's own patterns (`ignoring`).
    """
    found = Scan()
    try:
        os.scandir(root).close()
    except OSError as error:
        found.unreadable[""] = why_unread(error)
        return found
    ignoring = Ignoring(root, excluded)
    walk = _Walk(root, frozenset(map(os.path.realpath, leave_out)), found, dark, beat or Beat(), ignoring)
    for path in sorted(places := set(below)):
        walk.look(path)
    walk.beside.look_at_touched()
    leave_out_motion(found.files, found.left_out, root, places)
    found.unusable, found.beside = ignoring.unusable, walk.beside.found
    return found


def left_out_by(root: str, path: str, excluded: Sequence[str] = ()) -> str | None:
    """Return what excludes a file or a folder at `path`, from the folders around it; None if nothing does.

    `excluded` are the root's own patterns. Raises OSError where a file of patterns can't be read.
    """
    found = Scan()
    walk = _Walk(root, frozenset(), found, {}, Beat(), Ignoring(root, excluded))
    walk.look_around(path)
    return found.left_out_by(path)


Folder = tuple[str, str]  # its path below the root, and where it really lies


class _Walk:
    def __init__(  # noqa: PLR0913 (what is looked at, and what isn't)
        self,
        root: str,
        leave_out: frozenset[str],
        found: Scan,
        dark: Mapping[str, str],
        beat: Beat,
        ignoring: Ignoring,
    ) -> None:
        self._root = root
        self._real_root = os.path.realpath(root)
        self._leave_out = leave_out
        self._found = found
        self._dark = dark
        self._beat = beat
        self._ignoring = ignoring
        self.beside = LookBeside(root, beat, ignoring)
        self._above: set[str] = set()  # folders that were entered on the way to one below
        self._entered: set[tuple[int, int]] = set()
        self._no_inodes = {mount.device for mount in mounted() if not mount.keeps_inodes}

    def look(self, path: str) -> None:
        """Take in the file at `path`, or everything below the folder there; nothing there is an answer too."""
        self._beat(path)
        for part in (path, *parents_of(path)):
            if part in self._dark:
                self._found.unreadable[part] = self._dark[part]
                return
        try:
            if left_out_by_name(path) is not None or self._is_left_out_above(path):
                return
        except OSError as error:
            self._found.unreadable[path] = why_unread(error)
            return
        listed = path and _as_listed(self._root, path)
        folders = self._at(listed) if path else [("", self._real_root)]
        if not folders:
            self.beside.touch(listed)
        while folders:
            folders += self._folder(folders.pop())

    def look_around(self, path: str) -> None:
        """Note what leaves out `path`, and take in nothing. Raises OSError."""
        is_folder = os.path.isdir(os.path.join(self._root, path))
        inside = os.path.join(path, "") if is_folder else path  # so that the folder itself is around it
        if not self._is_left_out_above(inside) and not is_folder:
            self._is_left_out(path, is_folder=False)

    def _folder(self, folder: Folder) -> list[Folder]:
        """Take in the files in a folder; gives the folders in it."""
        path, real = folder
        self._beat(path)
        if self._is_no_place(real):
            return []
        try:
            with _listing(real) as entries:
                ruling = PATTERN_FILES.intersection(entry.name for entry in entries)
                if ruling and (why := self._ignoring.enter(path, real, ruling)) is not None:
                    self._found.left_out[path] = why
                    return []
                self.beside.take(prefix := path and path + os.sep, entries)
                return self._entries(prefix, real, entries)
        except OSError as error:
            self._found.unreadable[path] = why_unread(error)
            return []

    def _entries(self, prefix: str, real: str, entries: list[os.DirEntry[str]]) -> list[Folder]:
        inner: list[Folder] = []
        folder = os.path.basename(prefix.rstrip(os.sep))  # noqa: PTH119 (Path costs more than the call)
        for entry in entries:
            name = entry.name
            if _is_no_persons(name, folder):
                continue
            if self._dark and prefix + name in self._dark:
                self._found.unreadable[prefix + name] = self._dark[prefix + name]
                continue
            try:
                if entry.is_file(follow_symlinks=False):  # first, for nearly all are
                    if is_indexed_name(name):
                        self._take(prefix + name, _status(entry))
                elif entry.is_symlink():
                    inner += self._at(prefix + name)
                elif entry.is_dir(follow_symlinks=False):
                    self._beat(prefix + name)
                    inner += self._enter((prefix + name, os.path.join(real, name)), _status(entry))
            except FileNotFoundError:  # it went since it was listed
                continue
            except OSError as error:
                self._found.unreadable[prefix + name] = why_unread(error)
        return inner

    def _at(self, path: str) -> list[Folder]:
        """Take in the file at `path`, which may be a link; gives the folder if one is there."""
        absolute = os.path.join(self._root, path)
        linked = os.path.islink(absolute)
        if linked:
            self._beat(path)
            self._beat.links.add(path)
        real = os.path.realpath(absolute)
        if self._is_no_place(real):
            return []
        try:
            status = os.stat(absolute)  # noqa: PTH116 (Path costs more than the call)
        except (FileNotFoundError, NotADirectoryError):
            if linked and is_indexed_name(path):
                self._found.unreadable[path] = (
                    "the link leads nowhere: restore what it points to, or delete it"
                )
            return []
        except OSError as error:
            self._found.unreadable[path] = why_unread(error)
            return []
        if not stat.S_ISDIR(status.st_mode):
            if is_indexed_name(path):
                self._take(path, status)
            return []
        if linked:
            # What lies inside the root is met at its own place; a link back up would go round for ever.
            if os.path.commonpath([real, self._real_root]) in {real, self._real_root}:
                return []
            self._found.links.add(path)
        return self._enter((path, real), status)

    def _take(self, path: str, status: os.stat_result) -> None:
        self._beat()
        if stat.S_ISREG(status.st_mode) and not self._is_left_out(path, is_folder=False):
            stamp = Stamp.of(status)
            made_up = self._no_inodes and status.st_dev in self._no_inodes
            self._found.files[path] = stamp._replace(inode=0) if made_up else stamp

    def _enter(self, folder: Folder, status: os.stat_result) -> list[Folder]:
        """Return the folder, unless it is left out, or was looked at already, as by another link."""
        if self._is_left_out(folder[0], is_folder=True):
            self._found.links.discard(folder[0])
            return []
        identity = status.st_dev, status.st_ino
        if identity in self._entered:
            self._found.links.discard(folder[0])
            return []
        self._entered.add(identity)
        return [folder]

    def _is_no_place(self, real: str) -> bool:
        return any(is_under(real, out) for out in self._leave_out)

    def _is_left_out(self, path: str, *, is_folder: bool) -> bool:
        """Return whether a person leaves out what lies at `path`, and note it."""
        why = self._ignoring.why(path, is_folder=is_folder)
        if why is None:
            return False
        self._found.left_out[path] = why
        return True

    def _is_left_out_above(self, path: str) -> bool:
        """Return whether a folder around `path` is left out, and note it; all that folders say of it is read."""
        above = list(parents_of(path))[::-1]
        for folder in above:
            if folder in self._found.left_out or (folder and self._is_left_out(folder, is_folder=True)):
                return True
            if folder in self._above:
                continue
            self._above.add(folder)
            real = os.path.realpath(os.path.join(self._root, folder))
            ruling = [name for name in PATTERN_FILES if os.path.lexists(os.path.join(real, name))]
            if ruling and (why := self._ignoring.enter(folder, real, ruling)) is not None:
                self._found.left_out[folder] = why
                return True
        return False


_name = attrgetter("name")


@contextmanager
def _listing(folder: str) -> Iterator[list[os.DirEntry[str]]]:
    """Return what is in a folder, by name, and hold it open: an entry's status is then asked for by name alone.

    To find its whole path each time takes half as long again.
    """
    if os.scandir not in os.supports_fd:
        with os.scandir(folder) as entries:
            yield sorted(entries, key=_name)
        return
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with os.scandir(held) as entries:
            found = sorted(entries, key=_name)
        yield found
    finally:
        os.close(held)


def _status(entry: os.DirEntry[str]) -> os.stat_result:
    """Return the status of what is no link; what a listing says on Windows lacks device and inode."""
    return entry.stat(follow_symlinks=False) if os.name == "posix" else os.stat(entry.path)  # noqa: PTH116 (as above)


def _as_listed(root: str, path: str) -> str:
    """Spell a path as its folders list it: a disk that heeds no case answers to other spellings too."""
    absolute = os.path.join(root, path)
    other = os.path.join(root, path.swapcase())
    try:
        if absolute == other or not os.path.samefile(absolute, other):  # noqa: PTH121 (as above)
            return path
        listed = ""
        for name in path.split(os.sep):
            names = os.listdir(os.path.join(root, listed))  # noqa: PTH208 (as above)
            alike = (there for there in names if there.casefold() == name.casefold())
            listed = os.path.join(listed, name if name in names else next(alike, name))
    except OSError:  # one of the two is not there, as nearly always
        return path
    return listed


def _is_no_persons(name: str, folder: str = "") -> bool:
    """Return whether what is so named, in a folder of that name, holds no photos of a person's."""
    if name.startswith(".") or name in _NOT_A_PERSONS or name.lower().endswith(_PREVIEWS):
        return True
    return folder.lower().endswith(_PHOTOS_LIBRARY) and name.lower() not in _ORIGINALS


def left_out_by_name(path: str) -> str | None:
    """Return which name in a path below a root leaves it out; None if none does."""
    names = path.split(os.sep) if path else []
    pairs = zip(["", *names], names, strict=False)
    found = next((name for folder, name in pairs if _is_no_persons(name, folder)), None)
    return (
        None
        if found is None
        else f"the name “{for_terminal(found)}”: it is hidden, or what a program made for itself"
    )
