"""Opening a photo's content with the reader of its own format."""

import io

from PIL import Image

from photoseek.indexer.decode import jpeg
from photoseek.indexer.decode.formats import HEIF
from photoseek.indexer.decode.png import readable


def open_photo(content: bytes, kind: str) -> Image.Image:
    """Read the header of content that `formats.sniff` has recognized; its pixels are not decoded yet.

    `Image.open` would try formats that are programs (EPS), and it warns of or refuses sizes by a limit that
    is global to the process and below today's phones: the caller limits the size instead.
    """
    if kind == HEIF:
        from pi_heif import HeifImageFile  # takes a while to load, and many libraries have no HEIC

        heif: Image.Image = HeifImageFile(io.BytesIO(content))
        return heif
    if kind == "TIFF":
        from photoseek.indexer.decode.tiff.reader import Tiff  # loads NumPy, and many libraries have no TIFFs

        return Tiff(content)
    if kind == "PNG":
        content, profile = readable(content)
    if kind not in Image.OPEN:
        Image.preinit()  # the common formats
    if kind not in Image.OPEN:
        Image.init()  # all
    try:
        opened = Image.OPEN[kind][0](io.BytesIO(content), "")
    except SyntaxError:  # what Pillow makes of all that goes wrong in a header
        if kind != "JPEG":
            raise
        opened = Image.OPEN[kind][0](io.BytesIO(jpeg.without_stubs(content)), "")
    if kind == "PNG" and profile:
        opened.info["icc_profile"] = profile
    return opened
