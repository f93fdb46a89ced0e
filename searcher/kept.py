"""A value made from the whole library, kept while it is read often and the library changes all the time."""

import time
from collections.abc import Callable
from contextlib import suppress
from threading import Lock, Thread
from typing import Generic, TypeVar

from photoseek.errors import PhotoseekError
from photoseek.storage import Library, Transaction

_Value = TypeVar("_Value")

_QUICK_S = 0.1  # that nobody notices
# Of a value that took longer, before it is made anew: an index changes the library each second.
_LEAST_AGE_S = 5.0


class Kept(Generic[_Value]):
    """The value that `make` gives for the library. Can be used from several threads."""

    def __init__(
        self,
        library: Library,
        make: Callable[[Transaction], _Value],
        *,
        quick_s: float = _QUICK_S,
        least_age_s: float = _LEAST_AGE_S,
    ) -> None:
        """Make nothing yet: the first `value` does.

        What was made within `quick_s` is made anew at once when the library has changed, else in the background
        once it is `least_age_s` old.
        """
        self._quick_s = quick_s
        self._least_age_s = least_age_s
        self._library = library
        self._make = make
        self._lock = Lock()
        self._made: tuple[_Value, int] | None = None  # with the library's revision
        self._took_s = 0.0
        self._made_at = 0.0
        self._is_being_made = False

    def value(self) -> _Value:
        """Return the value as the library is, or in a large library as it was some seconds ago."""
        with self._lock:
            if self._made is None:
                return self._make_now()
            value, revision = self._made
            with self._library.catalog.read() as transaction:
                if transaction.revision == revision:
                    return value
            if self._took_s <= self._quick_s:
                return self._make_now()
            if not self._is_being_made and time.monotonic() - self._made_at >= self._least_age_s:
                self._is_being_made = True
                Thread(target=self._make_again, daemon=True).start()
            return value

    def _make_now(self) -> _Value:
        began = time.monotonic()
        with self._library.catalog.read() as transaction:
            value = self._make(transaction)
            self._made = value, transaction.revision
        self._made_at = time.monotonic()
        self._took_s = self._made_at - began
        return value

    def _make_again(self) -> None:
        try:
            with suppress(PhotoseekError):  # the older value stays, and the next question tries again
                self._make_now()
        finally:
            self._is_being_made = False
