"""What a photo's file says about it: when, with what and where it was taken."""

import math
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from PIL import ExifTags, Image

from indexer.xmp import date_in_xmp

_DATES = (  # date, and the offset from UTC that belongs to it; the last is also when the file was edited
    (ExifTags.Base.DateTimeOriginal, ExifTags.Base.OffsetTimeOriginal),
    (ExifTags.Base.DateTimeDigitized, ExifTags.Base.OffsetTimeDigitized),
    (ExifTags.Base.DateTime, ExifTags.Base.OffsetTime),
)
_DATE = re.compile(r"(\d{4})[:\-/.](\d\d)[:\-/.](\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d))?)?")
_OFFSET = re.compile(r"\s*([+-])(\d\d):?(\d\d)")
_YEARS = range(1826, 2101)  # the first photograph; beyond, a broken clock
_LONGEST_TEXT = 200  # characters
_ODD_ZONES = {
    345,
    525,
    765,
    -210,
    -570,
}  # minutes east of UTC: Nepal, Eucla, Chatham, old Newfoundland, Marquesas
_STALE_SECONDS = 120  # a position older than this says nothing about the time zone

Tags = Mapping[int, object]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the file says; None where it says nothing or nothing that can be true."""

    taken_at: str | None  # ISO 8601 local wall time, "2023-05-01T12:30:05"
    taken_offset_minutes: int | None  # east of UTC
    camera: str | None  # "Canon EOS 40D"
    lens: str | None
    latitude: float | None  # degrees, WGS 84
    longitude: float | None
    orientation: int  # EXIF's 1 to 8, 1 when it is absent or invalid


def read_facts(photo: Image.Image) -> Facts:
    """Read the facts from an opened photo; never raises, whatever its EXIF holds."""
    try:
        tags = photo.getexif()
    except Exception:  # noqa: BLE001 (EXIF is written by anyone: every parser error means that there is none)
        tags = Image.Exif()
    xmp = photo.info.get("xmp") or photo.info.get("XML:com.adobe.xmp") or tags.get(ExifTags.Base.XMLPacket)
    return facts_from(tags, _below(tags, ExifTags.IFD.Exif), _below(tags, ExifTags.IFD.GPSInfo), xmp)


def facts_from(base: Tags, exif: Tags, gps: Tags, xmp: object = None) -> Facts:
    """Build the facts from the three EXIF directories and the XMP packet."""
    taken_at, offset = _taken(base, exif)
    if taken_at is None:
        taken_at, offset = date_in_xmp(xmp, parse_date)
    if taken_at is not None and offset is None:
        offset = _offset_by_satellite(taken_at, gps)
    latitude, longitude = _position(gps)
    orientation = base.get(ExifTags.Base.Orientation)
    return Facts(
        taken_at=None if taken_at is None else taken_at.isoformat(),
        taken_offset_minutes=offset,
        camera=_camera(base),
        lens=_text(exif.get(ExifTags.Base.LensModel)),
        latitude=latitude,
        longitude=longitude,
        orientation=orientation if isinstance(orientation, int) and 1 <= orientation <= 8 else 1,  # noqa: PLR2004
    )


def parse_date(value: object) -> tuple[datetime | None, int | None]:
    """Give a date's local wall time, and minutes east of UTC where it says them: EXIF's form or ISO 8601."""
    text = _text(value) or ""
    match = _DATE.match(text)
    if match is None:
        return None, None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
    try:
        date = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 (wall time has no zone)
    except ValueError:  # "0000:00:00 00:00:00" of a camera whose clock was never set
        return None, None
    if date.year not in _YEARS:
        return None, None
    rest = re.sub(r"^[.\d]*", "", text[match.end() :])
    return date, 0 if rest.startswith("Z") else _offset(rest)


def _below(tags: Image.Exif, directory: int) -> Tags:
    try:
        return dict(tags.get_ifd(directory))
    except Exception:  # noqa: BLE001 (as above)
        return {}


def _taken(base: Tags, exif: Tags) -> tuple[datetime | None, int | None]:
    for date_tag, offset_tag in _DATES:
        date, _ = parse_date(exif.get(date_tag) or base.get(date_tag))
        if date is not None:
            return date, _offset(exif.get(offset_tag) or base.get(offset_tag))
    return None, None


def _offset(value: object) -> int | None:
    match = _OFFSET.match(_text(value) or "")
    if match is None:
        return None
    minutes = (int(match[2]) * 60 + int(match[3])) * (-1 if match[1] == "-" else 1)
    return minutes if _is_zone(minutes) else None


def _is_zone(minutes: int) -> bool:
    return -12 * 60 <= minutes <= 14 * 60 and (minutes % 30 == 0 or minutes in _ODD_ZONES)


def _offset_by_satellite(taken_at: datetime, gps: Tags) -> int | None:
    day, _ = parse_date(gps.get(ExifTags.GPS.GPSDateStamp))
    time = _triple(gps.get(ExifTags.GPS.GPSTimeStamp))
    if day is None or time is None:
        return None
    hours, minutes, seconds = time
    if not all(0 <= part <= 60 for part in time):  # noqa: PLR2004 (no time of day; more would overflow a date)
        return None
    utc = day + timedelta(hours=hours, minutes=minutes, seconds=seconds)
    ahead = (taken_at - utc).total_seconds()
    quarters = round(ahead / 900)
    is_fresh = abs(ahead - quarters * 900) <= _STALE_SECONDS
    return quarters * 15 if is_fresh and _is_zone(quarters * 15) else None


def _camera(base: Tags) -> str | None:
    make, model = _text(base.get(ExifTags.Base.Make)), _text(base.get(ExifTags.Base.Model))
    if make is None or model is None:
        return model or make
    # "EASTMAN KODAK COMPANY" and "KODAK CX7530" are one camera's two fields.
    return model if model.casefold().split()[0] in make.casefold().split() else f"{make} {model}"


def _position(gps: Tags) -> tuple[float | None, float | None]:
    latitude = _degrees(gps.get(ExifTags.GPS.GPSLatitude), gps.get(ExifTags.GPS.GPSLatitudeRef), "NS", 90)
    longitude = _degrees(gps.get(ExifTags.GPS.GPSLongitude), gps.get(ExifTags.GPS.GPSLongitudeRef), "EW", 180)
    if latitude is None or longitude is None or (latitude == 0 and longitude == 0):
        return None, None  # 0, 0 lies in the sea: it is what cameras write before they know
    return latitude, longitude


def _degrees(value: object, reference: object, signs: str, most: int) -> float | None:
    triple = _triple(value)
    sign = (_text(reference) or "").upper()[:1]
    if triple is None or sign not in tuple(signs):
        return None
    degrees = triple[0] + triple[1] / 60 + triple[2] / 3600
    if not 0 <= degrees <= most:
        return None
    return -degrees if sign == signs[1] else degrees


def _triple(value: object) -> tuple[float, float, float] | None:
    """Three finite numbers, from EXIF's rationals (whose denominators may be 0)."""
    if not isinstance(value, tuple | list) or not 1 <= len(value) <= 3:  # noqa: PLR2004
        return None
    try:
        parts = [float(part) for part in value] + [0.0] * (3 - len(value))
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return (parts[0], parts[1], parts[2]) if all(math.isfinite(part) for part in parts) else None


def _text(value: object) -> str | None:
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    if not isinstance(value, str):
        return None
    with suppress(UnicodeError):  # Pillow reads EXIF's text as Latin-1; phones write UTF-8
        value = value.encode("latin-1").decode("utf-8")
    value = value.split("\x00", 1)[0]
    cleaned = " ".join("".join(char if char.isprintable() else " " for char in value).split())
    return cleaned[:_LONGEST_TEXT] or None
