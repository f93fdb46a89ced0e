"""What is on disk below a root, right now, and what could not be looked at."""

import os
import stat
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from indexer.formats import is_photo_name
from storage import Stamp

# Folders that systems and tools make for themselves; hidden names (.git, .thumbnails, ._*) go by their dot.
_NOT_A_PERSONS = frozenset(
    {"@eaDir", "#recycle", "#snapshot", "$RECYCLE.BIN", "System Volume Information", "__MACOSX", "lost+found",
     "node_modules"}
)  # fmt: skip


@dataclass(slots=True)
class Scan:
    """Photo files by their path below the root, and the parts that stayed dark."""

    files: dict[str, Stamp] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)  # path of a folder or file → why

    def saw(self, path: str) -> bool:
        """Tell whether the place of `path` was looked at: only then can it be missing."""
        return path not in self.unreadable and all(parent not in self.unreadable for parent in _parents(path))


def scan(root: str, below: Iterable[str] = ("",), leave_out: Collection[str] = ()) -> Scan:
    """Look at `below`, paths under the absolute `root`, and everything under them.

    Folders that links lead to are followed if they lie outside the root, each once. `leave_out` are absolute
    folders that hold no photos of the person's, such as the library.
    """
    found = Scan()
    try:
        os.scandir(root).close()
    except OSError as error:
        found.unreadable[""] = _why(error)
        return found
    walk = _Walk(root, frozenset(map(os.path.realpath, leave_out)), found)
    for path in sorted(below):
        if not any(_ignored(part) for part in path.split(os.sep)):
            walk.look(path)
    return found


class _Walk:
    def __init__(self, root: str, leave_out: frozenset[str], found: Scan) -> None:
        self._root = root
        self._real_root = os.path.realpath(root)
        self._leave_out = leave_out
        self._found = found
        self._entered: set[tuple[int, int]] = set()

    def look(self, path: str) -> None:
        """Take in the file at `path`, or everything below the folder there; nothing there is an answer too."""
        if self._left_out(path):
            return
        folders = [path]
        if path:
            folders = list(self._take(path, self._linked(path)))
        while folders:
            folders += self._folder(folders.pop())

    def _left_out(self, path: str) -> bool:
        real = os.path.realpath(os.path.join(self._root, path))
        return any(real == out or real.startswith(out + os.sep) for out in self._leave_out)

    def _linked(self, path: str) -> bool:
        return os.path.islink(os.path.join(self._root, path))

    def _folder(self, path: str) -> Iterator[str]:
        absolute = os.path.join(self._root, path)
        if self._left_out(path):
            return
        try:
            with os.scandir(absolute) as listing:
                entries = sorted((entry.name, entry.is_symlink()) for entry in listing)
        except OSError as error:
            self._found.unreadable[path] = _why(error)
            return
        for name, linked in entries:
            if not _ignored(name):
                yield from self._take(os.path.join(path, name), linked)

    def _take(self, path: str, linked: bool) -> Iterator[str]:  # noqa: FBT001 (what the listing said)
        absolute = os.path.join(self._root, path)
        try:
            status = os.stat(absolute)  # noqa: PTH116 (Path costs more than the call)
        except (FileNotFoundError, NotADirectoryError):
            if linked and is_photo_name(path):
                self._found.unreadable[path] = (
                    "the link leads nowhere: restore what it points to, or delete it"
                )
            return
        except OSError as error:
            self._found.unreadable[path] = _why(error)
            return
        if stat.S_ISDIR(status.st_mode):
            if self._enters(absolute, linked, status):
                yield path
        elif stat.S_ISREG(status.st_mode) and is_photo_name(path):
            self._found.files[path] = Stamp(status.st_size, status.st_mtime_ns, status.st_ino)

    def _enters(self, absolute: str, linked: bool, status: os.stat_result) -> bool:  # noqa: FBT001 (as above)
        if linked:
            # What lies inside the root is met at its own place; a link back up would go round for ever.
            target = os.path.realpath(absolute)
            if os.path.commonpath([target, self._real_root]) in {target, self._real_root}:
                return False
        identity = status.st_dev, status.st_ino
        known = identity in self._entered
        self._entered.add(identity)
        return not known


def _ignored(name: str) -> bool:
    return name.startswith(".") or name in _NOT_A_PERSONS


def _parents(path: str) -> Iterator[str]:
    while path:
        path = os.path.dirname(path)  # noqa: PTH120 (Path costs more than the call)
        yield path


def _why(error: OSError) -> str:
    reason = (error.strerror or str(error)).lower()
    return f"{reason}: check that it is mounted and that you may read it"
