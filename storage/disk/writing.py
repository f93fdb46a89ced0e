"""Writing files so that a crash leaves the old one or the new one, never a piece."""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

TEMPORARY_SUFFIX = ".part"
# No process takes longer to fill a file, or to save what it belongs to; a younger one may be work in progress.
_WORK_S = 3600.0


def replace_file(path: Path, *parts: bytes | memoryview) -> None:
    """Write `parts` beside `path`, make them durable, and rename them over it; a link stays, and leads to them."""
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
    """Return an empty file beside `path` to fill; a block that ends well makes it durable, under that name.

    Only its owner may read it.
    """
    with temporary_beside(path) as temporary:
        yield temporary
        put_in_place(temporary, path)


@contextmanager
def temporary_beside(path: Path) -> Iterator[Path]:
    """Return an empty file beside `path` that is gone after the block, unless it was put in place.

    Beside the file that a link leads to, for that is what is replaced.
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
    """Make a file that lies beside `path` durable, and give it that name."""
    path = _followed(path)
    sync(temporary)
    temporary.replace(path)
    with suppress(OSError):  # Windows has no way to sync a folder, and some network disks none either
        sync(path.parent)


def _followed(path: Path) -> Path:
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def sync(path: Path) -> None:
    """Make what was written to a file, or the names in a folder, survive a power cut."""
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def is_left_behind(path: Path) -> bool:
    """Return whether a file that nothing speaks of is too old to be the work of a process that still runs."""
    try:
        return path.is_file() and path.stat().st_mtime < time.time() - _WORK_S
    except FileNotFoundError:  # finished this very moment
        return False
