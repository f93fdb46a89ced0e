"""A JPEG as the segments it is made of: where its photo ends, and the photo without what is said about it."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_START = b"\xff\xd8"
_START_OF_SCAN, _END_OF_IMAGE, _FILL = 0xDA, 0xD9, 0xFF
_STANDALONE = frozenset([0x01, *range(0xD0, 0xDA)])  # markers that no length follows
_END_OF_SCAN = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")  # a marker that isn't stuffing, fill or a restart
# APP1 to APP15 and comments, but for Adobe's APP14, which tells how the colours are to be read.
_SAID_ABOUT_IT = frozenset([*range(0xE1, 0xF0), 0xFE]) - {0xEE}
# Frames that are lossless, hierarchical or arithmetically coded: Pillow reads some of them, a browser none.
_SELDOM_READ = frozenset([0xC3, 0xC5, 0xC6, 0xC7, *range(0xC9, 0xD0)]) - {0xCC}


class _Segment(NamedTuple):
    marker: int
    start: int
    end: int  # of a scan: where its compressed pixels end


def ends(content: bytes) -> bool:
    """Tell whether the file holds the end of its photo."""
    return any(segment.marker == _END_OF_IMAGE for segment in _segments(content))


def bare(content: bytes) -> bytes | None:
    """Give the photo alone, without EXIF, profile or what lies behind it.

    None if it has no end, or is coded as hardly any program but Pillow reads it.
    """
    kept = [_START]
    for marker, start, end in _segments(content):
        if marker in _SELDOM_READ:
            return None
        if marker not in _SAID_ABOUT_IT:
            kept.append(content[start:end])
        if marker == _END_OF_IMAGE:
            return b"".join(kept)
    return None


def _segments(content: bytes) -> Iterator[_Segment]:
    """Walk from segment to segment as far as they go, at most to the end of the photo."""
    at = len(_START)
    while at + 2 <= len(content) and content[at] == 0xFF:  # noqa: PLR2004 (every marker's first byte)
        start, marker = at, content[at + 1]
        if marker == _FILL:
            at += 1
            continue
        at += 2
        if marker not in _STANDALONE:
            at += int.from_bytes(content[at : at + 2], "big")
        if marker == _START_OF_SCAN:
            end = _END_OF_SCAN.search(content, at)
            if end is None:
                return
            at = end.start()
        yield _Segment(marker, start, at)
        if marker == _END_OF_IMAGE:
            return
