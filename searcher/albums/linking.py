"""Links to originals in place of copies: hard links, which need the same disk, and symbolic ones."""

import errno
import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Literal

from photoseek.searcher.albums.copying import Changed
from photoseek.storage import is_url

Link = Literal["hard", "symbolic"]
_OTHER_DISK = "a hard link can't lead to another disk"
_NO_LINKS = "this disk, or its owner, allows no such link"
_OBJECT = "no link can lead into an object store"
_TOO_MANY = "the photo has as many hard links as its disk allows"
_REASONS = {
    errno.EXDEV: _OTHER_DISK,
    errno.EMLINK: _TOO_MANY,
    **dict.fromkeys((errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS), _NO_LINKS),
}


class NoLink(Exception):
    """A photo can be copied here, but not linked; the message is the reason."""


def hard_link(source: BinaryIO, path: str, place: Path) -> Path:
    """Make another name of an open file, which was opened by `path`. Raises NoLink, Changed, OSError."""
    _refuse_objects(path)
    real = os.path.realpath(path)  # of a link, the file that it leads to
    try:
        os.link(real, place)
    except OSError as error:
        _refuse_links(error)
    if not os.path.samestat(os.fstat(source.fileno()), place.lstat()):
        with suppress(OSError):
            place.unlink()
        raise Changed
    return place


def symbolic_link(_source: BinaryIO, path: str, place: Path) -> Path:
    """Make a link that leads to the original's absolute path. Raises NoLink, OSError."""
    _refuse_objects(path)
    try:
        place.symlink_to(os.path.abspath(path))  # noqa: PTH100 (links stay links)
    except OSError as error:
        _refuse_links(error)
    return place


def _refuse_objects(path: str) -> None:
    if is_url(path):
        raise NoLink(_OBJECT)


def _refuse_links(error: OSError) -> None:
    """Raise NoLink where a copy may do, else the error itself."""
    if error.errno in _REASONS:
        raise NoLink(_REASONS[error.errno]) from error
    raise error
