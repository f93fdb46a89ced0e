"""A limit on how long a question may be worked at, which everything that may take long looks at.

It is the thread's that works, so that nothing need be handed down to where the work is done.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from sqlite3 import OperationalError

from sqlalchemy import Connection, exc

from photoseek.storage.errors import TimeIsUp

_STEPS = 20_000  # of SQLite's machine between two looks at the time: a few milliseconds

_limit: ContextVar["TimeLimit | None"] = ContextVar("limit", default=None)


class TimeLimit:
    """So many seconds of work; waiting between its blocks counts nothing."""

    def __init__(self, seconds: float) -> None:
        """Begin with all of them left."""
        self._seconds = seconds
        self._left_s = seconds
        self._since: float | None = None

    def end(self) -> None:
        """Let the work that is under way stop, for nobody wants its result any more; from any thread."""
        self._left_s = float("-inf")

    @contextmanager
    def working(self) -> Iterator[None]:
        """Hold for what this thread does while the block runs."""
        self._since = time.monotonic()
        before = _limit.set(self)
        try:
            yield
        finally:
            _limit.reset(before)
            self._left_s -= time.monotonic() - self._since
            self._since = None

    def is_over(self) -> bool:
        """Return whether the work has taken so long, or is wanted no more."""
        since = self._since
        return self._left_s < (0.0 if since is None else time.monotonic() - since)

    def check(self) -> None:
        """Raise TimeIsUp where it is over."""
        if self.is_over():
            raise TimeIsUp(
                f"the answer takes longer than {self._seconds:g} s: ask with fewer words, filters or hits"
            )


def check_time() -> None:
    """Raise TimeIsUp where what this thread works at has taken its time; for each step that may be one of many."""
    limit = _limit.get()
    if limit is not None:
        limit.check()


@contextmanager
def ending_statements(connection: Connection) -> Iterator[None]:
    """Break off what SQLite is at, too, once this thread's time is over. Raises TimeIsUp."""
    limit = _limit.get()
    driver = connection.connection.driver_connection
    if limit is None or driver is None:
        yield
        return
    driver.set_progress_handler(limit.is_over, _STEPS)
    try:
        yield
    except (exc.OperationalError, OperationalError):
        limit.check()
        raise
    finally:
        driver.set_progress_handler(None, 0)
