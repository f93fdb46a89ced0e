"""TIFFs: Pillow reads their metadata; their pixels are decoded by Pillow or by us, whichever is right.

Of planes, white-is-zero, depths, signs, floats and alpha, Pillow takes many for another kind, which garbles the
picture without an error.
"""

import io
from typing import TYPE_CHECKING

from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from photoseek.indexer.decode.orientation import upright
from photoseek.indexer.decode.tiff import colour as tiff_colour
from photoseek.indexer.decode.tiff import tags as tiff_tags
from photoseek.indexer.decode.tiff.layout import Layout, is_pillows, read_layout

if TYPE_CHECKING:
    from PIL import _imaging


class Tiff(TiffImageFile):
    """A TIFF that says of itself what its first directory does, and shows its first picture, upright.

    Opening one raises UnreadablePhoto for a kind that nobody here decodes right.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._layout = read_layout(content)
        super().__init__(io.BytesIO(content))

    def _setup(self) -> None:
        """Say the size; Pillow would refuse kinds that it doesn't know."""
        self._size = self._layout.width, self._layout.height
        self._mode = "RGB"
        self.tile = []

    def load(self) -> "_imaging.PixelAccess | None":
        """Decode the pixels, once."""
        if self._im is None:
            shown = (
                _pillows(self._content, self._layout.page)
                if is_pillows(self._layout)
                else _ours(self._layout)
            )
            self._im, self._mode, self._size = shown.im, shown.mode, shown.size
            profile = _profile(self._layout)
            if profile:
                self.info["icc_profile"] = profile
        return Image.Image.load(self)


def _pillows(content: bytes, page: int) -> Image.Image:
    picture = TiffImageFile(io.BytesIO(content))
    picture.seek(page)
    picture.load()  # which turns it, too
    return picture


def _ours(layout: Layout) -> Image.Image:
    return upright(tiff_colour.picture(layout), layout.orientation)


def _profile(layout: Layout) -> bytes:
    return layout.directory.data(tiff_tags.PROFILE)
