"""The server: uvicorn on a socket that is bound here, so that a port in use gives a clear error."""

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
    """Return a listening socket; port 0 is any free one, `::` every address. Raises CantListen."""
    try:
        (family, _, _, _, address), *_ = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        everywhere = family == socket.AF_INET6 and address[0] == "::" and socket.has_dualstack_ipv6()
        # The whole address, since fe80 addresses include a zone.
        return socket.create_server(address, family=family, dualstack_ipv6=everywhere)
    except (OSError, UnicodeError) as failed:
        why = _REASONS.get(getattr(failed, "errno", None) or 0, f"{failed}: check --host")
        raise CantListen(f"photoseek can't listen at {for_terminal(host)}, port {port}: {why}") from failed


def url_of(listening: socket.socket) -> str:
    """Return the URL of the server."""
    numeric = socket.NI_NUMERICHOST | socket.NI_NUMERICSERV
    # With the zone of an address that needs one.
    host, port = socket.getnameinfo(listening.getsockname(), numeric)
    return f"http://[{host.replace('%', '%25')}]:{port}" if ":" in host else f"http://{host}:{port}"


class Server(uvicorn.Server):
    """A server that runs until `end`. Its caller handles signals."""

    def end(self) -> None:
        """Stop at once. Requests only read, so none must be finished."""
        self.should_exit = self.force_exit = True
        # It would report each running question as failed.
        logging.getLogger("uvicorn.error").disabled = True

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Don't handle signals: uvicorn would raise each again at the end."""
        yield


def server_for(app: ASGIApp, connection: type[BoundedConnection] = BoundedConnection) -> Server:
    """Return the server of an application, to be started by `run(sockets=[…])`."""
    return Server(
        uvicorn.Config(
            app,
            log_config=None,  # requests are not logged
            log_level="error",  # invalid requests are answered, not logged
            access_log=False,
            lifespan="off",
            ws="none",
            loop="asyncio",
            http=connection,
            proxy_headers=False,  # forwarded addresses are not trusted
            server_header=False,
        )
    )
