"""What EXIF says: dates with their zones, the position, the camera, and texts, Windows' own among them."""

import re
from datetime import datetime, timedelta

from PIL import ExifTags

from photoseek.indexer.metadata.claims import Claims, Dated, Kind
from photoseek.indexer.metadata.dates import When, is_zone, read_date, read_offset
from photoseek.indexer.metadata.positions import degrees, has_reference, parts_of, position
from photoseek.indexer.metadata.values import (
    LONGEST_DESCRIPTION,
    LONGEST_TITLE,
    Tags,
    camera_named,
    flat_keywords,
    stars_in,
    stars_in_percent,
    text_in,
    windows_text,
)

Base, GPS = ExifTags.Base, ExifTags.GPS

_DATES = (  # each with the offset from UTC that belongs to it
    (Base.DateTimeOriginal, Base.OffsetTimeOriginal, Kind.TAKEN),
    (Base.DateTimeDigitized, Base.OffsetTimeDigitized, Kind.DIGITIZED),
    (Base.DateTime, Base.OffsetTime, Kind.EDITED),
)
_STALE_SECONDS = 120  # a position older than this says nothing about the time zone
_RATING, _RATING_PERCENT = 0x4746, 0x4749
# What cameras put where a person would describe the photo.
_SAID_BY_CAMERAS = re.compile(
    r".*DIGITAL (STILL )?CAMERA|SONY DSC|DCF 1\.0|DCIM\\.*|<.*>|EXIF.?JPEG.?(PICTURE|T422)?|DEFAULT|MINOLTA.*|"
    r"SAMSUNG( .*)?|KODAK.*CAMERA|JPEG IMAGE|IMAGE DESCRIPTION|DSC|PICTURE|USER COMMENTS?|BINARY COMMENT",
    re.IGNORECASE,
)


def claims_of(base: Tags, exif: Tags, gps: Tags) -> Claims:
    """Read the three directories of EXIF."""
    claims = Claims()
    _add_dates(claims, base, exif, gps)
    _add_position(claims, gps)
    make, model = text_in(base.get(Base.Make)), text_in(base.get(Base.Model))
    claims.camera, claims.lens = camera_named(make, model), text_in(exif.get(Base.LensModel))
    title = windows_text(base.get(Base.XPTitle), LONGEST_TITLE)
    claims.titles = [title] if title else []
    described = text_in(base.get(Base.ImageDescription), LONGEST_DESCRIPTION)
    texts = [None if described is None or _SAID_BY_CAMERAS.fullmatch(described) else described]
    texts += [windows_text(base.get(tag), LONGEST_DESCRIPTION) for tag in (Base.XPComment, Base.XPSubject)]
    claims.descriptions = [text for text in texts if text]
    claims.keywords = list(flat_keywords(windows_text(base.get(Base.XPKeywords), LONGEST_DESCRIPTION), ";"))
    claims.ratings = [*stars_in(base.get(_RATING)), *stars_in_percent(base.get(_RATING_PERCENT))]
    return claims


def offset_by_satellite(taken_at: datetime, gps: Tags) -> int | None:
    """Return the camera's offset from UTC in minutes east, by the satellites' time, if both agree otherwise."""
    utc = _by_satellite(gps)
    if utc is None:
        return None
    ahead = (taken_at - utc).total_seconds()
    quarters = round(ahead / 900)
    is_fresh = abs(ahead - quarters * 900) <= _STALE_SECONDS
    return quarters * 15 if is_fresh and is_zone(quarters * 15) else None


def _add_dates(claims: Claims, base: Tags, exif: Tags, gps: Tags) -> None:
    found = []
    for tag, offset_tag, kind in _DATES:
        when = read_date(exif.get(tag) or base.get(tag))
        if when is not None:
            offset = read_offset(exif.get(offset_tag) or base.get(offset_tag))
            moment = when.moment
            ahead = None if moment is None else offset_by_satellite(moment, gps)
            if kind is Kind.EDITED and ahead is not None:
                kind = Kind.SATELLITE  # noqa: PLW2901 (some phones write this one alone: nobody has edited it)
            if offset is None:
                offset = ahead if when.offset is None else when.offset
            found.append(Dated(When(when.text, None if moment is None else offset), kind, f"EXIF {tag.name}"))
    utc = _by_satellite(gps)
    if utc is not None:
        found.append(Dated(When(utc.isoformat(), 0), Kind.SATELLITE, "EXIF GPSDateStamp"))
    claims.add_dates(found)


def _by_satellite(gps: Tags) -> datetime | None:
    day, time = read_date(gps.get(GPS.GPSDateStamp)), parts_of(gps.get(GPS.GPSTimeStamp))
    # No time of day, or more than there is, which would overflow a date.
    if day is None or len(day.text) != 10 or time is None or not all(0 <= part <= 60 for part in time):  # noqa: PLR2004
        return None
    hours, minutes, seconds = time
    utc = datetime.fromisoformat(day.text) + timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return utc.replace(microsecond=0)


def _add_position(claims: Claims, gps: Tags) -> None:
    north, east = gps.get(GPS.GPSLatitudeRef), gps.get(GPS.GPSLongitudeRef)
    latitude = degrees(gps.get(GPS.GPSLatitude), north, "NS")
    longitude = degrees(gps.get(GPS.GPSLongitude), east, "EW")
    knows = has_reference(north, "NS") and has_reference(east, "EW")
    found = position(latitude, longitude, "EXIF GPSLatitude", is_guessed=not knows)
    if found is not None:
        claims.positions.append(found)
