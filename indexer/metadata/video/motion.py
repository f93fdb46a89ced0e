"""Where in a motion photo's file its video begins.

Google's phones write the video behind the photo and say so in XMP (MicroVideo, later MotionPhoto); Samsung's write
it behind a marker, before a directory that ends the file; HEIC files of both have a box for it. Sources: Google,
Motion Photo format 1.0; the markers of Samsung's trailer are as its phones write them.
"""

import re
from typing import NamedTuple

_XMP_BYTES = 1 << 17  # in which a photo says that it is a motion photo
_SAMSUNG_ENDS, _SAMSUNG_BEGINS = b"SEFT", b"MotionPhoto_Data"
_MICRO = re.compile(rb"MicroVideoOffset(?:=[\"']|>)\s*(\d{1,12})")
_ITEM = re.compile(rb"<(?:\w+:)?Item\b[^>]*>")
_LENGTH = re.compile(rb"Length=[\"'](\d{1,12})[\"']")
_MOTION_BOX = b"mpvd"
_HEAD = 8  # bytes of a box: its length and its type
_MOST_BOXES = 1000


class Motion(NamedTuple):
    """The video in a motion photo."""

    at: int  # byte of the file at which it begins
    size: int  # bytes


def motion_in(content: bytes) -> Motion | None:
    """Return where the video of a JPEG or HEIC begins and how long it is; None for a photo that has none."""
    for at in _places(content):
        size = _video_bytes(content, at)
        if size:
            return Motion(at, size)
    return None


def _places(content: bytes) -> list[int]:
    if content[4:8] == b"ftyp":
        return [at + _HEAD for at, kind, _ in _boxes(content, 0) if kind == _MOTION_BOX]
    places = []
    if content.endswith(_SAMSUNG_ENDS):
        begins = content.find(_SAMSUNG_BEGINS)
        places += [begins + len(_SAMSUNG_BEGINS)] if begins >= 0 else []
    if content.find(b"MotionPhoto", 0, _XMP_BYTES) >= 0 or content.find(b"MicroVideo", 0, _XMP_BYTES) >= 0:
        packet = content[:_XMP_BYTES]
        lengths = [
            int(found[1])
            for item in _ITEM.findall(packet)
            if b"MotionPhoto" in item and (found := _LENGTH.search(item))
        ]
        lengths += [int(length) for length in _MICRO.findall(packet)]
        places += [len(content) - length for length in lengths if 0 < length < len(content)]
    return places


def _video_bytes(content: bytes, at: int) -> int:
    """Return how many bytes the video at a place has; 0 where none is."""
    if content[at + 4 : at + _HEAD] != b"ftyp":
        return 0
    kinds, end = set(), at
    for _, kind, ends in _boxes(content, at):
        if ends > len(content) or not kind.isalnum():
            break  # what else stands behind the photo
        kinds.add(kind)
        end = ends
    return end - at if b"moov" in kinds else 0


def _boxes(content: bytes, at: int) -> list[tuple[int, bytes, int]]:
    """Return where each box from a place on begins, its type, and where it ends."""
    found: list[tuple[int, bytes, int]] = []
    while at + _HEAD <= len(content) and len(found) < _MOST_BOXES:
        size, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + _HEAD]
        if size == 1:
            size = int.from_bytes(content[at + _HEAD : at + 16], "big")
        elif size == 0:
            size = len(content) - at
        if size < _HEAD:
            break
        found.append((at, kind, at + size))
        at += size
    return found
