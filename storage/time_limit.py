"""A time limit of a question, which every long step checks.

It belongs to the working thread, so that it needn't be passed through the calls.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock

from photoseek.storage.errors import TimeIsUp

_limit: ContextVar["TimeLimit | None"] = ContextVar("limit", default=None)


class TimeLimit:
    """A number of seconds of work; time between its `working` blocks doesn't count."""

    def __init__(self, seconds: float) -> None:
        """Start with the whole time left."""
        self._seconds = seconds
        self._left_s = seconds
        self._since: float | None = None
        self._lock = Lock()
        self._call: Callable[[], object] | None = None

    def end(self) -> None:
        """Make the running work stop, since its result is not needed any more. Can be called from any thread."""
        self._left_s = float("-inf")
        with self._lock:
            if self._call is not None:
                self._call()

    @contextmanager
    def calling(self, what: Callable[[], object]) -> Iterator[None]:
        """Call this when the work is ended while the block runs, and at no other time."""
        self._call = what
        try:
            yield
        finally:
            with self._lock:
                self._call = None

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
        return self.left_s() < 0

    def left_s(self) -> float:
        """Return how many seconds are left."""
        return self._left_s - (0.0 if self._since is None else time.monotonic() - self._since)

    def is_ended(self) -> bool:
        """Return whether the work was ended from outside."""
        return self._left_s == float("-inf")

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
