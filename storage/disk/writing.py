"""Atomic writes of files: a crash leaves the old file or the new one, never a part."""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from photoseek.storage.errors import LibraryNotWritable
from photoseek.storage.names import for_terminal

TEMPORARY_SUFFIX = ".part"
# No process takes longer to write and rename a file. A younger one may be in progress.
_WORK_S = 3600.0


def replace_file(path: Path, *parts: bytes | memoryview) -> None:
    """Write `parts` beside `path`, sync them, and rename them over it. A link is kept, its target replaced."""
    path = _followed(path)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=TEMPORARY_SUFFIX, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            for part in parts:
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


@contextmanager
def replaced_whole(path: Path) -> Iterator[Path]:
    """Yield an empty file beside `path` to write to. If the block succeeds, it is synced and renamed to `path`.

    Only its owner may read it.
    """
    with temporary_beside(path) as temporary:
        yield temporary
        put_in_place(temporary, path)


@contextmanager
def temporary_beside(path: Path) -> Iterator[Path]:
    """Yield an empty file beside `path` that is deleted after the block, unless it was put in place.

    If `path` is a link, the file is beside the link's target, which will be replaced.
    """
    path = _followed(path)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=TEMPORARY_SUFFIX, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def put_in_place(temporary: Path, path: Path) -> None:
    """Sync a file beside `path`, and rename it to `path`."""
    path = _followed(path)
    sync(temporary)
    temporary.replace(path)
    with suppress(OSError):  # Windows and some network disks can't sync a folder
        sync(path.parent)


def _followed(path: Path) -> Path:
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def sync(path: Path) -> None:
    """Sync a file, or the names in a folder, so that they survive a power cut."""
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def errors_of(path: Path) -> Iterator[None]:
    """Translate the system's errors for a place that can't be written."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise LibraryNotWritable(
            f"{for_terminal(str(path))} can't be written ({reason}): check its permissions and the free space"
        ) from error


def is_left_behind(path: Path) -> bool:
    """Return whether a temporary file is too old to belong to a running process."""
    try:
        return path.is_file() and path.stat().st_mtime < time.time() - _WORK_S
    except FileNotFoundError:  # finished just now
        return False
