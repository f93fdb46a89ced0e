"""What names a file's content, and files that are opened to be handed on: regular ones, read in their time."""

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

from photoseek.storage.disk.patience import within

_HASH_BYTES = 16
_PORTION = 1 << 20  # bytes that are read at once
DISK_S = 10.0  # that a disk may be silent: one that slept takes a while


class ContentHash:
    """The 16 bytes that name a content, made as it is read."""

    def __init__(self) -> None:
        """Begin with nothing read."""
        self._made = hashlib.blake2b(digest_size=_HASH_BYTES)

    def take(self, portion: bytes) -> None:
        """Take in what follows."""
        self._made.update(portion)

    def digest(self) -> bytes:
        """Return the hash of what was taken in."""
        return self._made.digest()


def open_regular(path: str, *, follow: bool = True, disk_s: float = DISK_S) -> BinaryIO:
    """Open a regular file for reading; a pipe is not waited for, and no device is woken. Raises OSError.

    Without `follow`, a link in the file's place is refused too.
    """
    return within(disk_s, path, partial(_open_regular, path, follow=follow))


def portions(file: BinaryIO, path: str, disk_s: float = DISK_S) -> Iterator[bytes]:
    """Read an open file, which this path led to. Raises OSError, TimeoutError where its disk falls silent."""
    while portion := within(disk_s, path, partial(file.read, _PORTION)):
        yield portion


def content_hash_of(file: BinaryIO, path: str) -> bytes:
    """Return the hash of all that is in an open file, and go back to its beginning. Raises OSError."""
    made = ContentHash()
    file.seek(0)
    for portion in portions(file, path):
        made.take(portion)
    file.seek(0)
    return made.digest()


def holds(file: BinaryIO, path: str, content_hash: bytes) -> bool:
    """Return whether an open file has this content, and go back to its beginning. Raises OSError."""
    return content_hash_of(file, path) == content_hash


def _open_regular(path: str, *, follow: bool) -> BinaryIO:
    _refuse_another(os.stat(path, follow_symlinks=follow))  # noqa: PTH116 (paths stay str)
    file = open(path, "rb", opener=partial(_without_waiting, follow=follow))  # noqa: SIM115 (whoever asked closes it)
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
    """Open what a pipe may have taken the place of this moment: it would wait for who writes."""
    flags |= getattr(os, "O_NONBLOCK", 0) | (0 if follow else getattr(os, "O_NOFOLLOW", 0))
    return os.open(path, flags)
