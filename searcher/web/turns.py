"""One after another, in the order in which they were asked for."""

from collections.abc import Callable
from typing import TypeVar, TypeVarTuple

from anyio import Lock, fail_after
from anyio.to_thread import run_sync

from photoseek.searcher.errors import Busy

_Arguments = TypeVarTuple("_Arguments")
_Result = TypeVar("_Result")


class Turns:
    """Runs functions in threads, one at a time; to wait takes none of the threads that all else is answered by."""

    def __init__(self, patience_s: float, busy: str) -> None:
        """Say `busy` to whoever has waited so many seconds."""
        self._patience_s = patience_s
        self._busy = busy
        self._lock = Lock()  # who releases it hands it to the first in the row, unlike that of threads

    async def run(self, function: Callable[[*_Arguments], _Result], *arguments: *_Arguments) -> _Result:
        """Give what the function gives. Raises Busy, and what the function raises."""
        try:
            with fail_after(self._patience_s):
                await self._lock.acquire()
        except TimeoutError as error:
            raise Busy(self._busy) from error
        try:
            return await run_sync(function, *arguments)
        finally:
            self._lock.release()
