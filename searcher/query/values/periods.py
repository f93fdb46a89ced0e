"""Dates as people write them: a year, a month, a day, or a range of these."""

import re
from datetime import date, timedelta
from difflib import get_close_matches

from photoseek.searcher.errors import BadQuery

_DATE = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")
_RANGE = ".."

# fmt: off
SEASONS = {
    "spring": (3, 4, 5), "summer": (6, 7, 8), "autumn": (9, 10, 11), "fall": (9, 10, 11), "winter": (12, 1, 2),
}
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)
# fmt: on
_SHORTEST_MONTH = 3  # letters: jan, feb


def period(text: str) -> tuple[str, str]:
    """Return a period's first day and the day after its last, ISO 8601. Raises BadQuery."""
    first, dots, last = text.partition(_RANGE)
    if dots and not (first and last):
        raise BadQuery(f"{text} lacks an end: write both, as in 2019..2021, or use after: or before:")
    if last.startswith("."):
        raise BadQuery(f"{text} has too many dots: write a range as in 2019..2021")
    begins, ends = _days(first)
    if dots:
        _, ends = _days(last)
    if ends <= begins:
        raise BadQuery(f"the range {text} ends before it begins: turn it round")
    return begins, ends


def months(text: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the months of a season or month, north and south of the equator. Raises BadQuery."""
    name = text.lower()
    if name in SEASONS:
        north = SEASONS[name]
        return north, tuple((month + 5) % 12 + 1 for month in north)
    found = [number for number, month in enumerate(MONTHS, 1) if month.startswith(name)]
    if len(name) < _SHORTEST_MONTH or len(found) != 1:
        near = get_close_matches(name, [*SEASONS, *MONTHS], 1)
        if _DATE.match(name):
            raise BadQuery(f"“{text}” is no season or month but a date: did you mean on:{text}?")
        remedy = (
            f"did you mean during:{near[0]}?"
            if near
            else "write spring, summer, autumn, winter, or a month as in may"
        )
        raise BadQuery(f"“{text}” is no season or month: {remedy}")
    return (found[0],), (found[0],)


def _days(text: str) -> tuple[str, str]:
    written = _DATE.fullmatch(text)
    if written is None:
        if text.lower() in {*SEASONS, *MONTHS}:
            raise BadQuery(f"“{text}” is of no year: did you mean during:{text.lower()}?")
        raise BadQuery(f"“{text}” is no date: write 2024, 2024-05 or 2024-05-17, or a range as in 2019..2021")
    year, month, day = (None if number is None else int(number) for number in written.groups())
    try:
        begins = date(year or 0, month or 1, day or 1)
        if day is not None:
            ends = begins + timedelta(days=1)
        elif month is not None:
            ends = date(begins.year + month // 12, month % 12 + 1, 1)
        else:
            ends = date(begins.year + 1, 1, 1)
    except (ValueError, OverflowError) as error:
        raise BadQuery(
            f"there is no day or month {text} in the calendar: write it as in 2024-12-25"
        ) from error
    return begins.isoformat(), ends.isoformat()


def month_before(day: date, count: int) -> str:
    """Return the month `count` months before a day's, as in 2024-05. Raises ValueError before the year 1."""
    number = day.year * 12 + day.month - 1 - count
    return date(number // 12, number % 12 + 1, 1).isoformat()[: len("2024-05")]


def season_ended(name: str, today: date, *, begun_is_enough: bool) -> tuple[str, str]:
    """Return the first and the last of the twelve months in which the latest season of this name ended.

    They include one season of that name in each hemisphere. With `begun_is_enough`, a season that is going on now
    north of the equator counts.
    """
    months_ = SEASONS[name]
    month = month_before(today, 0)
    ends = date(today.year + 1, months_[-1], 1)
    while (month_before(ends, len(months_) - 1) if begun_is_enough else month_before(ends, -1)) > month:
        ends = ends.replace(year=ends.year - 1)
    return month_before(ends, 11), month_before(ends, 0)
