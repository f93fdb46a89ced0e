"""Limits on connections: how long each may keep the server waiting, and how many there may be.

Uvicorn limits neither the time for a request's head nor the time for receiving an answer.
"""

import asyncio
import time
from collections.abc import Collection
from typing import Any, Protocol

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_S = 10.0  # for the head of a request to arrive, from the connection's first moment or its last answer
STALL_S = 30.0  # in which the client must send some of a body, or receive some of the answer
MOST = 200  # connections; a process may often open only a thousand files


class MayWait(Protocol):
    """What is in uvicorn's set of connections."""

    @property
    def waits_since(self) -> float | None:
        """The moment since which the server waits for the client; None if it doesn't."""

    def give_up(self) -> None:
        """Close the connection."""


def make_room(connections: Collection[Any], most: int, newest: MayWait) -> None:
    """Close the connection that has kept the server waiting for longest, if there are more than `most`."""
    if len(connections) <= most:
        return
    waiting = [
        (one.waits_since, number, one)
        for number, one in enumerate(connections)
        if one.waits_since is not None
    ]
    (min(waiting)[2] if waiting else newest).give_up()


class BoundedConnection(H11Protocol):
    """One connection, which is closed if it keeps the server waiting."""

    head_s = HEAD_S
    stall_s = STALL_S
    most = MOST
    _timer: asyncio.TimerHandle | None = None
    _waits_since = 0.0  # by `time.monotonic`, while it keeps the server waiting
    transport: Any  # uvicorn declares it before it is set

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Close idle connections if there are many, and begin to wait for a request."""
        super().connection_made(transport)  # type: ignore[arg-type] # (uvicorn's own narrowing)
        self._wait(self.head_s)
        make_room(self.connections, self.most, self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

    def handle_events(self) -> None:
        """Handle data that arrived. Once the request is whole, the client no longer keeps the server waiting."""
        super().handle_events()
        if self.conn.their_state is h11.SEND_BODY:
            self._wait(self.stall_s)
        elif not self._is_idle():
            self._stop_waiting()

    def on_response_complete(self) -> None:
        """Wait for the next request; close the connection if a body was left unread."""
        super().on_response_complete()
        if self.conn.their_state is h11.SEND_BODY:
            self.give_up()
        elif self._is_idle():
            self._wait(self.head_s)

    def pause_writing(self) -> None:
        """Wait until the client receives some of the answer."""
        super().pause_writing()
        self._wait(self.stall_s)

    def resume_writing(self) -> None:
        """Continue sending."""
        super().resume_writing()
        self._stop_waiting()

    @property
    def waits_since(self) -> float | None:
        """The moment since which the server waits for the client, by `time.monotonic`; None if it doesn't."""
        return self._waits_since if self._timer is not None else None

    def give_up(self) -> None:
        """Close the connection, even if data is left to send."""
        self._stop_waiting()
        if self.transport is not None:
            self.transport.abort()

    def _is_idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _wait(self, seconds: float) -> None:
        self._stop_waiting()
        self._waits_since = time.monotonic()
        self._timer = self.loop.call_later(seconds, self.give_up)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
