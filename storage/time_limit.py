"""A time limit of a question, which every long step checks.

It belongs to the working thread, so that it needn't be passed through the calls.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from photoseek.storage.errors import TimeIsUp

_limit: ContextVar["TimeLimit | None"] = ContextVar("limit", default=None)


class TimeLimit:
    """A number of seconds of work; time between its `working` blocks doesn't count."""

    def __init__(self, seconds: float) -> None:
        """Start with the whole time left."""
        self._seconds = seconds
        self._left_s = seconds
        self._since: float | None = None

    def end(self) -> None:
        """Make the running work stop, since its result is not needed any more. Can be called from any thread."""
        self._left_s = float("-inf")

    @contextmanager
    def working(self) -> Iterator[None]:
        """Apply to this thread's work while the block runs."""
        self._since = time.monotonic()
        before = _limit.set(self)
        try:
            yield
        finally:
            _limit.reset(before)
            self._left_s -= time.monotonic() - self._since
            self._since = None

    def is_over(self) -> bool:
        """Return whether the time is used up, or the work was ended."""
        since = self._since
        return self._left_s < (0.0 if since is None else time.monotonic() - since)

    def check(self) -> None:
        """Raise TimeIsUp if it is over."""
        if self.is_over():
            raise TimeIsUp(
                f"the answer takes longer than {self._seconds:g} s: ask with fewer words, filters or hits"
            )


def check_time() -> None:
    """Raise TimeIsUp if this thread's time limit is over. Call it in each step of a long loop."""
    limit = _limit.get()
    if limit is not None:
        limit.check()


def running_limit() -> TimeLimit | None:
    """Return this thread's time limit, if it works under one."""
    return _limit.get()
