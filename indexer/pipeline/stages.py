"""Stages of a pipeline: from an iterator to an iterator, with a bounded number of things between."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def in_parallel(function: Callable[[T], R], things: Iterable[T], workers: int, ahead: int) -> Iterator[R]:
    """Yield `function` of each thing, in order, with at most `ahead` of them under way or waiting.

    With no workers, one after the other in this thread. An early end drops what has not begun.
    """
    if not workers:
        yield from map(function, things)
        return
    pool = ThreadPoolExecutor(workers, thread_name_prefix="decode")
    waiting: deque[Future[R]] = deque()
    try:
        for thing in things:
            waiting.append(pool.submit(function, thing))
            if len(waiting) >= ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def batches(things: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield lists of `size` things, the last one of what is left."""
    batch: list[T] = []
    for thing in things:
        batch.append(thing)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
