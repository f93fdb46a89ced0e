"""Dates as cameras, scanners and people write them, and which of them can't be true."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile

from photoseek.indexer.metadata.values import text_in

_YEARS = range(1826, 2101)  # from the first photograph on
_DIGITAL = "1990"  # cameras have had clocks since
_BETWEEN = r"\s*[:\-/.]\s*"
_DATE = re.compile(rf"\s*(\d{{4}})(?!\d)(?:{_BETWEEN}(\d{{1,2}})(?!\d)(?:{_BETWEEN}(\d{{1,2}})(?!\d))?)?")
_COMPACT = re.compile(r"\s*(\d{4})(\d\d)(\d\d)(?!\d{1,3}(?!\d))")
_TIME = re.compile(
    r"[\sT:]*(\d{1,2})\s*[:.]\s*(\d{1,2})(?:\s*[:.]\s*(\d{1,2}))?(?:[.,]\d+)?\s*([ap])?", re.IGNORECASE
)
_COMPACT_TIME = re.compile(r"[\sT]?(\d\d)(\d\d)(\d\d)?(?:[.,]\d+)?()")
_OFFSET = re.compile(r"\s*([+-])(\d\d):?(\d\d)?")
# What stands in the place of a month and a day that nobody knows, and perhaps a time of day.
_UNKNOWN = re.compile(r"[\s:\-/.0]*(?:T?\d{1,2}:.*)?")
# fmt: off
_ODD_ZONES = {345, 525, 765, -210, -570}  # minutes east: Nepal, Eucla, Chatham, old Newfoundland, Marquesas
# fmt: on
# Days on which the clocks of systems begin: Unix, DOS, Macintosh, and OLE's, which counts from before 1900.
_CLOCKS_BEGIN = frozenset({"1970-01-01", "1980-01-01", "1904-01-01", "1899-12-30"})
_UNIX_BEGINS_IN_THE_WEST = re.compile(r"1969-12-31T(?:1[2-9]|2\d):(?:00|30):00")
_ANDROID_KNEW_NONE = "2002-12-08T12:00:00"  # what some of its versions wrote for every photo
_NEW_YEAR = "-01-01T00:00:00"  # of any year, by the maker: where a clock stands whose battery was empty
# No photo is of a later day than the computer's, unless its own clock stands at its default.
_AT_LEAST_NOW = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class When:
    """A date by the wall clock where it was, as far as it is known."""

    text: str  # ISO 8601: "1998", "1998-07", "1998-07-14" or "1998-07-14T12:30:05"
    offset: int | None = None  # minutes east of UTC; None where there is no time of day

    @property
    def moment(self) -> datetime | None:
        """The exact time, where it is known."""
        return datetime.fromisoformat(self.text) if "T" in self.text else None


def read_date(value: object) -> When | None:
    """Read EXIF's form, IPTC's, or ISO 8601; a month or a day may be 0, blank or left out."""
    text = text_in(value) or ""
    compact = _COMPACT.match(text)
    match = compact or _DATE.match(text)
    if match is None or int(match[1]) not in _YEARS:
        return None
    parts = list(takewhile(bool, (int(part or 0) for part in match.groups())))
    rest = text[match.end() :]
    if len(parts) == 1 and not match[2] and not _UNKNOWN.fullmatch(rest):
        return None  # words that begin with a number
    try:
        date(*[*parts, 1, 1][:3])
    except ValueError:  # a thirteenth month: whatever it is, it is no date
        return None
    day = "-".join([f"{parts[0]:04d}", *(f"{part:02d}" for part in parts[1:])])
    if len(parts) < 3:  # noqa: PLR2004 (year, month, day)
        return When(day)
    return _with_time(day, _TIME.match(rest) or _COMPACT_TIME.match(rest), rest)


def read_offset(value: object) -> int | None:
    """Return the minutes east of UTC, as in "+02:00" or "Z", where there can be such a zone."""
    text = (text_in(value) or "").lstrip("mM. ")  # of "pm", whose first letter has been read
    if text.startswith(("Z", "z")):
        return 0
    match = _OFFSET.match(text)
    if match is None:
        return None
    minutes = (int(match[2]) * 60 + int(match[3] or 0)) * (-1 if match[1] == "-" else 1)
    return minutes if is_zone(minutes) else None


def is_zone(minutes: int) -> bool:
    """Return whether clocks somewhere are, or were, so many minutes ahead of UTC."""
    return -12 * 60 <= minutes <= 14 * 60 and (minutes % 30 == 0 or minutes in _ODD_ZONES)


def why_not_believed(when: When) -> str | None:
    """Say why a date can't be that of a photo; None for one that can."""
    now = max(datetime.now(UTC), _AT_LEAST_NOW)
    tomorrow = (now + timedelta(days=1)).date().isoformat()  # it is tomorrow already in the east
    day = when.text[:10]
    if day > tomorrow[: len(day)]:
        return "lies in the future"
    if "T" not in when.text:  # a person's, or a program's that knows what it doesn't know
        return None
    new_year = when.text.endswith(_NEW_YEAR) and day >= _DIGITAL
    unix = _UNIX_BEGINS_IN_THE_WEST.fullmatch(when.text)
    if day in _CLOCKS_BEGIN or unix or new_year or when.text == _ANDROID_KNEW_NONE:
        return "is where a clock begins that was never set"
    return None


def _with_time(day: str, time: re.Match[str] | None, rest: str) -> When:
    """Add the time of day, if it is one: to lose the second is no reason to lose the day."""
    if time is None:
        return When(day)
    hour, minute, second = (int(part or 0) for part in time.groups()[:3])
    if time[4] and 1 <= hour <= 12:  # noqa: PLR2004 (hours of half a day)
        hour = hour % 12 + (12 if time[4].lower() == "p" else 0)
    # Some cameras count the hours of a day from 1 to 24, so that theirs begins with the twenty-fourth.
    hour = 0 if hour == 24 else hour  # noqa: PLR2004 (hours)
    # A second rounded up, or a leap second: which minute it belongs to is known.
    second = 59 if second == 60 else second  # noqa: PLR2004 (seconds)
    if hour > 23 or minute > 59 or second > 59:  # noqa: PLR2004 (no time of day)
        return When(day)
    return When(f"{day}T{hour:02d}:{minute:02d}:{second:02d}", read_offset(rest[time.end() :]))
