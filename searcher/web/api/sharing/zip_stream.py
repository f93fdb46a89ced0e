"""A ZIP file written as it is read: originals as they are, none of them whole in memory."""

import os
import time
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from typing import BinaryIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from photoseek.searcher.albums.portable_names import portable_name
from photoseek.storage import DISK_S, for_terminal, status_of, within

_CHUNK = 256 * 1024
_ZIP64_FROM = 2**31 - 2**20  # bytes of one file, with room for a file that grows meanwhile
_YEARS = (1980, 2107)  # that a ZIP can hold
_LEFT_OUT = "left-out.txt"


@dataclass(frozen=True, slots=True)
class ToPack:
    """A file to pack."""

    path: str  # whose last part names it
    opened: Callable[[], BinaryIO | None]  # None if it is gone or was changed


class _Buffer:
    """Takes what ZipFile writes, until it is fetched."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        self._parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Do nothing: everything is fetched."""

    def fetched(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def zipped(files: Iterable[ToPack]) -> Generator[bytes]:
    """Yield a ZIP of files, stored as they are, in parts of at most some hundred KB.

    Names are such as every disk accepts, each once whatever its case. Files that are gone or were changed since
    they were indexed are listed in a text file at the end. Raises OSError if a file can't be read to its end.
    """
    buffer, names, left_out = _Buffer(), _Names(), list[str]()
    with ZipFile(buffer, "w", ZIP_STORED) as made:  # type: ignore[call-overload] # (it needs no more than `write`)
        for one in files:
            file = one.opened()
            if file is None:
                left_out.append(one.path)
                continue
            with file:
                status = status_of(file)
                entry = ZipInfo(names.free(os.path.basename(one.path)), _moment(status.st_mtime))  # noqa: PTH119 (paths stay str)
                entry.external_attr = 0o644 << 16
                with made.open(entry, "w", force_zip64=status.st_size >= _ZIP64_FROM) as packed:
                    while part := within(DISK_S, one.path, lambda file=file: file.read(_CHUNK)):  # type: ignore[misc] # (mypy can't infer a lambda with a default)
                        packed.write(part)
                        yield buffer.fetched()
        if left_out:
            said = (
                "Gone, or changed since they were indexed:\n" + "\n".join(map(for_terminal, left_out)) + "\n"
            )
            made.writestr(names.free(_LEFT_OUT), said)
    yield buffer.fetched()


class _Names:
    """The names of a ZIP's entries, each once whatever its case."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._numbers: dict[str, int] = {}  # the last that a name got: thousands of photos may have the same

    def free(self, name: str) -> str:
        """Return a name that no entry has, and take it."""
        plain = portable_name(name, 1).casefold()
        number = self._numbers.get(plain, 0) + 1
        while (free := portable_name(name, number)).casefold() in self._taken:
            number += 1
        self._numbers[plain] = number
        self._taken.add(free.casefold())
        return free


def _moment(mtime: float) -> tuple[int, int, int, int, int, int]:
    try:
        year, month, day, hour, minute, second, *_ = time.localtime(mtime)
    except (OverflowError, ValueError, OSError):
        year = 0
    if not _YEARS[0] <= year <= _YEARS[1]:
        return _YEARS[0], 1, 1, 0, 0, 0
    return year, month, day, hour, minute, min(second, 59)
