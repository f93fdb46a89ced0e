"""Who makes the changes, for the log of what users and commands did.

A user's request belongs to the working thread, and a command to the whole process, so that neither needs to be
passed through the calls.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache

from photoseek.running_command import command_now


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
    """Return whose changes are made now; None where it is neither a user's nor a command's."""
    actor = _actor.get()
    if actor is None and (command := command_now()) is not None:
        return Actor(_account_here(), command)
    return actor


@cache
def _account_here() -> str:
    """Return the name of the system's user whose process this is."""
    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError):  # Windows; a container's user without a name
        import getpass  # here rather than above: a question changes nothing

        try:
            return getpass.getuser()
        except (ImportError, KeyError, OSError):
            return "?"
