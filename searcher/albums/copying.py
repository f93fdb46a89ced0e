"""One copy of a photo: whole, or not there at all."""

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from photoseek.storage import ContentHash, portions

_RIGHTS = 0o777


class Changed(Exception):
    """The file was changed while it was exported."""


def fill(source: BinaryIO, path: str, target: BinaryIO, copy: Path, content_hash: bytes | None) -> bool:
    """Write a copy into an empty file. Returns whether it has the original's time and permissions.

    If its content is wrong or incomplete the copy is deleted: a full disk or Ctrl-C would leave a file that looks
    like a whole photo. Raises Changed, and OSError, whose `filename` is the copy's if that can't be written.
    """
    made = ContentHash()
    try:
        with target:
            for portion in portions(source, path):
                made.take(portion)
                _write(target, copy, portion)
        _refuse_changed(made, content_hash)
    except BaseException:
        with suppress(OSError):
            copy.unlink(missing_ok=True)
        raise
    return _keeps_time_and_rights(os.fstat(source.fileno()), copy)


def _refuse_changed(made: ContentHash, content_hash: bytes | None) -> None:
    if content_hash not in {None, made.digest()}:
        raise Changed


def _write(target: BinaryIO, copy: Path, portion: bytes) -> None:
    try:
        target.write(portion)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(copy)) from error


def _keeps_time_and_rights(status: os.stat_result, copy: Path) -> bool:
    """Set them, and return whether the disk stores them: FAT and some network shares don't."""
    try:
        os.utime(copy, ns=(status.st_atime_ns, status.st_mtime_ns))
        copy.chmod(stat.S_IMODE(status.st_mode) & _RIGHTS)
    except OSError:
        return False
    return True
