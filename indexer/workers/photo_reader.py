"""Photos that need not be in the library, read where somebody names them; none of what is read is kept."""

import os
import stat
from contextlib import closing
from pathlib import Path

import numpy as np
from PIL import Image

from photoseek.embedder import Pixels, Preprocess
from photoseek.indexer.errors import UnreadablePhoto
from photoseek.indexer.wording import why_unread
from photoseek.indexer.workers.isolation import FILE_S, NO_MODEL, Isolated
from photoseek.indexer.workers.outcomes import Prepared, Rejected, Task, Unreadable
from photoseek.storage import Root, Stamp, for_terminal

_LOOKED_AT_SIDE = 512  # pixels: of the shorter side, for any model and for a picture that is drawn upon
_MOST_LOOKED_AT = 16_000_000  # pixels
_WAITED_S = 30.0  # somebody waits for the answer
_GONE = "no such file: check its path"


class PhotoReader:
    """Reads photos in a process of its own, which a bad file may crash; for one thread."""

    def __init__(self, preprocess: Preprocess = NO_MODEL, file_s: float = FILE_S) -> None:
        """Take what makes pixels for a model; no process is started before a photo is read."""
        self._isolated = Isolated(preprocess, frozenset(), None, file_s)

    def __call__(self, path: Path) -> Prepared:
        """Return a photo's facts and pixels. Raises UnreadablePhoto, and IndexerError where no process starts."""
        status = _status(path)
        folder, name = os.path.split(path.absolute())  # the process may be in another folder
        outcome = self._isolated(Task(Root(0, folder), name, Stamp.of(status)))
        if isinstance(outcome, Prepared):
            return outcome
        reason = outcome.reason if isinstance(outcome, Rejected | Unreadable) else None
        raise UnreadablePhoto(_sentence(path, reason or _GONE))

    def close(self) -> None:
        """End the process."""
        self._isolated.close()


def read_photo(path: Path) -> Image.Image:
    """Decode a photo, reduced, in a process of its own. Raises UnreadablePhoto, IndexerError if none starts.

    The calling process survives, and its memory does not grow, whatever the file is.
    """
    with closing(PhotoReader(_Whole(_LOOKED_AT_SIDE, "squash"), _WAITED_S)) as reader:
        return Image.fromarray(reader(path).pixels)


class _Whole(Preprocess):
    """Asks for a photo as it is, not for a model's square of it."""

    def __call__(self, photo: Image.Image) -> Pixels:
        """Return an upright RGB photo as (height, width, 3) uint8."""
        excess = photo.width * photo.height / _MOST_LOOKED_AT
        if excess > 1:  # a strip, whose shorter side can't be reduced
            photo = photo.resize([max(1, int(side / excess**0.5)) for side in photo.size])
        return np.asarray(photo)


def _status(path: Path) -> os.stat_result:
    """Look at a file that is one: a pipe would be waited for, and some devices never end."""
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UnreadablePhoto(_sentence(path, _GONE)) from error
    except OSError as error:
        raise UnreadablePhoto(_sentence(path, why_unread(error))) from error
    if stat.S_ISDIR(status.st_mode):
        raise UnreadablePhoto(_sentence(path, "this is a folder: name the photos in it"))
    if not stat.S_ISREG(status.st_mode):
        raise UnreadablePhoto(_sentence(path, "this is no file but a device or a pipe: name a photo"))
    return status


def _sentence(path: Path, reason: str) -> str:
    return f"{for_terminal(str(path))}: {reason}"
