"""What is asked of the sessions of a library, wherever they are kept."""

import hashlib
from collections.abc import Callable, Collection
from typing import Protocol

from photoseek.storage import Session

LASTS_S = 30 * 86400.0  # from its beginning
UNUSED_S = 7 * 86400.0  # after which a session ends that nobody uses
MOST = 100  # sessions; the one that was unused for longest ends for a new one
MOST_OF_ONE = 20  # likewise of one user, so that none signs out the others

MarksOf = Callable[[int | None], Collection[str]]


class Sessions(Protocol):
    """The sessions of a library. Only the hash of an id is kept, and no id comes from a client."""

    @property
    def waits(self) -> bool:
        """Whether other servers have them too, so that all but `is_a_users` and `find` may wait for a database.

        Those two then answer by what was last read. One thread at a time may call the others.
        """

    @property
    def secret(self) -> bytes:
        """Random bytes that all servers with these sessions have."""

    def read(self, session_id: str) -> None:
        """Learn whether there is a session of this id."""

    def begin(self, mark: str, user_id: int | None = None) -> str:
        """Begin a session, and return its id of 256 random bits."""

    def is_a_users(self, session_id: str) -> bool:
        """Return whether somebody with a name began a session, which may have ended."""

    def find(self, session_id: str, marks_of: MarksOf) -> Session | None:
        """Return a session, unless it has ended or another password was set since.

        `marks_of` returns the marks of what a user signs in by, or of what owners without a name do for None.
        """

    def note_use(self, session_id: str) -> None:
        """Count a session that was found as used now."""

    def end(self, session_id: str) -> None:
        """End a session, if there is one of this id."""


def key_of(session_id: str) -> bytes:
    """Return what is kept of an id."""
    return hashlib.sha256(session_id.encode()).digest()


def is_over(session: Session, now: float) -> bool:
    """Return whether a session has lasted for too long, or was unused for too long."""
    return now - session.began > LASTS_S or now - session.used > UNUSED_S
