"""One copy of a photo: whole, or not there at all."""

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Self

from photoseek.storage import ContentHash, portions, status_of

_RIGHTS = 0o777


class Changed(Exception):
    """The file was changed while it was exported."""


class Copy:
    """A copy of an open file, under a temporary name until it is whole; deleted at the end if it gets no other.

    Under its own name from the start, half a copy would look like a whole photo after a crash.
    """

    def __init__(self, source: BinaryIO, path: str, folder: Path, content_hash: bytes | None) -> None:
        """Prepare a copy in `folder` of the source, which was opened by `path`; nothing is written yet."""
        self._source, self._path, self._content_hash = source, path, content_hash
        self._temporary = folder / f".photoseek-{os.getpid()}-{secrets.token_hex(4)}.part"
        self._is_whole = False
        self.keeps_time_and_rights = True

    def __enter__(self) -> Self:
        """Return the copy."""
        return self

    def __exit__(self, *_: object) -> None:
        """Delete the temporary file."""
        with suppress(OSError):
            self._temporary.unlink(missing_ok=True)

    def fill(self) -> None:
        """Write the copy, unless that is done. Raises Changed, and OSError."""
        if self._is_whole:
            return
        made = ContentHash()
        with self._temporary.open("xb") as target:
            for portion in portions(self._source, self._path):
                made.take(portion)
                self._write(target, portion)
        if self._content_hash not in {None, made.digest()}:
            raise Changed
        self.keeps_time_and_rights = _keeps_time_and_rights(status_of(self._source), self._temporary)
        self._is_whole = True

    def put(self, place: Path) -> None:
        """Give the copy its name. Raises FileExistsError if that is taken, and OSError."""
        try:
            os.link(self._temporary, place)
        except FileExistsError:
            raise
        except OSError:  # FAT and some network shares have no links: reserve the name, then take it
            place.open("xb").close()
            try:
                self._temporary.replace(place)
            except BaseException:
                place.unlink()
                raise

    def is_at_fault(self, error: OSError) -> bool:
        """Return whether the copy couldn't be written, rather than the original read."""
        return bool(error.filename == str(self._temporary))

    def _write(self, target: BinaryIO, portion: bytes) -> None:
        try:
            target.write(portion)
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(self._temporary)) from error


def _keeps_time_and_rights(status: os.stat_result, copy: Path) -> bool:
    """Set them, and return whether the disk stores them: FAT and some network shares don't."""
    try:
        os.utime(copy, ns=(status.st_atime_ns, status.st_mtime_ns))
        copy.chmod(stat.S_IMODE(status.st_mode) & _RIGHTS)
    except OSError:
        return False
    return True
