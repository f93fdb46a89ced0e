"""Listening: a socket of our own, so that a port in use is one sentence, and uvicorn behind it."""

import errno
import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from photoseek.searcher.errors import CantListen
from photoseek.searcher.web.connections import BoundedConnection
from photoseek.storage import for_terminal

_REASONS = {
    errno.EADDRINUSE: "another program has the port: choose another with --port, or end that one",
    errno.EACCES: "ports below 1024 are the system's: choose another with --port",
    errno.EADDRNOTAVAIL: "this machine has no such address: leave --host out, or name one of its own",
}


def bound(host: str, port: int) -> socket.socket:
    """Listen at an address of this machine; 0 is any free port, `::` every address. Raises CantListen."""
    try:
        (family, _, _, _, address), *_ = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        everywhere = family == socket.AF_INET6 and address[0] == "::" and socket.has_dualstack_ipv6()
        # The whole address: of one that begins with fe80, the network is a part.
        return socket.create_server(address, family=family, dualstack_ipv6=everywhere)
    except (OSError, UnicodeError) as failed:
        why = _REASONS.get(getattr(failed, "errno", None) or 0, f"{failed}: check --host")
        raise CantListen(f"photoseek can't listen at {for_terminal(host)}, port {port}: {why}") from failed


def url_of(listening: socket.socket) -> str:
    """Give the address to ask at."""
    numeric = socket.NI_NUMERICHOST | socket.NI_NUMERICSERV
    # With the network that an address needs.
    host, port = socket.getnameinfo(listening.getsockname(), numeric)
    return f"http://[{host.replace('%', '%25')}]:{port}" if ":" in host else f"http://{host}:{port}"


class Server(uvicorn.Server):
    """Runs until `end`; what a signal does is up to who runs it."""

    def end(self) -> None:
        """Let go of everything at once: all is only read, so nothing is to be finished."""
        self.should_exit = self.force_exit = True
        # It would report each question in hand as failed.
        logging.getLogger("uvicorn.error").disabled = True

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone: uvicorn would raise each once more when it is over."""
        yield


def server_for(app: ASGIApp, connection: type[BoundedConnection] = BoundedConnection) -> Server:
    """Give what serves an application from a socket, with `run(sockets=[…])`."""
    return Server(
        uvicorn.Config(
            app,
            log_config=None,  # no request is written down
            log_level="error",  # what is no request is answered so, and nobody's concern
            access_log=False,
            lifespan="off",
            ws="none",
            loop="asyncio",
            http=connection,
            proxy_headers=False,  # nobody is believed to be another
            server_header=False,
        )
    )
