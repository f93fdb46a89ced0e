"""TLS on a connection: the handshake has a limit of time, and counts as a connection that waits."""

import asyncio
import ssl
import time
from typing import Any

from photoseek.searcher.web.server.connections import BoundedConnection, make_room


class Handshake(asyncio.Protocol):
    """A connection whose TLS begins; afterwards, a `BoundedConnection` takes over."""

    def __init__(self, kind: type[BoundedConnection], certificate: ssl.SSLContext, **settings: Any) -> None:  # noqa: ANN401 (uvicorn's own)
        """Take the protocol of what is encrypted, and the settings that uvicorn makes it with."""
        self._next = kind(**settings)
        self._connections: set[Any] = self._next.connections
        self._certificate = certificate
        self._transport: Any = None
        self._early: list[bytes] = []  # may follow the handshake at once
        self._task: asyncio.Task[None] | None = None
        self.waits_since: float | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin the handshake; close what waits for longest if there are many connections."""
        self._transport = transport
        self.waits_since = time.monotonic()
        self._connections.add(self)
        self._task = self._next.loop.create_task(self._shake_hands())
        make_room(self._connections, self._next.most, self)

    def data_received(self, data: bytes) -> None:
        """Keep what arrives before the next protocol is in place."""
        self._early.append(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Count it no more."""
        self._connections.discard(self)

    def give_up(self) -> None:
        """Close the connection."""
        self._connections.discard(self)
        self._transport.abort()

    def shutdown(self) -> None:
        """Close the connection, as the server ends."""
        self.give_up()

    async def _shake_hands(self) -> None:
        try:
            encrypted = await self._next.loop.start_tls(
                self._transport,
                self,
                self._certificate,
                server_side=True,
                ssl_handshake_timeout=self._next.head_s,
            )
        except OSError:  # no TLS, as from a person who typed http://, or none in time
            self.give_up()
            return
        self._connections.discard(self)
        if encrypted is None:  # the client has left
            return
        encrypted.set_protocol(self._next)
        self._next.connection_made(encrypted)
        for data in self._early:
            self._next.data_received(data)
