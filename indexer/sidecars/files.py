"""Writes sidecars: whole or not at all, and never over what another program wrote meanwhile."""

import hashlib
import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from photoseek.indexer.errors import SidecarsUnwritable
from photoseek.indexer.sidecars.layout import MOST_BYTES
from photoseek.storage import for_terminal
from photoseek.storage.disk.writing import sync

_HASH_BYTES = 16
_NAMED = 3  # folders in a message


class OtherMeanwhile(OSError):
    """Another program changed the file since it was read."""


def read_sidecar(path: str) -> bytes | None:
    """Return a sidecar's content, cut where it is too long to be used; None for no file.

    Raises OSError, also for a link that leads nowhere: what is written there would be made at its far end.
    """
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116 (the path is a str all the way)
            raise OSError("it is a folder, a pipe or a device, and no file")
        with open(path, "rb") as file:  # noqa: PTH123 (as above)
            return file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        if os.path.islink(path):
            raise OSError("it is a link to a file that is not there") from None
        return None


def hash_of(content: bytes | None) -> bytes | None:
    """Return what tells contents apart; None for no file."""
    return None if content is None else hashlib.blake2b(content, digest_size=_HASH_BYTES).digest()


def put(path: str, content: bytes | None, before: bytes | None) -> None:
    """Replace a sidecar that holds `before` (None: there is none) by `content` (None: none), and read it back.

    A crash leaves the old file or the new one. Raises OSError, OtherMeanwhile if it holds something else by now.
    """
    real = os.path.realpath(path)
    if content is None:
        _refuse_changed(real, before)
        os.unlink(real)  # noqa: PTH108 (paths stay str)
    else:
        _write(real, content, before)
    with suppress(OSError):  # Windows and some network disks can't sync a folder
        sync(Path(real).parent)
    if read_sidecar(real) != content:
        raise OtherMeanwhile("the file reads back otherwise than it was written: check its disk")


def _write(path: str, content: bytes, before: bytes | None) -> None:
    temporary = temporary_of(path)
    flags = os.O_CREAT | os.O_WRONLY | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(temporary, flags, 0o666), "wb") as file:
            if before is not None and hasattr(os, "fchmod"):
                with suppress(OSError):  # file systems without modes
                    os.fchmod(file.fileno(), stat.S_IMODE(os.stat(path).st_mode))  # noqa: PTH116 (as above)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _refuse_changed(path, before)
        os.replace(temporary, path)  # noqa: PTH105 (as above)
    except BaseException:
        remove_temporary(path)
        raise


def _refuse_changed(path: str, before: bytes | None) -> None:
    if read_sidecar(path) != before:
        raise OtherMeanwhile("another program changed the file just now: try again")


def temporary_of(path: str) -> str:
    """Return where a sidecar is written before it takes its place: always the same, so that it can be removed."""
    return _temporary_in(*os.path.split(os.path.realpath(path)))


def _temporary_in(folder: str, name: str) -> str:
    digest = hashlib.blake2b(os.fsencode(name), digest_size=8).hexdigest()
    return os.path.join(folder, f".photoseek-{digest}.part")


def remove_temporary(path: str) -> None:
    """Remove what a run that was killed left beside a sidecar."""
    with suppress(OSError):
        os.unlink(temporary_of(path))  # noqa: PTH108 (paths stay str)


def refuse_unwritable(paths: Iterable[str]) -> None:
    """Try to write into the folders of these sidecars, or of the files that they link to.

    Raises SidecarsUnwritable, so that nothing is done by half.
    """
    refused = []
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0)
    for folder in sorted({os.path.dirname(os.path.realpath(path)) for path in paths}):  # noqa: PTH120 (as above)
        trial = _temporary_in(folder, "trial")
        try:
            with suppress(FileNotFoundError):  # else a run that was killed left it
                os.unlink(trial)  # noqa: PTH108 (as above)
            os.close(os.open(trial, flags, 0o600))
            os.unlink(trial)  # noqa: PTH108 (as above)
        except OSError as error:
            refused.append((folder, (error.strerror or str(error)).lower()))
    if refused:
        named = "; ".join(f"{for_terminal(folder)}: {why}" for folder, why in refused[:_NAMED])
        more = f"; and {len(refused) - _NAMED} folders more" if len(refused) > _NAMED else ""
        raise SidecarsUnwritable(
            f"sidecars can't be written there, so none was ({named}{more}): make the folders writable, or leave "
            "their photos out by --where"
        )
