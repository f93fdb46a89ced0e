"""Things by token, a few of them, and each for a while."""

import time
from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar

_T = TypeVar("_T")


class KeptForAWhile(Generic[_T]):
    """Keeps the latest things by token; threads may share it."""

    def __init__(self, most: int, seconds: float) -> None:
        self._most = most
        self._seconds = seconds
        self._things: OrderedDict[str, tuple[float, _T]] = OrderedDict()
        self._changing = Lock()

    def put(self, token: str, thing: _T) -> None:
        """Keep a thing; the oldest make room."""
        with self._changing:
            self._things[token] = time.monotonic() + self._seconds, thing
            while len(self._things) > self._most:
                self._things.popitem(last=False)

    def get(self, token: str) -> _T | None:
        """Return the thing with this token, if it is still kept."""
        with self._changing:
            until, thing = self._things.get(token, (0.0, None))
            if thing is not None and until < time.monotonic():
                del self._things[token]
                return None
            return thing
