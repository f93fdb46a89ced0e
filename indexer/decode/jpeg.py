"""The segments of a JPEG: where its photo ends, and the photo without its metadata."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_START = b"\xff\xd8"
_START_OF_SCAN, _END_OF_IMAGE, _FILL = 0xDA, 0xD9, 0xFF
_STANDALONE = frozenset([0x01, *range(0xD0, 0xDA)])  # markers that no length follows
_END_OF_SCAN = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")  # a marker that isn't stuffing, fill or a restart
# What a photo is decoded with: frames that every browser reads, tables, restarts, scans and their end.
_NEEDED = frozenset([0xC0, 0xC1, 0xC2, 0xC4, _END_OF_IMAGE, _START_OF_SCAN, 0xDB, 0xDD])
# What may be said about it: APP0 to APP15, and comments.
_SAID = frozenset([*range(0xE0, 0xF0), 0xFE])
# But for these two, which tell how its colours are to be read, and their lengths with nothing else in them.
_COLOURS = {0xE0: (b"JFIF\0", 14), 0xEE: (b"Adobe", 12)}

# Marker → names, bytes.
_LEAST = {
    0xE0: ((b"JFIF", 12),),
    0xE2: ((b"ICC_PROFILE", 14),),
    0xEE: ((b"Adobe", 12),),
}


class _Segment(NamedTuple):
    marker: int
    start: int
    end: int  # of a scan: where its compressed pixels end


def ends(content: bytes) -> bool:
    """Return whether the file holds the end of its photo."""
    return any(segment.marker == _END_OF_IMAGE for segment in _segments(content))


def bare(content: bytes) -> bytes | None:
    """Return the photo alone, without EXIF, profile or what lies behind it.

    None if it has no end, or has parts that can't be separated from its metadata.
    """
    kept = [_START]
    for marker, start, end in _segments(content):
        name, length = _COLOURS.get(marker, (None, 0))
        if name is not None and content.startswith(name, start + 4):
            if end - start - 4 != length:  # a picture in the picture, above all
                return None
        elif marker in _SAID:
            continue
        elif marker not in _NEEDED:
            return None
        kept.append(content[start:end])
        if marker == _END_OF_IMAGE:
            return b"".join(kept)
    return None


def without_stubs(content: bytes) -> bytes:
    """Leave out segments that are named for what they are too short to hold; decoders trip over them."""
    kept: list[bytes] = []
    copied_to = 0
    for marker, start, end in _segments(content):
        if any(
            content.startswith(name, start + 4) and end - start - 4 < least
            for name, least in _LEAST.get(marker, ())
        ):
            kept.append(content[copied_to:start])
            copied_to = end
    return b"".join([*kept, content[copied_to:]])


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
