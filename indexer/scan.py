"""What is on disk below a root, right now, and what could not be looked at."""

import os
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import attrgetter
from types import MappingProxyType

from indexer.formats import is_photo_name
from indexer.hanging import Beat
from indexer.mounts import is_inside, mounted
from indexer.wording import why_unread
from storage import Stamp

# Folders that systems and tools make for themselves; hidden names (.git, .thumbnails, ._*) go by their dot.
_NOT_A_PERSONS = frozenset(
    {"@eaDir", "#recycle", "#snapshot", "$RECYCLE.BIN", "System Volume Information", "__MACOSX", "lost+found",
     "node_modules"}
)  # fmt: skip
# An empty file of such a name leaves its folder out, and all below it: as Android and PhotoPrism have it.
_MARKS = frozenset({".nomedia", ".noimage"})
_PREVIEWS = ".lrdata"  # the end of the names of folders in which Lightroom keeps small pictures
_PHOTOS_LIBRARY = (
    ".photoslibrary"  # of the folder in which Apple's Photos keeps originals, and much made of them
)
_ORIGINALS = frozenset({"originals", "masters"})


@dataclass(slots=True)
class Scan:
    """Photo files by their path below the root, and the parts that stayed dark."""

    files: dict[str, Stamp] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)  # path of a folder or file → why
    links: set[str] = field(default_factory=set)  # to folders outside the root, which were looked at too

    def saw(self, path: str) -> bool:
        """Tell whether the place of `path` was looked at: only then can it be missing."""
        if not self.unreadable:
            return True
        return path not in self.unreadable and all(parent not in self.unreadable for parent in _parents(path))

    def darken(self, part: str, why: str) -> None:
        """Take back what was found at or under `part`: it is not to be believed."""
        for path in [path for path in self.files if is_under(path, part)]:
            del self.files[path]
        self.unreadable[part] = why


def scan(
    root: str,
    below: Iterable[str] = ("",),
    leave_out: Collection[str] = (),
    dark: Mapping[str, str] = MappingProxyType({}),
    beat: Beat | None = None,
) -> Scan:
    """Look at `below`, paths under the absolute `root`, and everything under them.

    Folders that links lead to are followed if they lie outside the root, each once. `leave_out` are absolute
    folders that hold no photos of the person's, such as the library. `dark` are parts of the root that are not
    looked at, and why; `beat` is told how far it has come.
    """
    found = Scan()
    try:
        os.scandir(root).close()
    except OSError as error:
        found.unreadable[""] = why_unread(error)
        return found
    walk = _Walk(root, frozenset(map(os.path.realpath, leave_out)), found, dark, beat or Beat())
    for path in sorted(below):
        if not _is_left_out(root, path):
            walk.look(path)
    return found


def is_under(path: str, part: str) -> bool:
    """Tell whether a path below a root is `part` or lies under it; "" is the root."""
    return not part or path == part or path.startswith(part + os.sep)


Folder = tuple[str, str]  # its path below the root, and where it really lies


class _Walk:
    def __init__(
        self, root: str, leave_out: frozenset[str], found: Scan, dark: Mapping[str, str], beat: Beat
    ) -> None:
        self._root = root
        self._real_root = os.path.realpath(root)
        self._leave_out = leave_out
        self._found = found
        self._dark = dark
        self._beat = beat
        self._entered: set[tuple[int, int]] = set()
        self._no_inodes = {mount.device for mount in mounted() if not mount.keeps_inodes}

    def look(self, path: str) -> None:
        """Take in the file at `path`, or everything below the folder there; nothing there is an answer too."""
        self._beat(path)
        for part in (path, *_parents(path)):
            if part in self._dark:
                self._found.unreadable[part] = self._dark[part]
                return
        folders = self._at(_as_listed(self._root, path)) if path else [("", self._real_root)]
        while folders:
            folders += self._folder(folders.pop())

    def _folder(self, folder: Folder) -> list[Folder]:
        """Take in the files in a folder; gives the folders in it."""
        path, real = folder
        self._beat(path)
        if self._left_out(real):
            return []
        try:
            with _listing(real) as entries:
                if path and not _MARKS.isdisjoint(entry.name for entry in entries):
                    return []
                return self._entries(path and path + os.sep, real, entries)
        except OSError as error:
            self._found.unreadable[path] = why_unread(error)
            return []

    def _entries(self, prefix: str, real: str, entries: list[os.DirEntry[str]]) -> list[Folder]:
        inner: list[Folder] = []
        folder = os.path.basename(prefix.rstrip(os.sep))  # noqa: PTH119 (Path costs more than the call)
        for entry in entries:
            name = entry.name
            if _ignored(name, folder):
                continue
            if self._dark and prefix + name in self._dark:
                self._found.unreadable[prefix + name] = self._dark[prefix + name]
                continue
            try:
                if entry.is_file(follow_symlinks=False):  # first, for nearly all are
                    if is_photo_name(name):
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
        if self._left_out(real):
            return []
        try:
            status = os.stat(absolute)  # noqa: PTH116 (Path costs more than the call)
        except (FileNotFoundError, NotADirectoryError):
            if linked and is_photo_name(path):
                self._found.unreadable[path] = (
                    "the link leads nowhere: restore what it points to, or delete it"
                )
            return []
        except OSError as error:
            self._found.unreadable[path] = why_unread(error)
            return []
        if not stat.S_ISDIR(status.st_mode):
            if is_photo_name(path):
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
        if stat.S_ISREG(status.st_mode):
            stamp = Stamp.of(status)
            made_up = self._no_inodes and status.st_dev in self._no_inodes
            self._found.files[path] = stamp._replace(inode=0) if made_up else stamp

    def _enter(self, folder: Folder, status: os.stat_result) -> list[Folder]:
        """Give the folder, unless it was looked at already, as by another link."""
        identity = status.st_dev, status.st_ino
        if identity in self._entered:
            self._found.links.discard(folder[0])
            return []
        self._entered.add(identity)
        return [folder]

    def _left_out(self, real: str) -> bool:
        return any(is_inside(real, out) for out in self._leave_out)


_name = attrgetter("name")


@contextmanager
def _listing(folder: str) -> Iterator[list[os.DirEntry[str]]]:
    """Give what is in a folder, by name, and hold it open: an entry's status is then asked for by name alone.

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
    """Give the status of what is no link; what a listing says on Windows lacks device and inode."""
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


def _ignored(name: str, folder: str = "") -> bool:
    """Tell whether what is so named, in a folder of that name, holds no photos of a person's."""
    if name.startswith(".") or name in _NOT_A_PERSONS or name.lower().endswith(_PREVIEWS):
        return True
    return folder.lower().endswith(_PHOTOS_LIBRARY) and name.lower() not in _ORIGINALS


def _is_left_out(root: str, path: str) -> bool:
    """Tell whether a path below a root lies in what a scan of all of it would not enter."""
    names = path.split(os.sep) if path else []
    if any(_ignored(name, folder) for folder, name in zip(["", *names], names, strict=False)):
        return True
    folders = (os.path.join(root, *names[:depth]) for depth in range(1, len(names) + 1))
    return any(os.path.lexists(os.path.join(folder, mark)) for folder in folders for mark in _MARKS)


def _parents(path: str) -> Iterator[str]:
    while path:
        path = os.path.dirname(path)  # noqa: PTH120 (Path costs more than the call)
        yield path
