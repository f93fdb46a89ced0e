"""What a video says of itself: when, where and with what it was recorded, and in which words."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import PurePath

from photoseek.indexer.metadata.claims import NOTHING_BESIDE, Beside, Claims, Dated, Kind, Position
from photoseek.indexer.metadata.dates import When, is_zone, read_date
from photoseek.indexer.metadata.facts import Facts, best_of
from photoseek.indexer.metadata.positions import position
from photoseek.indexer.metadata.values import (
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    LONGEST_TITLE,
    camera_named,
    cleaned,
    keywords_in,
)

_APPLE = "com.apple.quicktime."
_LOCAL_DATE = _APPLE + "creationdate"
_UTC_DATE = "creation_time"
_OTHER_DATES = ("date", "DATE_RECORDED", "year")  # Matroska's and AVI's: wall time
_PLACES = (_APPLE + "location.iso6709", "location", "location-eng", "LOCATION")
_ISO_6709 = re.compile(r"([+-]\d{2}(?:\.\d+)?)([+-]\d{3}(?:\.\d+)?)(?:[+-]\d+(?:\.\d+)?)?(?:CRS.*)?/?")
_NAME_TIME = re.compile(r"(?<!\d)((?:19|20)\d{6})[_-](\d{6})(?!\d)")
_PIXEL = "pxl_"  # such names are in UTC themselves
_QUARTER_MIN = 15
_SLACK_S = 5.0


def facts_of(said: Mapping[str, str], name: str, duration_s: float, beside: Beside = NOTHING_BESIDE) -> Facts:
    """Return the facts of a video from its metadata, by FFmpeg's names, and from what lies beside it."""
    return best_of([claims_of(said, name, duration_s)], beside=beside)


def claims_of(said: Mapping[str, str], name: str, duration_s: float) -> Claims:
    """Return what a video's metadata claims; `name`, the file's, helps to tell the time zone."""
    lower = {key.lower(): value for key, value in said.items()}
    claims = Claims()
    claims.add_dates(_dates(lower, name, duration_s))
    for key in _PLACES:
        if (place := _position(lower.get(key.lower(), ""), key)) is not None:
            claims.positions.append(place)
            break
    claims.titles += _texts(lower, LONGEST_TITLE, "title")
    claims.descriptions += _texts(lower, LONGEST_DESCRIPTION, "description", "comment")
    for text in _texts(lower, LONGEST_DESCRIPTION, "keywords"):
        claims.keywords += keywords_in(text, ",;")
    claims.camera = _camera(lower)
    return claims


def _dates(said: Mapping[str, str], name: str, duration_s: float) -> list[Dated]:
    dates = []
    local = read_date(said.get(_LOCAL_DATE))
    if local is not None:
        dates.append(Dated(local, Kind.TAKEN, "QuickTime creationdate"))
    with suppress(ValueError):
        moment = datetime.fromisoformat(said.get(_UTC_DATE, ""))
        dates.append(_in_a_zone(moment.astimezone(UTC), name, duration_s))
    dates += [
        Dated(when, Kind.DIGITIZED, f"video {key}")
        for key in _OTHER_DATES
        if (when := read_date(said.get(key.lower()))) is not None
    ]
    return dates


def _in_a_zone(moment: datetime, name: str, duration_s: float) -> Dated:
    """Return a time in UTC by the wall clock where it was, as far as that can be known.

    Phones name videos after the wall clock, so that the difference is the time zone; some write the time at which
    the recording ended. Else the zone is this computer's.
    """
    file_name = PurePath(name).name
    match = None if file_name.lower().startswith(_PIXEL) else _NAME_TIME.search(file_name)
    if match is not None:
        with suppress(ValueError):
            wall = datetime.strptime("".join(match.groups()), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
            seconds = (wall - moment).total_seconds()
            minutes = round(seconds / 60 / _QUARTER_MIN) * _QUARTER_MIN
            if is_zone(minutes) and abs(seconds - 60 * minutes) <= duration_s + _SLACK_S:
                text = wall.isoformat(timespec="seconds")[:19]
                return Dated(When(text, minutes), Kind.TAKEN, "video creation_time, in the zone of its name")
    with suppress(OverflowError, OSError, ValueError):
        here = moment.astimezone()
        offset = here.utcoffset() or timedelta()
        when = When(here.isoformat(timespec="seconds")[:19], round(offset.total_seconds() / 60))
        return Dated(when, Kind.TAKEN, "video creation_time, in this computer's zone")
    return Dated(When(moment.isoformat(timespec="seconds")[:19], 0), Kind.TAKEN, "video creation_time")


def _position(value: str, key: str) -> Position | None:
    match = _ISO_6709.fullmatch(value.strip())
    if match is None:
        return None
    latitude, longitude = float(match[1]), float(match[2])
    if abs(latitude) > 90 or abs(longitude) > 180:  # noqa: PLR2004 (degrees)
        return None
    return position(latitude, longitude, f"video {key}")


def _camera(said: Mapping[str, str]) -> str | None:
    make, model = (
        next((text for prefix in (_APPLE, "com.android.", "") if (text := said.get(prefix + key))), "")
        for key in ("make", "model")
    )
    make = make or said.get("com.android.manufacturer", "")
    return camera_named(cleaned(make, LONGEST_NAME), cleaned(model, LONGEST_NAME))


def _texts(said: Mapping[str, str], most: int, *keys: str) -> list[str]:
    values = (said.get(prefix + key, "") for key in keys for prefix in (_APPLE, ""))
    return [text for value in values if (text := cleaned(value, most))]
