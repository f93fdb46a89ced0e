"""Who may bring photos into a library folder: one process at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from storage.errors import LibraryInUse, LibraryNotWritable
from storage.names import for_terminal
from storage.privacy import file_mode

LOCK_NAME = "indexing.lock"


@contextmanager
def indexing_lock(folder: Path) -> Iterator[None]:
    """Be the only one who brings photos in. Raises LibraryInUse or LibraryNotWritable.

    The lock is the operating system's: it ends with the process, however that ends.
    """
    try:
        lock = FileLock(folder / LOCK_NAME, mode=file_mode(folder))  # who can open it can hold it
        lock.acquire(blocking=False)
    except Timeout as error:
        raise LibraryInUse(
            f"another photoseek is indexing into {for_terminal(str(folder))}: wait until it is done, or stop it"
        ) from error
    except OSError as error:
        raise LibraryNotWritable(
            f"the library folder {for_terminal(str(folder))} can't be written ({error.strerror}): "
            "check its disk and its permissions"
        ) from error
    try:
        yield
    finally:
        lock.release()
