"""Photos that need not be in the library, read where somebody names them; none of what is read is kept."""

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from embedder import Preprocess
from indexer.errors import UnreadablePhoto
from indexer.isolation import NO_MODEL, Isolated
from indexer.outcomes import Prepared, Refused, Task, Unread
from indexer.wording import why_unread
from storage import Root, Stamp, for_terminal

if TYPE_CHECKING:
    from PIL import Image

_GONE = "no such file: check its path"


class PhotoReader:
    """Reads photos in a process of its own, which a bad file may crash; for one thread."""

    def __init__(self, preprocess: Preprocess = NO_MODEL) -> None:
        """Take what makes pixels for a model; no process is started before a photo is read."""
        self._isolated = Isolated(preprocess, frozenset(), None)

    def __call__(self, path: Path) -> Prepared:
        """Give a photo's facts and pixels. Raises UnreadablePhoto, and IndexerError where no process starts."""
        status = _status(path)
        folder, name = os.path.split(path.absolute())  # the process may be in another folder
        outcome = self._isolated(Task(Root(0, folder), name, Stamp.of(status)))
        if isinstance(outcome, Prepared):
            return outcome
        reason = outcome.reason if isinstance(outcome, Refused | Unread) else None
        raise UnreadablePhoto(_said(path, reason or _GONE))

    def close(self) -> None:
        """End the process."""
        self._isolated.close()


def read_photo(path: Path) -> "Image.Image":
    """Decode a photo in this process. Raises UnreadablePhoto."""
    from indexer.decode import decode

    _status(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnreadablePhoto(_said(path, why_unread(error))) from error
    try:
        return decode(content, path.name).photo
    except UnreadablePhoto as error:
        raise UnreadablePhoto(_said(path, str(error))) from error


def _status(path: Path) -> os.stat_result:
    """Look at a file that is one: a pipe would be waited for, and some devices never end."""
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UnreadablePhoto(_said(path, _GONE)) from error
    except OSError as error:
        raise UnreadablePhoto(_said(path, why_unread(error))) from error
    if stat.S_ISDIR(status.st_mode):
        raise UnreadablePhoto(_said(path, "this is a folder: name the photos in it"))
    if not stat.S_ISREG(status.st_mode):
        raise UnreadablePhoto(_said(path, "this is no file but a device or a pipe: name a photo"))
    return status


def _said(path: Path, reason: str) -> str:
    return f"{for_terminal(str(path))}: {reason}"
