"""Positions as cameras and programs write them, in degrees, minutes and seconds or with a letter behind."""

import math
import re

from photoseek.indexer.metadata.claims import Position
from photoseek.indexer.metadata.values import text_in

_MOST = {"NS": 90, "EW": 180}  # degrees, by the letters of the two directions
_WRITTEN = re.compile(r"[\s\d.,:+\-°'′\"″]*([NSEW]?)\s*", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_LONGEST = 60  # characters


def position(
    latitude: float | None, longitude: float | None, field: str, *, is_guessed: bool = False
) -> Position | None:
    """Join two halves, unless one is missing or they lie where cameras are before they know: at 0, 0."""
    if latitude is None or longitude is None or (latitude == 0 and longitude == 0):
        return None
    return Position(latitude, longitude, field, is_guessed)


def degrees(value: object, reference: object, signs: str) -> float | None:
    """Return the degrees of EXIF's up to three rationals, negative where the reference is the second of `signs`.

    Without a reference, or where the number itself is negative, its own sign counts.
    """
    parts = parts_of(value)
    if parts is None:
        return None
    total = abs(parts[0]) + abs(parts[1]) / 60 + abs(parts[2]) / 3600
    letter = (text_in(reference) or "").upper()[:1]
    is_negative = any(part < 0 for part in parts) or letter == signs[1]
    return _within(-total if is_negative else total, signs)


def has_reference(reference: object, signs: str) -> bool:
    """Return whether it says in which half of the earth a number of degrees lies."""
    return (text_in(reference) or " ").upper()[:1] in signs


def written_degrees(value: str, reference: str | None, signs: str) -> float | None:
    """Read XMP's "48,51.34N" or "48,51,20N", or a signed decimal number."""
    match = _WRITTEN.fullmatch(value[:_LONGEST])
    letter = (match[1] or (reference or "").strip()[:1]).upper() if match else ""
    if match is None or (letter and letter not in signs):
        return None
    return degrees([float(number) for number in _NUMBER.findall(value[:_LONGEST])], letter, signs)


def parts_of(value: object) -> tuple[float, float, float] | None:
    """Return three finite numbers of EXIF's rationals; those behind the first count as 0 where they are x/0."""
    listed = value if isinstance(value, tuple | list) else (value,)
    if not 1 <= len(listed) <= 3:  # noqa: PLR2004 (hours or degrees, minutes, seconds)
        return None
    first, *others = (_number(part) for part in (*listed, 0, 0)[:3])
    if first is None or (not any((first, *others)) and None in others):
        return None
    minutes, seconds = (other or 0.0 for other in others)
    return first, minutes, seconds


def _number(value: object) -> float | None:
    if isinstance(value, str | bytes):
        return None
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _within(total: float, signs: str) -> float | None:
    return total if abs(total) <= _MOST[signs] else None
