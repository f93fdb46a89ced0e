"""The lock of a library folder: only one process may bring photos in.

A watch holds the lock while it runs, but pauses for others: a process that finds the lock held by a watch takes a
second lock as a request, and waits until the watch has released the first. The watch takes the first lock again
when the second is free. Both are locks of the operating system, which end with their process.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from photoseek.storage.disk.privacy import file_mode
from photoseek.storage.errors import LibraryInUse, LibraryNotWritable
from photoseek.storage.names import for_terminal

LOCK_NAME = "indexing.lock"
_WANTED_NAME = "wanted.lock"
_WATCHING_NAME = "watching.lock"
# For the watch to end its round: the time of a few photos, unless the watch is suspended.
PAUSED_WITHIN_S = 120.0
_PROGRESS_NAME = "progress.lock"
_BLINK_S = 1.0  # the longest that a watch holds the second lock to check whether it is free


@contextmanager
def indexing_lock(folder: Path, *, borrows: bool = True, library: str | None = None) -> Iterator[None]:
    """Hold the indexing lock for a block; a watch pauses for it.

    `library` is how people name it, where that isn't its folder. Raises LibraryInUse or LibraryNotWritable.
    """
    shown = for_terminal(library or str(folder))
    with ExitStack() as held:
        try:
            lock = _lock(folder, LOCK_NAME)
            lock.acquire(blocking=False)
        except Timeout as error:
            if not (borrows and is_watched(folder)):
                raise _in_use(shown) from error
            _borrow(folder, lock, held, shown)
        except OSError as error:
            raise LibraryNotWritable(
                f"the library folder {for_terminal(str(folder))} can't be written ({error.strerror}): "
                "check its disk and its permissions"
            ) from error
        held.callback(lock.release)  # released before the second lock, which requests the first
        yield


@contextmanager
def watching_lock(folder: Path) -> Iterator[None]:
    """Hold the lock of the process that watches."""
    with _lock(folder, _WATCHING_NAME):  # waits while `is_watched` holds it for a moment
        yield


@contextmanager
def progress_lock(folder: Path) -> Iterator[bool]:
    """Hold the lock of the process that records how far an index has come; yield whether this one may.

    It is apart from the indexing lock: to ask whether that is taken, one must take it for a moment, and an index
    that begins in this moment would be refused.
    """
    try:  # `is_progressing` holds it for a moment
        held = _lock(folder, _PROGRESS_NAME).acquire(timeout=_BLINK_S)
    except (Timeout, OSError):
        yield False
        return
    with held:
        yield True


def is_progressing(folder: Path) -> bool:
    """Return whether a process records how far an index has come."""
    return _is_taken(folder, _PROGRESS_NAME)


def is_watched(folder: Path) -> bool:
    """Return whether a process is watching."""
    return _is_taken(folder, _WATCHING_NAME)


def is_wanted(folder: Path) -> bool:
    """Return whether a process waits for the watch's lock, or has borrowed it."""
    return (folder / _WANTED_NAME).exists() and _is_taken(folder, _WANTED_NAME)


def _borrow(folder: Path, lock: FileLock, held: ExitStack, shown: str) -> None:
    wanted = _lock(folder, _WANTED_NAME)
    try:
        wanted.acquire(timeout=_BLINK_S)
    except Timeout as error:
        raise _in_use(shown) from error
    held.callback(wanted.release)
    try:
        lock.acquire(timeout=PAUSED_WITHIN_S)
    except Timeout as error:
        raise LibraryInUse(
            f"the `photoseek watch` of {shown} did not pause within {PAUSED_WITHIN_S:.0f} s: "
            "stop it, and try again"
        ) from error


def _in_use(shown: str) -> LibraryInUse:
    return LibraryInUse(f"another photoseek is indexing into {shown}: wait until it is done, or stop it")


def _lock(folder: Path, name: str) -> FileLock:
    return FileLock(folder / name, mode=file_mode(folder))  # who can open it can hold it


def _is_taken(folder: Path, name: str) -> bool:
    try:
        with _lock(folder, name).acquire(timeout=0):
            return False
    except Timeout:
        return True
    except OSError:  # nobody writes to a read-only folder
        return False
