"""GET /api/v1/events: server-sent events, from one look at the library for all listeners."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from photoseek.errors import PhotoseekError
from photoseek.searcher.errors import Busy
from photoseek.searcher.web.api.living.looking import Event, Looker
from photoseek.searcher.web.api.living.shapes import IndexingShape
from photoseek.searcher.web.errors import refusals
from photoseek.searcher.web.services import Services

LOOK_EVERY_S = 0.5
HEARTBEAT_S = 15.0  # so that a listener that is gone, and a proxy that closes silent connections, are noticed
MOST_LISTENERS = 50  # each is a connection
_MOST_WAITING = 50  # events that a listener has not received: it is slow or gone
_RETRY = b"retry: 2000\n\n"  # milliseconds after which a browser connects again


class Listeners:
    """All who listen. While there are any, the library is looked at now and then."""

    def __init__(self, services: Services) -> None:
        self._looker = Looker(services)
        self._thread = CapacityLimiter(1)
        self._queues: set[asyncio.Queue[Event | None]] = set()
        self._starting = asyncio.Lock()
        self._looking: asyncio.Task[None] | None = None

    def refuse_too_many(self) -> None:
        """Raise Busy if there are as many listeners as there may be."""
        if len(self._queues) >= MOST_LISTENERS:
            raise Busy("too many pages listen already: close some of them")

    async def stream(self) -> AsyncIterator[bytes]:
        """Yield events as they are sent, until the listener leaves."""
        queue: asyncio.Queue[Event | None] = asyncio.Queue(_MOST_WAITING)
        self._queues.add(queue)
        try:
            yield _RETRY
            async with self._starting:
                if self._looking is None or self._looking.done():
                    await self._look()
                    self._looking = asyncio.create_task(self._look_on())
            for event in self._looker.state():
                yield _written(event)
            while True:
                try:
                    next_one = await asyncio.wait_for(queue.get(), HEARTBEAT_S)
                except TimeoutError:
                    yield b": still here\n\n"
                    continue
                if next_one is None:  # it was too slow: it connects again, and asks anew
                    return
                yield _written(next_one)
        finally:
            self._queues.discard(queue)

    async def _look_on(self) -> None:
        while self._queues:
            await asyncio.sleep(LOOK_EVERY_S)
            for event in await self._look():
                for queue in list(self._queues):
                    self._put(queue, event)

    async def _look(self) -> list[Event]:
        # As while another process writes for long, or the library was moved away: it may be there again.
        with suppress(PhotoseekError):
            return await run_sync(self._looker.look, limiter=self._thread)
        return []

    def _put(self, queue: asyncio.Queue[Event | None], event: Event) -> None:
        if queue.qsize() < _MOST_WAITING - 1:
            queue.put_nowait(event)
        else:
            self._queues.discard(queue)
            queue.put_nowait(None)


def event_routes(services: Services) -> APIRouter:
    """Return the routes of what happens now."""
    routes = APIRouter()
    listeners = Listeners(services)

    @routes.get("/indexing", responses=refusals(503))
    def indexing() -> IndexingShape:
        """Return how far a running index has come, how fast it is, and how long it will take."""
        services.warm.refuse_replaced()
        return IndexingShape.of(services.library.index_progress())

    @routes.get(
        "/events",
        response_class=StreamingResponse,
        responses={
            200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}},
            **refusals(503),
        },
    )
    async def events() -> StreamingResponse:
        """Send `library` events when photos come, change or go, and `indexing` events while an index runs."""
        listeners.refuse_too_many()
        return StreamingResponse(listeners.stream(), media_type="text/event-stream")

    return routes


def _written(event: Event) -> bytes:
    kind = "indexing" if isinstance(event, IndexingShape) else "library"
    return f"event: {kind}\ndata: {event.model_dump_json()}\n\n".encode()
