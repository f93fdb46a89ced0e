"""Values that a person sets, as they are typed. Those that can't be read raise BadValue."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from photoseek.searcher.errors import BadValue
from photoseek.searcher.query.places import near
from photoseek.storage import UnknownName, for_terminal

BY_PERSON = "set by you"  # the source of a date or place that a person set

_FIRST_YEAR, _LAST_YEAR = 1826, 2100  # the first photograph, and a bound for slips of the keyboard
_LONGEST_TITLE, _LONGEST_DESCRIPTION = 500, 10_000  # characters, as of what is read from files
_DATE = re.compile(
    r"(?P<day>(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<of_month>\d\d)"
    r"(?:[T ](?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d))?(?P<zone>Z|[+-]\d\d:\d\d)?)?)?)?)",
    re.ASCII,
)
_LONGEST_DAY = len("2004-07-14")
_LAST_MINUTE = 59  # of an hour
_LONGEST_ZONE = timedelta(hours=14)
_SHIFT = re.compile(r"([+-]?)((?:\d{1,6}(?:w|d|h|min|m|s))+)", re.ASCII)
_STEP = re.compile(r"(\d+)(w|d|h|min|m|s)")
_UNITS = {"w": "weeks", "d": "days", "h": "hours", "min": "minutes", "m": "minutes", "s": "seconds"}
_OTHERS_NAMED = 2

Value = Mapping[str, Any]  # by column of the catalog's table `photo`


def rating(stars: int) -> Value:
    """Return a rating: 1 to 5 stars, 0 for none, -1 for rejected."""
    return {"rating": stars or None}


def title(text: str) -> Value:
    """Return a title on one line; an empty one says that the photo has none."""
    return {"title": _text(" ".join(text.split()), _LONGEST_TITLE)}


def description(text: str) -> Value:
    """Return a description; an empty one says that the photo has none."""
    return {"description": _text("\n".join(map(str.rstrip, text.strip().splitlines())), _LONGEST_DESCRIPTION)}


def date(text: str) -> Value:
    """Return a date as exact as it is typed: "1998", "1998-07", "1998-07-14", with a time behind "T"."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        raise BadValue(
            f"“{for_terminal(text)}” is no date: write it as 2004, 2004-07, 2004-07-14 or 2004-07-14T12:30"
        )
    parts = ("year", "month", "of_month", "hour", "minute", "second")
    year, month, day, hour, minute, second = (int(match[part] or 0) for part in parts)
    if match["month"] is None:
        month = 1
    if match["of_month"] is None:
        day = 1
    try:
        moment = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 (a wall clock has no zone)
    except ValueError as error:
        raise BadValue(f"“{for_terminal(text)}” is on no calendar or clock: {error}") from error
    _refuse_year(moment.year)
    has_time = match["hour"] is not None
    return {
        "taken_at": moment.isoformat() if has_time else match["day"],
        "taken_offset_minutes": _offset_minutes(match["zone"]),
        "date_source": BY_PERSON,
    }


def shift(text: str) -> timedelta:
    """Return by how much a wall clock is moved: "+1h", "-2d3h"."""
    match = _SHIFT.fullmatch(text.strip().lower())
    if match is None:
        raise BadValue(
            f"“{for_terminal(text)}” is no shift of a clock: write it as +1h, -30m or -2d3h (w, d, h, m, s)"
        )
    moved = timedelta()
    try:
        for count, unit in _STEP.findall(match[2]):
            moved += timedelta(**{_UNITS[unit]: int(count)})
    except OverflowError as error:
        raise BadValue(
            "this moves a clock out of all years: write a shorter shift, such as +1h or -2d3h"
        ) from error
    return -moved if match[1] == "-" else moved


def shifted(taken_at: str, offset: int | None, by: timedelta) -> Value | None:
    """Return a date with its wall clock moved; None if it has no time of day."""
    if len(taken_at) <= _LONGEST_DAY:
        return None
    try:
        moved = datetime.fromisoformat(taken_at) + by
    except OverflowError:
        moved = datetime.min  # noqa: DTZ901 (a wall clock has no zone)
    _refuse_year(moved.year)
    return {"taken_at": moved.isoformat(), "taken_offset_minutes": offset, "date_source": BY_PERSON}


def place(text: str) -> tuple[Value, str]:
    """Return the position of coordinates or of a town, and the town as it was understood.

    Raises UnknownName if no town has this name, BadQuery for coordinates that are nowhere on earth.
    """
    if "~" in text:
        raise BadValue("a photo was taken at one place: leave ~ and the distance out")
    spot = near.read_spot(text)
    if spot.name is None:
        return _position(spot.latitude, spot.longitude), f"{spot.latitude:.5f}, {spot.longitude:.5f}"
    found = near.named(spot.name)
    if not found:
        raise UnknownName(
            f"no town is named “{for_terminal(spot.name)}”: check its spelling, or write coordinates, "
            "as in 48.85,2.35"
        )
    best, *others = found
    alike = [str(town) for town in others if town.name == best.name]
    also = f" (not {'; '.join(alike[:_OTHERS_NAMED])})" if alike else ""
    return _position(best.latitude, best.longitude), f"{best}{also}"


def _position(latitude: float, longitude: float) -> Value:
    return {"latitude": latitude, "longitude": longitude, "position_source": BY_PERSON}


def _text(text: str, most: int) -> str | None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise BadValue("this is not valid text: type it again, or copy it from elsewhere") from error
    if any(unicodedata.category(character) == "Cc" and character != "\n" for character in text):
        raise BadValue("a text can't have control characters: leave them out")
    if len(text) > most:
        raise BadValue(f"this has {len(text)} characters: {most} are the most that are kept")
    return text or None


def _refuse_year(year: int) -> None:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise BadValue(f"a photo would be of the year {year}: it must be from {_FIRST_YEAR} to {_LAST_YEAR}")


def _offset_minutes(zone: str | None) -> int | None:
    """Return the minutes east of UTC, as in "+02:00" or "Z"."""
    if not zone:
        return None
    if zone == "Z":
        return 0
    hours, minutes = map(int, zone[1:].split(":"))
    ahead = timedelta(hours=hours, minutes=minutes)
    if minutes > _LAST_MINUTE or ahead > _LONGEST_ZONE:
        raise BadValue(f"no clock is {zone} from UTC: write the offset as in +02:00")
    return int(ahead.total_seconds()) // 60 * (-1 if zone[0] == "-" else 1)
