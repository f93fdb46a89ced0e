"""Pictures that were sent as questions: decoded in a process of its own, and kept in memory for a while."""

import math
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from photoseek.errors import PhotoseekError
from photoseek.searcher.query.query import Part, Upload
from photoseek.searcher.web.errors import Refused
from photoseek.searcher.web.kept.for_a_while import KeptForAWhile
from photoseek.storage import for_terminal
from photoseek.storage.photo_formats import PHOTO_SUFFIXES

if TYPE_CHECKING:
    from PIL import Image

KEPT, KEPT_S = 30, 3600.0  # pictures, and seconds since each was sent
_MOST_PIXELS = 1_500_000  # that are kept: models see a fifth of it at most
_USUAL_SUFFIX = ".jpg"


class SentPictures:
    """Decodes pictures and keeps them by token; threads may share it."""

    def __init__(self, read: Callable[[Path], Any] | None) -> None:
        """Take what decodes a file's picture; None: none can be sent."""
        self._read = read
        self._kept = KeptForAWhile[NDArray[np.uint8]](KEPT, KEPT_S)

    def take_in(self, content: IO[bytes], name: str) -> tuple[str, int, int]:
        """Decode a picture and keep it; return its token, its width and its height as kept.

        Of the name, only the suffix counts, by which raw formats are known. Raises Refused.
        """
        if self._read is None:
            raise Refused(
                404, "no-pictures", "this server decodes no pictures: ask by one of the library, as +#12"
            )
        suffix = Path(name).suffix.lower()
        with tempfile.TemporaryDirectory(prefix="photoseek-") as folder:  # which only its owner may enter
            path = Path(folder) / f"picture{suffix if suffix in PHOTO_SUFFIXES else _USUAL_SUFFIX}"
            with path.open("wb") as file:
                while part := content.read(1 << 20):
                    file.write(part)
            try:
                picture = _reduced(self._read(path))
            except PhotoseekError as error:
                why = str(error).replace(f"{for_terminal(str(path))}: ", "")
                raise Refused(422, "unreadable-picture", f"the picture can't be read: {why}") from error
        pixels: NDArray[np.uint8] = np.asarray(picture, np.uint8)
        token = secrets.token_urlsafe(12)
        self._kept.put(token, pixels)
        return token, picture.width, picture.height

    def part(self, token: str) -> Part:
        """Return a picture as a part of a query. Raises Refused if it isn't kept any more."""
        pixels = self._kept.get(token)
        if pixels is None:
            raise Refused(404, "no-picture", "the picture isn't kept any more: send it again")
        return Part(Upload(token, pixels))


def _reduced(picture: "Image.Image") -> "Image.Image":
    picture = picture.convert("RGB")
    excess = picture.width * picture.height / _MOST_PIXELS
    if excess <= 1:
        return picture
    return picture.resize([max(1, round(side / math.sqrt(excess))) for side in picture.size])
