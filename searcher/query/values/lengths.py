"""Lengths of videos as `length:` has them ("30s", ">1min", "1min..5min"), and as players show them."""

import re

from photoseek.searcher.errors import BadQuery

_SECONDS = {"s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600}
_LENGTH = re.compile(r"(>=|<=|>|<|=)?(\d{1,6}(?:\.\d{1,3})?)(s|sec|m|min|h)?", re.IGNORECASE)
Span = tuple[int | None, int | None]  # milliseconds, the second left out; None: open


def read_length(value: str) -> Span:
    """Return the lengths that a value names; 1min is from one minute up to two. Raises BadQuery."""
    first, between, last = value.partition("..")
    spans = [_one(part, value) for part in ([first, last] if between else [value])]
    if not between:
        return spans[0]
    if any(_sign(part) for part in (first, last)):
        raise _bad(value)
    (least, _), (other, most) = sorted(spans, key=lambda span: span[0] or 0)
    return least, most if most is not None else other


def as_clock(milliseconds: int) -> str:
    """Return a time in a video as players show it: "0:07", "1:23", "1:02:03"."""
    minutes, seconds = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def _one(part: str, value: str) -> Span:
    match = _LENGTH.fullmatch(part.strip())
    if match is None:
        raise _bad(value)
    unit = _SECONDS[(match[3] or "s").lower()] * 1000
    least = round(float(match[2]) * unit)
    # A whole number is as exact as its unit, and another one as a second.
    most = least + (unit if "." not in match[2] else 1000)
    return {">=": (least, None), ">": (least + 1, None), "<=": (None, least + 1), "<": (None, least)}.get(
        match[1], (least, most)
    )


def _sign(part: str) -> str | None:
    match = _LENGTH.fullmatch(part.strip())
    return match[1] if match else None


def _bad(value: str) -> BadQuery:
    return BadQuery(
        f"length:{value} is no length of a video: write it as length:30s, 'length:>1min', length:1min..5min"
    )
