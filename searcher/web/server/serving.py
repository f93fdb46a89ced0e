"""The server: uvicorn on a socket that is bound here, so that a port in use gives a clear error."""

import errno
import logging
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from photoseek.searcher.errors import BadCertificate, CantListen
from photoseek.searcher.web.server.connections import BoundedConnection
from photoseek.searcher.web.server.handshakes import Handshake
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
        listening = socket.create_server(address, family=family, dualstack_ipv6=everywhere)
    except (OSError, UnicodeError) as failed:
        why = _REASONS.get(getattr(failed, "errno", None) or 0, f"{failed}: check --host")
        raise CantListen(f"photoseek can't listen at {for_terminal(host)}, port {port}: {why}") from failed
    # Connections inherit it. Without it a body waits 40 ms for the client to acknowledge the head (Nagle); asyncio
    # sets it only for sockets that were made with the protocol's number.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def url_of(listening: socket.socket, *, encrypted: bool = False) -> str:
    """Return the URL of the server."""
    scheme = "https" if encrypted else "http"
    numeric = socket.NI_NUMERICHOST | socket.NI_NUMERICSERV
    # With the zone of an address that needs one.
    host, port = socket.getnameinfo(listening.getsockname(), numeric)
    return f"{scheme}://[{host.replace('%', '%25')}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def certificate_from(certificate: Path, key: Path) -> ssl.SSLContext:
    """Return the TLS settings with a certificate. Raises BadCertificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)  # TLS 1.2 and newer
    context.set_alpn_protocols(["http/1.1"])

    def password_of_key() -> str:
        raise BadCertificate(f"the key {for_terminal(str(key))} has a password: name a key without one")

    try:
        context.load_cert_chain(certificate, key, password_of_key)
    except OSError as failed:  # ssl.SSLError is one
        why = failed.strerror or "they are no pair of certificate and key in PEM"
        raise BadCertificate(
            f"--tls-cert {for_terminal(str(certificate))} and --tls-key {for_terminal(str(key))} "
            f"can't be used: {why}"
        ) from failed
    return context


class Server(uvicorn.Server):
    """A server that runs until `end`. Its caller handles signals."""

    def end(self) -> None:
        """Stop at once. No request must be finished: a transaction that isn't committed changes nothing."""
        self.should_exit = self.force_exit = True
        # It would report each running question as failed.
        logging.getLogger("uvicorn.error").disabled = True

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Don't handle signals: uvicorn would raise each again at the end."""
        yield


def server_for(
    app: ASGIApp,
    connection: type[BoundedConnection] = BoundedConnection,
    certificate: ssl.SSLContext | None = None,
) -> Server:
    """Return the server of an application, to be started by `run(sockets=[…])`; by TLS with a certificate."""
    return Server(
        uvicorn.Config(
            app,
            log_config=None,  # requests are not logged
            log_level="error",  # invalid requests are answered, not logged
            access_log=False,
            lifespan="off",
            ws="none",
            loop="asyncio",
            # Uvicorn's own TLS would give a handshake that never ends a minute, and any number of them.
            http=connection if certificate is None else partial(Handshake, connection, certificate),  # type: ignore[arg-type] # (any callable that gives a protocol)
            proxy_headers=False,  # `Rules` says which are believed, and for what
            server_header=False,
        )
    )
