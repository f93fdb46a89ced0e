"""Runs coroutines in a thread of their own: Playwright's loop stays in the thread of the tests until they end."""

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar, TypeVarTuple

import anyio

_Result = TypeVar("_Result")
_Arguments = TypeVarTuple("_Arguments")


def run_async(function: Callable[[*_Arguments], Awaitable[_Result]], *arguments: *_Arguments) -> _Result:
    """Return what the function's coroutine returns."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(anyio.run, function, *arguments).result()
