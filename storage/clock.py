"""The time that rows carry."""

from datetime import UTC, datetime, timedelta

_FORMAT = "%Y-%m-%dT%H:%M:%SZ"


def now() -> str:
    """Give UTC as ISO 8601 to the second, which sorts as text."""
    return datetime.now(UTC).strftime(_FORMAT)


def days_ago(days: int) -> str:
    """Give the moment that many days before now, in the same form."""
    return (datetime.now(UTC) - timedelta(days=days)).strftime(_FORMAT)
