"""Sessions in the database of a library, so that each of its servers knows who signed in at another."""

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress

from photoseek.searcher.web.access.sessions.in_memory import InMemory
from photoseek.searcher.web.access.sessions.protocol import (
    LASTS_S,
    MOST,
    MOST_OF_ONE,
    UNUSED_S,
    MarksOf,
    Sessions,
    is_over,
    key_of,
)
from photoseek.storage import Catalog, Session, StorageError

NOTED_AGAIN_S = 60.0  # after which a use is written again
_MOST_KNOWN = 10 * MOST


class InCatalog:
    """Implements `Sessions`, which says what each does."""

    waits = True

    def __init__(self, catalog: Catalog, clock: Callable[[], float] = time.time) -> None:
        self._catalog = catalog
        self._clock = clock
        # As last read, the one read last at the end. No other server tells of what it ends, so it is read anew for
        # each request; some stay here that are never asked for again.
        self._known: OrderedDict[bytes, Session] = OrderedDict()
        with catalog.beside() as rows:
            self.secret = rows.secret()

    def read(self, session_id: str) -> None:
        """Read a session anew."""
        key = key_of(session_id)
        with self._catalog.beside() as rows:
            session = rows.find(key)
        if session is None:
            self._known.pop(key, None)
            return
        self._known[key] = session
        self._known.move_to_end(key)
        while len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)

    def begin(self, mark: str, user_id: int | None = None) -> str:
        """Begin a session, for which old ones end."""
        now = self._clock()
        session_id = secrets.token_urlsafe(32)
        key = key_of(session_id)
        with self._catalog.beside() as rows:
            rows.add(key, Session(mark, now, now, user_id))
            rows.end_old(now - LASTS_S, now - UNUSED_S)
            if user_id is not None:
                rows.end_least_used(MOST_OF_ONE, key, user_id=user_id)
            rows.end_least_used(MOST, key)
        return session_id

    def is_a_users(self, session_id: str) -> bool:
        """Return whether somebody with a name began a session, as last read."""
        session = self._known.get(key_of(session_id))
        return session is not None and session.user_id is not None

    def find(self, session_id: str, marks_of: MarksOf) -> Session | None:
        """Return a session, as last read.

        One whose mark isn't known here stays: it may be that of a password which this server is yet to read.
        """
        session = self._known.get(key_of(session_id))
        if session is None or is_over(session, self._clock()):
            return None
        return session if session.mark in marks_of(session.user_id) else None

    def note_use(self, session_id: str) -> None:
        """Write that a session is used, once in a while. Whom that fails for is let in nevertheless."""
        key, now = key_of(session_id), self._clock()
        session = self._known.get(key)
        if session is None or now - session.used < NOTED_AGAIN_S:
            return
        with suppress(StorageError), self._catalog.beside() as rows:
            rows.note_use(key, now, now - NOTED_AGAIN_S)

    def end(self, session_id: str) -> None:
        """End a session at all servers."""
        key = key_of(session_id)
        with self._catalog.beside() as rows:
            rows.end(key)
        self._known.pop(key, None)


def sessions_of(catalog: Catalog) -> Sessions:
    """Return the sessions of a library, where they are kept."""
    return InCatalog(catalog) if catalog.keeps_sessions else InMemory()
