"""Whether a file is complete, by its structure: decoders are too forgiving.

libheif fills the tiles of a half-copied HEIC with grey, and a raw photo's preview stands whole before its
missing pixels; some copiers reserve the full size first, so that what hasn't arrived yet is zeros.
"""

import struct

from photoseek.indexer.decode import jpeg
from photoseek.indexer.decode.tiff.tags import BLOCKS, directories

_HOLE = bytes(4096)  # zeros that no compressed photo ends with


def is_cut_short(content: bytes, kind: str | None) -> bool:
    """Return whether the file surely ends before its photo does; `kind` is what `formats.sniff` says."""
    if kind == "JPEG":
        return content.endswith(_HOLE) and not jpeg.ends(content)
    if kind == "PNG":
        return b"IEND" not in content[-64:] and content.rfind(b"IEND") < 0
    if kind == "WEBP":
        return len(content) < int.from_bytes(content[4:8], "little") + 8 or content.endswith(_HOLE)
    if content[4:8] == b"ftyp":
        return _boxes_overflow(content)
    return False


def raw_may_be_cut(content: bytes) -> bool:
    """Return whether a raw photo may end before its pixels do, as only unpacking them can prove.

    True where its directories name places beyond the file's end (a few cameras write nonsense there), or
    where the format keeps none that we know.
    """
    if content[4:8] == b"ftyp":
        return False  # the walk along its boxes has decided already
    if content.startswith(b"FUJIFILM"):
        places = struct.unpack_from(">6I", content.ljust(108, b"\xff"), 84)
        return max(map(sum, zip(places[::2], places[1::2], strict=True))) > len(content)
    return content[:2] not in {b"II", b"MM"} or tiff_is_cut(content)


def tiff_is_cut(content: bytes) -> bool:
    """Return whether a TIFF's directories name places beyond the file's end."""
    try:
        return _tiff_end(content) > len(content)
    except struct.error:
        return True


def _boxes_overflow(content: bytes) -> bool:
    """Walk the outermost boxes of an ISO base media file (HEIC, AVIF, CR3)."""
    at, kinds = 0, []
    while at + 8 <= len(content):
        size, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        if not kind.isalnum():
            break  # something stuck on behind the photo
        if size == 1:
            size = int.from_bytes(content[at + 8 : at + 16], "big")
        elif size == 0:
            size = len(content) - at
        if size < 8:  # noqa: PLR2004 (a box's own head)
            break
        kinds.append(kind)
        at += size
    has_hole = kinds[-1:] == [b"mdat"] and content.endswith(_HOLE)
    return at > len(content) or has_hole or (b"mdat" not in kinds and b"idat" not in content)


def _tiff_end(content: bytes) -> int:
    """Return the offset where the last block of pixels ends. Raises struct.error where a directory is cut."""
    return max(
        (
            offset + length
            for directory in directories(content, below=True)
            for offsets, lengths in BLOCKS.items()
            for offset, length in zip(directory.integers(offsets), directory.integers(lengths), strict=False)
        ),
        default=0,
    )
