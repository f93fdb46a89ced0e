"""Who may bring photos into a library folder: one process at a time.

A watch has the lock for as long as it runs, and lends it: who finds it taken by a watch takes a second lock, which
says that the first is wanted, and waits until the watch has let go of it. The watch takes the first back once
nobody has the second. Both locks are the operating system's: they end with their process, however that ends.
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
# For the watch to end its round: no longer than a few photos take, but for one that is stopped.
LENT_WITHIN_S = 120.0
_BLINK_S = 1.0  # for which a watch has the second lock as it looks whether anybody has


@contextmanager
def indexing_lock(folder: Path, *, borrows: bool = True) -> Iterator[None]:
    """Be the only one who brings photos in; a watch lends its lock. Raises LibraryInUse or LibraryNotWritable."""
    with ExitStack() as held:
        try:
            lock = _lock(folder, LOCK_NAME)
            lock.acquire(blocking=False)
        except Timeout as error:
            if not (borrows and is_watched(folder)):
                raise _in_use(folder) from error
            _borrow(folder, lock, held)
        except OSError as error:
            raise LibraryNotWritable(
                f"the library folder {for_terminal(str(folder))} can't be written ({error.strerror}): "
                "check its disk and its permissions"
            ) from error
        held.callback(lock.release)  # before the second lock, which says that the first is wanted
        yield


@contextmanager
def watching_lock(folder: Path) -> Iterator[None]:
    """Be the one who watches."""
    with _lock(folder, _WATCHING_NAME):  # waits out the blink for which `is_watched` has it
        yield


def is_watched(folder: Path) -> bool:
    """Return whether a process watches."""
    return _is_taken(folder, _WATCHING_NAME)


def is_wanted(folder: Path) -> bool:
    """Return whether a process waits for the lock of the one who watches, or has borrowed it."""
    return (folder / _WANTED_NAME).exists() and _is_taken(folder, _WANTED_NAME)


def _borrow(folder: Path, lock: FileLock, held: ExitStack) -> None:
    wanted = _lock(folder, _WANTED_NAME)
    try:
        wanted.acquire(timeout=_BLINK_S)
    except Timeout as error:
        raise _in_use(folder) from error
    held.callback(wanted.release)
    try:
        lock.acquire(timeout=LENT_WITHIN_S)
    except Timeout as error:
        raise LibraryInUse(
            f"the `photoseek watch` of {for_terminal(str(folder))} did not pause within {LENT_WITHIN_S:.0f} s: "
            "stop it, and try again"
        ) from error


def _in_use(folder: Path) -> LibraryInUse:
    return LibraryInUse(
        f"another photoseek is indexing into {for_terminal(str(folder))}: wait until it is done, or stop it"
    )


def _lock(folder: Path, name: str) -> FileLock:
    return FileLock(folder / name, mode=file_mode(folder))  # who can open it can hold it


def _is_taken(folder: Path, name: str) -> bool:
    try:
        with _lock(folder, name).acquire(timeout=0):
            return False
    except Timeout:
        return True
    except OSError:  # a folder that can't be written has nobody who would
        return False
