"""The times in rows: UTC as ISO 8601."""

from datetime import UTC, datetime, timedelta

_FORMAT = "%Y-%m-%dT%H:%M:%SZ"


def now() -> str:
    """Return UTC as ISO 8601 to the second, which sorts as text."""
    return datetime.now(UTC).strftime(_FORMAT)


def later(seconds: float) -> str:
    """Return the time `seconds` from now, in the same form."""
    return (datetime.now(UTC) + timedelta(seconds=seconds)).strftime(_FORMAT)


def days_ago(days: float, moment: str | None = None) -> str:
    """Return the time `days` before another, or before now, in the same form."""
    of = datetime.now(UTC) if moment is None else _read(moment)
    return (of - timedelta(days=days)).strftime(_FORMAT)


def days_between(earlier: str, later: str) -> float:
    """Return the days from one time to another; negative if a clock was set back."""
    return (_read(later) - _read(earlier)) / timedelta(days=1)


def _read(moment: str) -> datetime:
    return datetime.strptime(moment, _FORMAT).replace(tzinfo=UTC)
