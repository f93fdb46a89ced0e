"""Content hashes, and opening regular files for reading with a time limit."""

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO, cast

from photoseek.storage.disk.patience import within
from photoseek.storage.objects.urls import is_url

_HASH_BYTES = 16
_PORTION = 1 << 20  # bytes read at once
DISK_S = 10.0  # the longest that a disk may take to answer: one that slept takes a while


class ContentHash:
    """The 16-byte hash of a content, computed as it is read."""

    def __init__(self) -> None:
        """Begin with nothing read."""
        self._made = hashlib.blake2b(digest_size=_HASH_BYTES)

    def take(self, portion: bytes) -> None:
        """Add the next bytes."""
        self._made.update(portion)

    def digest(self) -> bytes:
        """Return the hash of the bytes so far."""
        return self._made.digest()


def open_original(path: str) -> BinaryIO:
    """Open a photo's file, or the object that a URL names, for reading. Raises OSError."""
    if is_url(path):
        from photoseek.storage.objects.reading import ObjectFile  # no other original needs what it loads

        return cast("BinaryIO", ObjectFile(path))
    return open(path, "rb")  # noqa: PTH123 (paths stay str)


def status_of(file: BinaryIO) -> os.stat_result:
    """Return what an open file or object was when it was opened, or is now. Raises OSError."""
    status = getattr(file, "status", None)  # of an object, which has no number of the system's
    return status if isinstance(status, os.stat_result) else os.fstat(file.fileno())


def status_at(path: str) -> os.stat_result:
    """Return the status of what lies at a path or a URL. Raises OSError."""
    if is_url(path):
        from photoseek.storage.objects.reading import object_status

        return object_status(path)
    return os.stat(path)  # noqa: PTH116 (paths stay str)


def open_regular(path: str, *, follow: bool = True, disk_s: float = DISK_S) -> BinaryIO:
    """Open a regular file for reading, without waiting for pipes or waking devices. Raises OSError.

    Without `follow`, a link is refused too.
    """
    if is_url(path):
        return within(disk_s, path, partial(open_original, path))
    return within(disk_s, path, partial(_open_regular, path, follow=follow))


def portions(file: BinaryIO, path: str, disk_s: float = DISK_S) -> Iterator[bytes]:
    """Yield portions of an open file from this path. Raises OSError, TimeoutError if its disk stops answering."""
    while portion := within(disk_s, path, partial(file.read, _PORTION)):
        yield portion


def content_hash_of(file: BinaryIO, path: str) -> bytes:
    """Return the hash of an open file, and seek back to its beginning. Raises OSError."""
    made = ContentHash()
    file.seek(0)
    for portion in portions(file, path):
        made.take(portion)
    file.seek(0)
    return made.digest()


def holds(file: BinaryIO, path: str, content_hash: bytes) -> bool:
    """Return whether an open file has this content, and seek back to its beginning. Raises OSError."""
    return content_hash_of(file, path) == content_hash


def _open_regular(path: str, *, follow: bool) -> BinaryIO:
    _refuse_another(os.stat(path, follow_symlinks=follow))  # noqa: PTH116 (paths stay str)
    file = open(path, "rb", opener=partial(_without_waiting, follow=follow))  # noqa: SIM115 (the caller closes it)
    try:
        _refuse_another(os.fstat(file.fileno()))
    except OSError:
        file.close()
        raise
    return file


def _refuse_another(status: os.stat_result) -> None:
    if stat.S_ISLNK(status.st_mode):
        raise OSError(errno.ELOOP, "a link lies in its place")
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "a pipe, a device or a folder lies in its place")


def _without_waiting(path: str, flags: int, *, follow: bool) -> int:
    """Open a file that a pipe may just have replaced, without waiting for the pipe's writer."""
    flags |= getattr(os, "O_NONBLOCK", 0) | (0 if follow else getattr(os, "O_NOFOLLOW", 0))
    return os.open(path, flags)
