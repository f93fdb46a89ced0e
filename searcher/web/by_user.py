"""One server for many: each user gets an application over what the user may see."""

from collections import OrderedDict, defaultdict
from dataclasses import dataclass, replace
from threading import Lock

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from starlette.types import ASGIApp, Receive, Scope, Send

from photoseek.errors import PhotoseekError
from photoseek.searcher.warm import WarmSearcher
from photoseek.searcher.web.access.visitor import visitor_in
from photoseek.searcher.web.app import app_for
from photoseek.searcher.web.errors import error
from photoseek.searcher.web.kept.undo_log import UndoLog
from photoseek.searcher.web.services import BUSY, PATIENCE_S, Services, has_no_resident
from photoseek.searcher.web.tasks import Tasks
from photoseek.searcher.web.turns import Turns
from photoseek.storage import SeenLibrary

_MOST = 50  # users whose applications are kept; each holds the grid and the latest vectors of what is seen


@dataclass(frozen=True)
class _Kept:
    """An application, and when what it keeps of the library is worth nothing any more."""

    app: ASGIApp
    library: SeenLibrary
    generation: int


class ByUser:
    """ASGI application that answers owners from the whole library, and each other user from a part of it.

    No route has to think of rights: all that an application can ask, and all that it keeps, is of what its user
    sees. It must be served behind a `Guard`, which says who asks.
    """

    def __init__(self, services: Services) -> None:
        """Serve one library."""
        self._services = services
        self._whole: ASGIApp = app_for(services)
        self._kept: OrderedDict[int, _Kept] = OrderedDict()
        self._keeping = Lock()
        # By user, so that nobody takes another's change back; apart from the applications, which are made anew.
        self._undo: defaultdict[int, UndoLog] = defaultdict(UndoLog)
        # What a user sees is brought up to date by one request of that user at a time, and holds up nobody else.
        self._of_user: defaultdict[int, CapacityLimiter] = defaultdict(lambda: CapacityLimiter(1))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        user_id = visitor_in(scope).user_id
        if user_id is None:
            await self._whole(scope, receive, send)
            return
        app: ASGIApp
        try:
            app = await run_sync(self._app_of, user_id, limiter=self._of_user[user_id])
        except PhotoseekError as raised:  # no application is there to answer it
            app = error(raised.http_status, raised.http_kind, str(raised))
        await app(scope, receive, send)

    def _app_of(self, user_id: int) -> ASGIApp:
        kept = self._kept.get(user_id)
        if kept is None or not _is_good(kept):
            if kept is not None:
                kept.library.close()
            kept = self._made(user_id)
        with self._keeping:
            self._kept[user_id] = kept
            self._kept.move_to_end(user_id)
            unused = self._kept.popitem(last=False)[1] if len(self._kept) > _MOST else None
        if unused is not None:
            unused.library.close()
        return kept.app

    def _made(self, user_id: int) -> _Kept:
        whole = self._services
        whole.warm.refuse_replaced()
        library = SeenLibrary(whole.library, user_id)
        with library.catalog.read():
            generation = library.catalog.generation
        services = replace(
            whole,
            warm=WarmSearcher(library, lender=whole.warm),
            has_resident=has_no_resident,
            tasks=Tasks(),
            shows_all=False,
            undo=self._undo[user_id],
            turns=Turns(PATIENCE_S, BUSY, within=whole.turns),
        )
        return _Kept(app_for(services), library, generation)


def _is_good(kept: _Kept) -> bool:
    """Return whether what an application keeps can be brought up to date by what changed."""
    with kept.library.catalog.read():
        return kept.library.catalog.generation == kept.generation
