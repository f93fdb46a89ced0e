"""How long a connection may keep a server waiting, and how many there may be: those who send nothing make room.

Uvicorn limits neither the time for a request's head nor that in which an answer is to be taken.
"""

import asyncio
import time
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_S = 10.0  # for the head of a request to arrive, from the connection's first moment or its last answer
STALL_S = 30.0  # in which whoever is answered must take something
MOST = 200  # connections; a process may often open no more than a thousand files


class BoundedConnection(H11Protocol):
    """One connection, which is closed where it keeps the server waiting."""

    head_s = HEAD_S
    stall_s = STALL_S
    most = MOST
    _timer: asyncio.TimerHandle | None = None
    _waits_since = 0.0  # by the clock of `time.monotonic`, where it keeps the server waiting
    transport: Any  # uvicorn says that it is one, before it is

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Make room where there are many, and begin to wait for a request."""
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
        """Take what has arrived: with a whole head, the request is the server's to answer."""
        super().handle_events()
        if not self._is_idle():
            self._stop_waiting()

    def on_response_complete(self) -> None:
        """Wait for the next request; one whose body nobody read is the last."""
        super().on_response_complete()
        if self.conn.their_state is h11.SEND_BODY:
            self.give_up()
        elif self._is_idle():
            self._wait(self.head_s)

    def pause_writing(self) -> None:
        """Wait until some of the answer is taken."""
        super().pause_writing()
        self._wait(self.stall_s)

    def resume_writing(self) -> None:
        """Go on."""
        super().resume_writing()
        self._stop_waiting()

    @property
    def waits(self) -> bool:
        """Whether it is the one who asks that is waited for."""
        return self._timer is not None

    def give_up(self) -> None:
        """Close the connection, whatever is left to send."""
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
