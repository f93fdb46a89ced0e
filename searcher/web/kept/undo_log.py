"""How the latest changes are taken back: kept in memory, so a restart forgets them."""

import secrets
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from photoseek.searcher.web.errors import Refused

MOST_CHANGES = 500
MOST_PHOTOS = 500_000  # of all changes together: of each, what it was before is kept

TakeBack = Callable[[], int]  # takes a change back, and returns of how many photos


class UndoLog:
    """The latest changes by token; each is taken back once. Threads may share it."""

    def __init__(self, most_changes: int = MOST_CHANGES, most_photos: int = MOST_PHOTOS) -> None:
        self._most_changes = most_changes
        self._most_photos = most_photos
        self._changes: OrderedDict[str, tuple[int, TakeBack]] = OrderedDict()
        self._photos = 0
        self._changing = Lock()

    def add(self, photos: int, take_back: TakeBack) -> str:
        """Keep how a change of so many photos is taken back, and return its token; the oldest make room."""
        token = secrets.token_urlsafe(12)
        with self._changing:
            self._changes[token] = photos, take_back
            self._photos += photos
            while len(self._changes) > 1 and (
                len(self._changes) > self._most_changes or self._photos > self._most_photos
            ):
                _, (gone, _) = self._changes.popitem(last=False)
                self._photos -= gone
        return token

    def take_back(self, token: str) -> int:
        """Take a change back, and return of how many photos. Raises Refused for a token that is not known."""
        with self._changing:
            photos, take_back = self._changes.pop(token, (0, None))
            self._photos -= photos
        if take_back is None:
            raise Refused(
                404,
                "no-undo",
                "this can't be undone any more: it was undone, or is too long ago, or the server was restarted",
            )
        try:
            return take_back()
        except BaseException:  # as while another process writes for long: it may be tried again
            with self._changing:
                self._changes[token] = photos, take_back
                self._photos += photos
            raise
