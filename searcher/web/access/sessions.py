"""Who is signed in. Kept in memory, so that a restart signs everybody out."""

import hashlib
import secrets
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

LASTS_S = 30 * 86400.0  # from its beginning
UNUSED_S = 7 * 86400.0  # after which a session ends that nobody uses
MOST = 100  # sessions; the one that was unused for longest ends for a new one
MOST_OF_ONE = 20  # likewise of one user, so that none signs out the others


@dataclass(slots=True)
class Session:
    """One browser that is signed in."""

    mark: str | None  # of the password, or the binding to an OIDC provider, in force when it began
    began: float
    used: float
    user_id: int | None  # who signed in by name; None: by the password of the library, or a token
    write_token: str = field(default_factory=secrets.token_urlsafe, repr=False)


class Sessions:
    """The sessions of one server. Only the hash of an id is kept, and no id comes from a client."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._sessions: dict[bytes, Session] = {}

    def begin(self, mark: str | None, user_id: int | None = None) -> str:
        """Begin a session, and return its id of 256 random bits."""
        now = self._clock()
        session_id = secrets.token_urlsafe(32)
        own = [key for key, session in self._sessions.items() if session.user_id == user_id]
        if user_id is not None and len(own) >= MOST_OF_ONE:
            self._end_unused(own)
        if len(self._sessions) >= MOST:
            self._end_unused(self._sessions)
        self._sessions[_hash(session_id)] = Session(mark, now, now, user_id)
        return session_id

    def _end_unused(self, among: Iterable[bytes]) -> None:
        del self._sessions[min(among, key=lambda key: self._sessions[key].used)]

    def is_a_users(self, session_id: str) -> bool:
        """Return whether somebody with a name began a session, which may have ended."""
        session = self._sessions.get(_hash(session_id))
        return session is not None and session.user_id is not None

    def find(
        self, session_id: str, marks_of: Callable[[int | None], Collection[str | None]]
    ) -> Session | None:
        """Return a session, unless it has ended or another password was set since; that counts as a use.

        `marks_of` returns the marks of what a user signs in by, or of the library's password for None.
        """
        session = self._sessions.get(_hash(session_id))
        if session is None:
            return None
        now = self._clock()
        is_over = now - session.began > LASTS_S or now - session.used > UNUSED_S
        if is_over or session.mark not in marks_of(session.user_id):
            self.end(session_id)
            return None
        session.used = now
        return session

    def end(self, session_id: str) -> None:
        """End a session, if there is one of this id."""
        self._sessions.pop(_hash(session_id), None)


def _hash(session_id: str) -> bytes:
    return hashlib.sha256(session_id.encode()).digest()
