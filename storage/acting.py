"""Who makes the changes of this thread, for the log of what users did.

It belongs to the working thread, so that it needn't be passed through the calls.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """A user, and what the user asked for."""

    who: str
    what: str


_actor: ContextVar[Actor | None] = ContextVar("actor", default=None)


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """Have each write of the block noted as this user's."""
    before = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(before)


def actor_now() -> Actor | None:
    """Return whose changes are made now; None where nobody signed in by name."""
    return _actor.get()
