"""What IPTC's information interchange model (IIM) says, as Photoshop and picture desks wrote it.

Each value stands behind its tag, its record's and its own number, and its length; in JPEG inside Photoshop's list
of resources. Source: IPTC-NAA Information Interchange Model 4.2.
"""

import struct
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from photoseek.indexer.metadata.claims import Claims, Dated, Kind
from photoseek.indexer.metadata.dates import read_date
from photoseek.indexer.metadata.values import (
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    LONGEST_TITLE,
    Tags,
    cleaned,
    decoded,
    flat_keywords,
)

IPTC_RESOURCE = 0x0404
_TIFF_IPTC, _TIFF_PHOTOSHOP = 33723, 34377
_TAG_MARKER = 0x1C
_LONG = 0x8000  # a length in so many bytes rather than itself
_APPLICATION = 2
_TITLE, _KEYWORDS, _HEADLINE, _CAPTION = 5, 25, 105, 120
_DATES = ((55, 60, Kind.TAKEN, "DateCreated"), (62, 63, Kind.DIGITIZED, "DigitalCreationDate"))
_MOST_VALUES = 20_000
_UTF_8 = b"\x1b%G"  # the escape sequence by which the envelope says so
_LATIN = ("cp1252", "replace")


def claims_of(block: bytes) -> Claims:
    """Read the values of one block."""
    values: dict[int, list[bytes]] = defaultdict(list)
    says_utf_8 = False
    for count, (record, number, value) in enumerate(_values(block)):
        if count == _MOST_VALUES:
            break
        if record == _APPLICATION:
            values[number].append(value)
        elif (record, number) == (1, 90):
            says_utf_8 = value.startswith(_UTF_8)

    def texts(number: int, most: int) -> list[str]:
        read = [v.decode("utf-8", "replace") if says_utf_8 else decoded(v) for v in values[number]]
        return [text for text in (cleaned(text, most) for text in read) if text]

    claims = Claims()
    claims.titles = texts(_TITLE, LONGEST_TITLE) + texts(_HEADLINE, LONGEST_TITLE)
    claims.descriptions = texts(_CAPTION, LONGEST_DESCRIPTION)
    claims.keywords = [key for text in texts(_KEYWORDS, LONGEST_NAME) for key in flat_keywords(text, "")]
    for date, time, kind, name in _DATES:
        written = "T".join(text for text in [*texts(date, 20)[:1], *texts(time, 20)[:1]])
        when = read_date(written)
        if when is not None and values[date]:
            claims.add_dates([Dated(when, kind, f"IPTC {name}")])
    return claims


def blocks_of(info: Mapping[Any, Any], base: Tags) -> Iterator[bytes]:
    """Find the blocks that a file holds, by what Pillow tells of it and by the first directory of a TIFF."""
    resources = info.get("photoshop")
    if isinstance(resources, dict) and isinstance(resources.get(IPTC_RESOURCE), bytes):
        yield resources[IPTC_RESOURCE]
    block = _bytes_of(base, _TIFF_IPTC)
    if block:
        yield block if block[0] == _TAG_MARKER else _turned(block)
    yield from _in_resources(_bytes_of(base, _TIFF_PHOTOSHOP))
    for name in ("iptc", "8bim"):  # as ImageMagick writes it into PNG: a name, a length, hexadecimal digits
        raw = info.get(f"Raw profile type {name}")
        if isinstance(raw, str):
            with suppress(ValueError, IndexError):
                content = bytes.fromhex(raw.split("\n", 3)[3])
                yield from _in_resources(content) if content.startswith(b"8BIM") else [content]


def _values(block: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield each value with its record's and its own number, up to the first that is cut off."""
    at = 0
    while at + 5 <= len(block) and block[at] == _TAG_MARKER:
        record, number, size = struct.unpack_from(">BBH", block, at + 1)
        at += 5
        if size & _LONG:
            length = size & ~_LONG
            size = int.from_bytes(block[at : at + min(length, 8)])
            at += length
        if at + size > len(block):
            return
        yield record, number, block[at : at + size]
        at += size


def _in_resources(content: bytes) -> Iterator[bytes]:
    """Yield the IPTC blocks among Photoshop's resources."""
    at = 0
    while content[at : at + 4] == b"8BIM" and at + 12 <= len(content):
        (number,) = struct.unpack_from(">H", content, at + 4)
        at += 6 + (content[at + 6] + 2) // 2 * 2  # behind the name, padded with its length to an even number
        if at + 4 > len(content):
            return
        (size,) = struct.unpack_from(">I", content, at)
        if number == IPTC_RESOURCE:
            yield content[at + 4 : at + 4 + size]
        at += 4 + (size + 1) // 2 * 2


def _bytes_of(base: Tags, tag: int) -> bytes:
    """Return a TIFF field's bytes, which most programs write as numbers; Pillow returns only the first."""
    stored = getattr(getattr(base, "_info", None), "_tagdata", {}).get(tag)
    value = stored or base.get(tag)
    return value if isinstance(value, bytes) else b""


def _turned(block: bytes) -> bytes:
    """Put the bytes of each number in the other order, in which some programs wrote them."""
    whole = block[: len(block) // 4 * 4]
    return b"".join(whole[at : at + 4][::-1] for at in range(0, len(whole), 4))
