"""PNGs without the side chunks that would stop Pillow: damaged, malformed, or larger than it unpacks.

After the PNG specification (third edition): a chunk whose name begins with a small letter is no part of the
picture, and a decoder may do without it.
"""

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

_SIGNATURE = 8  # bytes
_MOST_TEXT = 1 << 20  # bytes of one text; Pillow refuses a picture for the first byte more
_MOST_TEXTS = 1 << 24  # bytes of all texts together
_MOST_PROFILE = 1 << 24  # bytes: profiles of printers and scanners have a few million
# That Pillow reads, whether or not they are there.
_LENGTHS = {
    b"gAMA": 4,
    b"cHRM": 32,
    b"sRGB": 1,
    b"pHYs": 9,
}
_ANIMATION = frozenset({b"acTL", b"fcTL", b"fdAT"})  # a picture is what shows where nothing moves
_TEXTS = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_XMP = b"XML:com.adobe.xmp"
_GREY, _RGB = 0, 2  # colour types, for which a chunk names one colour as transparent


class _Chunk(NamedTuple):
    name: bytes
    data: bytes
    start: int
    end: int
    is_whole: bool  # that its checksum is right


class Readable(NamedTuple):
    """A PNG that Pillow opens, and the profile that belongs to it."""

    content: bytes
    profile: bytes | None


def readable(content: bytes) -> Readable:
    """Return a PNG without the side chunks that stop Pillow; the pixels are not looked at."""
    profile = None
    kept: list[bytes] = []
    copied_to = text_bytes = 0
    colour_type = content[25:26]
    for chunk in _side_chunks(content):
        if chunk.name == b"iCCP" and chunk.is_whole:
            profile = profile or _unpacked(chunk.data.partition(b"\0")[2][1:], _MOST_PROFILE)
        instead = _instead(chunk, colour_type[0] if colour_type else _RGB)
        if instead is None and chunk.name in _TEXTS:
            text_bytes += len(_text(chunk) or b"")
            instead = b"" if text_bytes > _MOST_TEXTS else None
        if instead is not None:
            kept += [content[copied_to : chunk.start], instead]
            copied_to = chunk.end
    return Readable(b"".join([*kept, content[copied_to:]]) if kept else content, profile)


def _side_chunks(content: bytes) -> Iterator[_Chunk]:
    """Walk along the chunks as far as they are whole."""
    at = _SIGNATURE
    while at + 12 <= len(content):
        (length,) = struct.unpack_from(">I", content, at)
        name, end = content[at + 4 : at + 8], at + 12 + length
        if end > len(content) or name == b"IEND":
            return
        if name[:1].islower():
            (checksum,) = struct.unpack_from(">I", content, end - 4)
            data = content[at + 8 : end - 4]
            yield _Chunk(name, data, at, end, checksum == zlib.crc32(data, zlib.crc32(name)))
        at = end


def _instead(chunk: _Chunk, colour_type: int) -> bytes | None:
    """Return what is to stand in a side chunk's place: nothing, or a shorter one; None where it may stay."""
    name, length = chunk.name, len(chunk.data)
    if not chunk.is_whole or name in _ANIMATION or name == b"iCCP" or length != _LENGTHS.get(name, length):
        return b""
    if name == b"tRNS" and length < {_GREY: 2, _RGB: 6}.get(colour_type, 0):
        return b""
    return _shorter_text(chunk) if name in _TEXTS else None


def _shorter_text(chunk: _Chunk) -> bytes | None:
    text = _text(chunk)
    if text is not None and len(text) < _MOST_TEXT:
        return None
    if text is None or not chunk.data.startswith(_XMP):
        return b""
    return _chunk(b"iTXt", _XMP + bytes(5) + text[: _MOST_TEXT - 1])  # facts stand at its beginning


def _text(chunk: _Chunk) -> bytes | None:
    """Return what a chunk says, or its first megabyte; None where it is damaged."""
    rest = chunk.data.partition(b"\0")[2]
    if chunk.name == b"zTXt":
        return _unpacked(rest[1:], _MOST_TEXT)
    if chunk.name == b"iTXt":
        said = rest[2:].split(b"\0", 2)[-1]
        return _unpacked(said, _MOST_TEXT) if rest[:1] == b"\1" else said
    return rest


def _unpacked(packed: bytes, most: int) -> bytes | None:
    try:
        return zlib.decompressobj().decompress(packed, most)
    except zlib.error:
        return None


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(data, zlib.crc32(name)))
