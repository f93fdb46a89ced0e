"""Dates as people type them among other words: `beach 2019`, `kyoto in spring`, `last summer`, `3 years ago`.

It reads with care: a bare year counts only at either end of the question, or after a preposition; names of months
and seasons, most of which are ordinary words, only where a preposition, a year, "last" or "this" makes them one.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from photoseek.searcher.errors import BadQuery
from photoseek.searcher.query.query import Filter
from photoseek.searcher.query.values.periods import MONTHS, SEASONS, month_before, period, season_ended

_FIRST_YEAR = 1826  # of the first photograph that is left
_SHORT = {name[:3]: name for name in MONTHS} | {"sept": "september"}
_NUMBERS = ("a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_MOST_AGO = 400  # years, months, weeks or days
# After these, or before "and", a date is a part of something else: "not in 2019", "2018 or 2019".
# fmt: off
_NOT_BEHIND = frozenset({"and", "or", "&", "not", "without", "no", "than", "never", "nor", "but", "except"})
_NO_YEAR_BEHIND = frozenset({
    "a", "an", "the", "with", "number", "nr", "room", "page", "route", "highway", "flight", "bus", "at", "about",
    "around", "over", "under", "to", "by", "for", "is", "says", "saying", "reading", "called", "named", "model",
})
_NO_YEAR_BEFORE = frozenset({
    "m", "meter", "meters", "metre", "metres", "km", "mile", "miles", "feet", "ft", "people", "euro", "euros",
    "dollar", "dollars", "pounds", "pieces", "kg", "g", "ml", "steps", "bc", "bce", "pm", "am", "hours", "x", "mm",
    "mhz", "watt", "and", "or", "to", "&",
})
# fmt: on
_PUNCTUATION = frozenset(",.;:!?")
_NO_PUNCTUATION = str.maketrans(dict.fromkeys("".join(_PUNCTUATION) + "'’"))
_HINTS = frozenset({*"0123456789", "last", "this", "past", "ago", "yesterday", "today", *MONTHS, *SEASONS})
_END = r"(?=[,.;:!?]?(?: |$))"
# What may follow the name of a month or a season: not a noun, as in "in winter clothing".
_CLOSED = r"(?=,|[.;:!?]?$| (?:in|at|near|with|from|on|of|by|during|last|this|before|after)(?: |$))"
_YEAR = r"[12][0-9]{3}"
_MONTH = f"(?:{'|'.join(MONTHS)})"
_ANY_MONTH = f"(?:{'|'.join([*MONTHS, *sorted(_SHORT, reverse=True)])})"
_SEASON = f"(?:{'|'.join(SEASONS)})"
_DAY = r"[0-3]?[0-9](?:st|nd|rd|th)?"
_DATE = rf"(?:{_ANY_MONTH},? (?:of )?{_YEAR}|{_YEAR}-[01]?[0-9](?:-[0-3]?[0-9])?|{_YEAR})"
_UNIT = r"(?:years?|months?|weeks?|days?)"
# "photos taken in" at the beginning says only that a time or a place follows.
PHOTOS = r"(?:^(?:(?:all|my|our|the|some) )*(?:photos|pictures|images|pics|shots) )?(?:(?:taken|shot) )?"
_IN = rf"(?:{PHOTOS}(?:in|from|of|on|during) (?:the )?)"
_BEHIND_IN = rf"{PHOTOS}(?:in|from|during) (?:the )?"


@dataclass(frozen=True, slots=True)
class Found:
    """Filters that words of a text stand for, and the position of the words."""

    begins: int
    ends: int
    filters: tuple[Filter, ...]


_Made = tuple[Filter, ...] | None
_Make = Callable[[re.Match[str], date], _Made]


def dates_in(text: str, today: date) -> list[Found]:
    """Return the dates in a text, in order. Its words are separated by single spaces."""
    if not _may_hold_a_date(text):
        return []
    found: list[Found] = []
    looked_at: list[tuple[int, int]] = []  # also of refused ones: "not in 2019" has no bare year either
    for pattern, make in _patterns():
        for match in pattern.finditer(text):
            begins, ends = match.span()
            if any(begins < end and begin < ends for begin, end in looked_at):
                continue
            looked_at.append((begins, ends))
            made = None if _belongs_elsewhere(match) else _allowed(make, match, today)
            if made is not None:
                found.append(Found(begins, ends + (text[ends : ends + 1] in _PUNCTUATION), made))
    return sorted(found, key=lambda one: one.begins)


def _may_hold_a_date(text: str) -> bool:
    """Return whether a text has a digit or a word of dates, without compiling the slow patterns."""
    words = text.lower().translate(_NO_PUNCTUATION).split()
    return any(not _HINTS.isdisjoint((word, word[:1])) for word in words)


def _allowed(make: _Make, match: re.Match[str], today: date) -> _Made:
    """Return the filters; None if there is no such day, or no photo can be from then."""
    years = map(int, re.findall(r"(?<![0-9])[0-9]{4}(?![0-9])", match[0]))
    if any(not _FIRST_YEAR <= year <= today.year for year in years):
        return None
    try:
        made = make(match, today)
        for one in made or ():
            if one.key == "on":
                period(one.value)
    except (BadQuery, ValueError, OverflowError):
        return None
    return made


def _belongs_elsewhere(match: re.Match[str]) -> bool:
    before = match.string[: match.start()].lower().split()
    behind = match.string[match.end() :].lower().split()
    return bool((before and before[-1] in _NOT_BEHIND) or (behind and behind[0] in {"and", "or", "&"}))


def _on(begins: str, ends: str | None = None) -> tuple[Filter, ...]:
    return (Filter("on", begins if ends is None else f"{begins}..{ends}"),)


def _written(typed: str) -> str:
    """Return a year, a month of a year, or a day as filters write it."""
    words = typed.lower().replace(",", " ").split()
    if words[0][0].isdigit():
        return words[0]
    return f"{words[-1]}-{MONTHS.index(_SHORT[words[0][:3]]) + 1:02d}"


def _between(match: re.Match[str], _: date) -> _Made:
    return _on(*sorted([_written(match[1]), _written(match[2])]))


def _open(match: re.Match[str], _: date) -> _Made:
    word, value = match[1].lower(), _written(match[2])
    if word in {"until", "till"}:
        return (Filter("before", period(value)[1]),)
    return (Filter("before" if word == "before" else "after", value),)


def _decade(match: re.Match[str], today: date) -> _Made:
    digits = match[1]
    if len(digits) == len("90"):
        digits = f"20{digits}" if 2000 + int(digits) <= today.year else f"19{digits}"
    return _on(digits, str(int(digits) + 9)) if _FIRST_YEAR - 9 <= int(digits) <= today.year else None


def _day(match: re.Match[str], _: date) -> _Made:
    day, month, year = match["day"] or match["later"], match["month"], match["year"]
    number = MONTHS.index(_SHORT[month.lower()[:3]]) + 1
    return _on(f"{year}-{number:02d}-{int(re.sub('[a-z]', '', day.lower())):02d}")


def _date(match: re.Match[str], _: date) -> _Made:
    return _on(_written(match[1]))


def _season_of_year(match: re.Match[str], _: date) -> _Made:
    return (*_on(match[2]), Filter("during", match[1].lower()))


def _of_any_year(match: re.Match[str], _: date) -> _Made:
    return (Filter("during", match[1].lower()),)


def _last(match: re.Match[str], today: date) -> _Made:
    which, what = match[1].lower(), match[2].lower()
    back = 0 if which == "this" else 1
    if what in SEASONS:
        return (*_on(*season_ended(what, today, begun_is_enough=not back)), Filter("during", what))
    if what in MONTHS:
        number = MONTHS.index(what) + 1
        year = today.year - (number > today.month or (bool(back) and number == today.month))
        return _on(f"{year}-{number:02d}")
    if what == "weekend":
        saturday = today - timedelta(days=today.weekday() + 2 - 7 * (not back))
        return _on(saturday.isoformat(), (saturday + timedelta(days=1)).isoformat())
    return _ago(back, what, today)


def _some_ago(match: re.Match[str], today: date) -> _Made:
    return _ago(_number(match[1]), match[2].lower().rstrip("s"), today)


def _ago(count: int, unit: str, today: date) -> _Made:
    if count > _MOST_AGO:
        return None
    if unit == "year":
        return _on(str(today.year - count))
    if unit == "month":
        return _on(month_before(today, count))
    if unit == "week":
        monday = today - timedelta(days=today.weekday() + 7 * count)
        return _on(monday.isoformat(), (monday + timedelta(days=6)).isoformat())
    return _on((today - timedelta(days=count)).isoformat())


def _within_last(match: re.Match[str], today: date) -> _Made:
    count, unit = _number(match[1]), match[2].lower().rstrip("s")
    if count > _MOST_AGO:
        return None
    if unit in {"year", "month"}:
        month = month_before(today, count * (12 if unit == "year" else 1))
        return (Filter("after", month),)
    return (Filter("after", (today - timedelta(days=count * (7 if unit == "week" else 1))).isoformat()),)


def _number(typed: str) -> int:
    word = typed.lower()
    return 1 if word == "an" else _NUMBERS.index(word) + 1 if word in _NUMBERS else int(word)


def _one_day(match: re.Match[str], today: date) -> _Made:
    return _ago(int(match[1].lower() == "yesterday"), "day", today)


def _bare_year(match: re.Match[str], _: date) -> _Made:
    before = match.string[: match.start()].lower().split()
    behind = match.string[match.end() :].lower().split()
    if (before and (before[-1] in _NO_YEAR_BEHIND or before[-1].isdigit())) or (
        behind and behind[0] in _NO_YEAR_BEFORE
    ):
        return None
    return _on(match[1])


def _of_year(match: re.Match[str], today: date) -> _Made:
    behind = match.string[match.end() :].lower().split()
    return None if behind and behind[0] in _NO_YEAR_BEFORE else _date(match, today)


def _expressions() -> Iterator[tuple[str, _Make]]:
    """Yield the patterns, the most specific first."""
    number = rf"([0-9]{{1,3}}|an|{'|'.join(_NUMBERS)})"
    yield rf"{_IN}?between ({_DATE}) and ({_DATE}){_END}", _between
    yield rf"{PHOTOS}from ({_DATE}) (?:to|until|till|through) ({_DATE}){_END}", _between
    yield rf"{_IN}?({_YEAR}) to ({_YEAR}){_END}", _between
    yield rf"{_IN}?({_YEAR})(?:-|–|\.\.)({_YEAR}){_END}", _between
    yield rf"{PHOTOS}(since|before|after|until|till) ({_DATE}){_END}", _open
    yield rf"{PHOTOS}(?:in|from|of|during) the ['’]?([0-9]0|[12][0-9]{{2}}0)['’]?s{_END}", _decade
    yield r"(?:the )?([12][0-9]{2}0)['’]?s$", _decade
    month, later = rf"(?P<month>{_ANY_MONTH})\.?", rf" (?P<later>{_DAY})"
    yield rf"{_IN}?(?:(?P<day>{_DAY}) (?:of )?)?{month}(?(day)|{later}),? (?P<year>{_YEAR}){_END}", _day
    yield rf"{_IN}?({_ANY_MONTH},? (?:of )?{_YEAR}){_END}", _date
    yield rf"{_IN}?({_SEASON}),? (?:of )?({_YEAR}){_END}", _season_of_year
    yield rf"{_IN}?({_YEAR}-[01]?[0-9](?:-[0-3]?[0-9])?){_END}", _date
    yield rf"{PHOTOS}(?:(?:in|from|during) )?(?:the )?(?:last|past) {number} ({_UNIT}){_END}", _within_last
    yield rf"{_IN}?(last|this) (year|month|week|weekend){_END}", _last
    yield rf"{_IN}?(last|this) ({_SEASON}|{_MONTH}){_CLOSED}", _last
    yield rf"{_IN}?{number} ({_UNIT}) ago{_END}", _some_ago
    yield rf"{_IN}?(yesterday|today)$", _one_day
    yield rf"^(yesterday|today){_END}", _one_day
    yield rf"{PHOTOS}(?:in|from|of|during) (?:the )?(?:year )?({_YEAR}){_END}", _of_year
    yield rf"{_BEHIND_IN}({_SEASON}|{_MONTH}){_CLOSED}", _of_any_year
    yield rf"(?:year )?({_YEAR})[,.;:!?]?$", _bare_year
    yield rf"^(?:the year )?({_YEAR}){_END}", _bare_year


@cache
def _patterns() -> Sequence[tuple[re.Pattern[str], _Make]]:
    """Compile the patterns: once, and only for a question that may have a date."""
    return [
        (re.compile(rf"(?<!\S){expression}", re.IGNORECASE | re.ASCII), make)
        for expression, make in _expressions()
    ]
