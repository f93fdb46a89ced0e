"""The date in a photo's XMP packet, found without parsing XML, for a packet may be hostile."""

import re
from collections.abc import Callable
from datetime import datetime

_LONGEST_PACKET = 1 << 18  # bytes searched; the properties stand in the first few thousand
_NAMES = ("exif:DateTimeOriginal", "photoshop:DateCreated", "xmp:CreateDate")
_PATTERNS = [
    re.compile(rf"""(?:\b{name}\s{{0,9}}=\s{{0,9}}["']|<{name}>)\s{{0,99}}([^"'<]{{4,40}})""")
    for name in _NAMES
]

Parsed = tuple[datetime | None, int | None]


def date_in_xmp(packet: object, parse: Callable[[object], Parsed]) -> Parsed:
    """Give the first of the packet's dates that `parse` accepts, the moment of exposure first."""
    if isinstance(packet, bytes):
        packet = packet[:_LONGEST_PACKET].decode("utf-8", "replace")
    if not isinstance(packet, str):
        return None, None
    for pattern in _PATTERNS:
        for match in pattern.finditer(packet[:_LONGEST_PACKET]):
            date, offset = parse(match[1])
            if date is not None:
                return date, offset
    return None, None
