"""Runs functions one after another, in the order in which they came."""

from collections.abc import Callable
from typing import TypeVar, TypeVarTuple

from anyio import Lock, fail_after
from anyio.to_thread import run_sync

from photoseek.searcher.errors import Busy

_Arguments = TypeVarTuple("_Arguments")
_Result = TypeVar("_Result")


class Turns:
    """Runs functions in threads, one at a time. Waiting ones don't occupy threads."""

    def __init__(self, patience_s: float, busy: str, within: "Turns | None" = None) -> None:
        """Raise Busy with the message `busy` after a wait of `patience_s`.

        With `within`, a function whose turn it is waits for a turn there as well: of several such lines, each has
        one function at a time in the common one, so that a long line doesn't keep the others waiting.
        """
        self._patience_s = patience_s
        self._busy = busy
        self._within = within
        self._lock = Lock()  # unlike threading's, it goes to those that wait in their order

    async def run(self, function: Callable[[*_Arguments], _Result], *arguments: *_Arguments) -> _Result:
        """Return the function's result. Raises Busy, and what the function raises."""
        try:
            with fail_after(self._patience_s):
                await self._lock.acquire()
        except TimeoutError as error:
            raise Busy(self._busy) from error
        try:
            if self._within is not None:
                return await self._within.run(function, *arguments)
            return await run_sync(function, *arguments)
        finally:
            self._lock.release()
