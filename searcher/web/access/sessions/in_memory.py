"""Sessions of one server, in its memory, so that a restart signs everybody out."""

import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import replace

from photoseek.searcher.web.access.sessions.protocol import (
    MOST,
    MOST_OF_ONE,
    MarksOf,
    is_over,
    key_of,
)
from photoseek.storage import Session


class InMemory:
    """Implements `Sessions`, which says what each does."""

    waits = False

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self.secret = secrets.token_bytes()
        self._sessions: dict[bytes, Session] = {}

    def read(self, session_id: str) -> None:
        """Nobody else knows of any."""

    def begin(self, mark: str, user_id: int | None = None) -> str:
        """Begin a session."""
        now = self._clock()
        session_id = secrets.token_urlsafe(32)
        own = [key for key, session in self._sessions.items() if session.user_id == user_id]
        if user_id is not None and len(own) >= MOST_OF_ONE:
            self._end_unused(own)
        if len(self._sessions) >= MOST:
            self._end_unused(self._sessions)
        self._sessions[key_of(session_id)] = Session(mark, now, now, user_id)
        return session_id

    def _end_unused(self, among: Iterable[bytes]) -> None:
        del self._sessions[min(among, key=lambda key: self._sessions[key].used)]

    def is_a_users(self, session_id: str) -> bool:
        """Return whether somebody with a name began a session."""
        session = self._sessions.get(key_of(session_id))
        return session is not None and session.user_id is not None

    def find(self, session_id: str, marks_of: MarksOf) -> Session | None:
        """Return a session; that counts as a use."""
        session = self._sessions.get(key_of(session_id))
        if session is None:
            return None
        if is_over(session, self._clock()) or session.mark not in marks_of(session.user_id):
            self.end(session_id)
            return None
        self.note_use(session_id)
        return session

    def note_use(self, session_id: str) -> None:
        """Count a session as used."""
        key = key_of(session_id)
        self._sessions[key] = replace(self._sessions[key], used=self._clock())

    def end(self, session_id: str) -> None:
        """End a session."""
        self._sessions.pop(key_of(session_id), None)
