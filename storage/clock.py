"""The time that rows carry."""

from datetime import UTC, datetime


def now() -> str:
    """Give UTC as ISO 8601 to the second, which sorts as text."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
