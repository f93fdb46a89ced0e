"""Things in portions, since a statement takes only so many parameters."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

_T = TypeVar("_T")


def in_portions(things: Iterable[_T], size: int) -> Iterator[list[_T]]:
    """Yield lists of `size` things, in their order; the last may be shorter, and none is empty."""
    remaining = iter(things)
    while some := list(islice(remaining, size)):
        yield some
