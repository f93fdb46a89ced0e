"""The second look at photos that may be copies: at thumbnails, and at the originals where those show more."""

from collections import OrderedDict
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from photoseek.storage import LONG_SIDE, Photo, PhotoFacts, Thumbnails

if TYPE_CHECKING:  # most questions need no finer look, and so no Pillow
    from photoseek.embedder import Pixels
    from photoseek.searcher.same_picture.cells import Grey

# Returns an original as a distorted (side, side, 3) uint8 square, or the reason that it can't be read.
ReadPixels = Callable[[Path], "Pixels | Exception"]
Proof = Callable[[Photo, Photo], bool]  # whether both are copies of one picture

ORIGINAL_SIDE = 1024  # pixels: enough to read 8-point print on a page
_SHOWN_WHOLE = 1.5 * LONG_SIDE  # up to this size, a thumbnail has nearly all the photo's detail
_LEAST_SIDE = 48  # pixels of the shorter side: with fewer, documents can't be distinguished
_KEPT = 400  # pictures, half a megabyte each at most
_SHAPE_TOLERANCE = 0.01


class FinerLook:
    """Tells copies from similar photos. Caches the pictures that it read last."""

    def __init__(self, thumbnails: Thumbnails, read_original: ReadPixels | None = None) -> None:
        """Take the library's thumbnails and, if every detail must be compared, a reader of originals."""
        self._thumbnails = thumbnails
        self._read_original = read_original
        self._kept: OrderedDict[tuple[bytes, bool], Grey | None] = OrderedDict()

    def __call__(self, first: Photo, second: Photo) -> bool:
        """Return whether both are copies of one picture; False if one can't be read."""
        if first.facts.pixel_hash == second.facts.pixel_hash:
            return True
        if not _is_one_shape(first.facts, second.facts) or _shorter(first.facts, second.facts) < _LEAST_SIDE:
            return False
        if not self._agree(first, second, is_original=False):
            return False
        shows_all = self._read_original is None or _longer(first.facts, second.facts) <= _SHOWN_WHOLE
        return shows_all or self._agree(first, second, is_original=True)

    def _agree(self, first: Photo, second: Photo, *, is_original: bool) -> bool:
        from photoseek.searcher.same_picture.cells import is_same

        one, other = (self._look(photo, is_original=is_original) for photo in (first, second))
        return one is not None and other is not None and is_same(one, other)

    def _look(self, photo: Photo, *, is_original: bool) -> "Grey | None":
        key = photo.facts.content_hash, is_original
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        found = None if is_original else self._thumbnail(photo)
        if found is None:
            found = self._original(photo)
        self._kept[key] = found
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return found

    def _thumbnail(self, photo: Photo) -> "Grey | None":
        from PIL import Image

        from photoseek.searcher.same_picture.cells import grey

        jpeg = self._thumbnails.read(photo.facts.content_hash)
        if jpeg is None:
            return None
        try:
            with Image.open(BytesIO(jpeg), formats=["JPEG"]) as opened:
                return grey(opened, LONG_SIDE)
        except (
            OSError,
            ValueError,
            SyntaxError,
            Image.DecompressionBombError,
        ):  # a damaged thumbnail
            return None

    def _original(self, photo: Photo) -> "Grey | None":
        from photoseek.searcher.same_picture.cells import true_to_shape

        if self._read_original is None:
            return None
        for path in photo.paths:
            read = self._read_original(Path(path))
            if not isinstance(read, Exception):
                return true_to_shape(read, (photo.facts.width, photo.facts.height))
        return None


def _is_one_shape(first: PhotoFacts, second: PhotoFacts) -> bool:
    """Return whether both may have one aspect ratio, given that sides are rounded to whole pixels."""
    one, other = first.width * second.height, second.width * first.height
    rounded = max(first.width, first.height, second.width, second.height)
    return abs(one - other) <= _SHAPE_TOLERANCE * max(one, other) + rounded


def _shorter(first: PhotoFacts, second: PhotoFacts) -> int:
    return min(first.width, first.height, second.width, second.height)


def _longer(first: PhotoFacts, second: PhotoFacts) -> int:
    return max(first.width, first.height, second.width, second.height)
