"""Reads an object as a file is read: in order and with seeks, of one version from beginning to end."""

import io
import os
import stat
from collections.abc import Mapping
from typing import Any

from photoseek.storage.objects.failures import in_sentences
from photoseek.storage.objects.listing import status_of_info
from photoseek.storage.objects.stores import store
from photoseek.storage.objects.urls import LOCAL, ObjectPath, parsed

# Fetched at once where less is asked for: a photo of most cameras, and little beside what a video's reader wants.
_BLOCK_BYTES = 4 << 20


class ObjectFile(io.RawIOBase):
    """An open object: one request says what it is, and each part that is read costs another.

    Each read demands the version that was opened. Raises ObjectChanged where that is gone, and StoreFailure.
    """

    def __init__(self, url: str) -> None:
        """Open it. Raises FileNotFoundError, StoreFailure."""
        super().__init__()
        self._of: ObjectPath = parsed(url)
        self._file: Any = None
        with in_sentences(self._of):
            if self._of.scheme == LOCAL:
                object_status(url)  # a pipe would be waited for
            self._file = store(self._of).open(self._of.path, "rb", block_size=_BLOCK_BYTES)
            self._opened = None if self._of.scheme == LOCAL else _status(self._file.details, self._of)

    @property
    def status(self) -> os.stat_result:
        """What it was when it was opened; of a file of this machine, what it is now."""
        return os.fstat(self._file.fileno()) if self._opened is None else self._opened

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def read(self, size: int | None = -1) -> bytes:
        """Return so many bytes from here, or all that follow."""
        with in_sentences(self._of):
            return bytes(self._file.read(-1 if size is None else size))

    def readall(self) -> bytes:
        """Return all bytes from here."""
        return self.read()

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 (a buffer of any kind)
        """Fill a buffer; returns how many bytes there were."""
        content = self.read(len(buffer))
        buffer[: len(content)] = content
        return len(content)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go on reading elsewhere."""
        return int(self._file.seek(offset, whence))

    def tell(self) -> int:
        """Return where the next read begins."""
        return int(self._file.tell())

    def close(self) -> None:
        """Let go of it."""
        if self._file is not None and not self.closed:
            self._file.close()
        super().close()


def object_status(url: str) -> os.stat_result:
    """Return an object's size, time and ETag, by one request. Raises FileNotFoundError, StoreFailure."""
    of = parsed(url)
    with in_sentences(of):
        if of.scheme != LOCAL:
            return _status(store(of).info(of.path), of)
        status = os.stat(of.path)  # noqa: PTH116 (paths stay str)
        if not stat.S_ISREG(status.st_mode):
            raise FileNotFoundError(url)
        return status


def _status(info: Mapping[str, Any], of: ObjectPath) -> os.stat_result:
    if info.get("type") != "file":
        raise FileNotFoundError(of.url)
    return status_of_info(info)
