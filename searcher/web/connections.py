"""Limits on connections: how long each may keep the server waiting, and how many there may be.

Uvicorn limits neither the time for a request's head nor the time for receiving an answer.
"""

import asyncio
import time
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_S = 10.0  # for the head of a request to arrive, from the connection's first moment or its last answer
STALL_S = 30.0  # in which the client must receive some of the answer
MOST = 200  # connections; a process may often open only a thousand files


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
        if len(self.connections) > self.most:
            waiting = [one for one in self.connections if isinstance(one, BoundedConnection) and one.waits]
            min(waiting, key=lambda one: one._waits_since, default=self).give_up()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

    def handle_events(self) -> None:
        """Handle data that arrived. Once the head is whole, the client no longer keeps the server waiting."""
        super().handle_events()
        if not self._is_idle():
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
    def waits(self) -> bool:
        """Whether the server waits for the client."""
        return self._timer is not None

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
