"""Which names and origins are the server's own: no rebound host name, and no page of another site or port."""

import re
import socket
from ipaddress import ip_address

from starlette.datastructures import Headers

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([^\s:\[\]/@]+))(?::\d{1,5})?", re.IGNORECASE)


class Names:
    """The names by which a server may be asked."""

    def __init__(self, host: str) -> None:
        """Take the address that the server listens at, which may be a name."""
        self._everywhere = _is_address(host, "is_unspecified")
        # Clients don't send the zone of an address.
        self._names = _LOOPBACK | {_one_spelling(host.partition("%")[0])}
        if self._everywhere:
            self._names |= {socket.gethostname().lower()}

    def has_host(self, header: str) -> bool:
        """Return whether a Host header names this server.

        Names can be rebound to it (DNS rebinding), addresses can't.
        """
        read = _HOST.fullmatch(header)
        if read is None:
            return False
        host = _one_spelling(read[1] or read[2])
        return host in self._names or (self._everywhere and _is_address(host))

    def is_another_site(self, headers: Headers, scheme: str, *, changes: bool) -> bool:
        """Return whether browser headers say that a page of another site loads, frames or posts something.

        A link that a person opens is a document of its own, and is let in, unless the request `changes` something.
        """
        origin = headers.get("origin")
        if origin is not None and not self._is_own_origin(origin, scheme, headers.get("host", "")):
            return True
        if headers.get("sec-fetch-site", "none") in {"none", "same-origin"}:
            return False
        return (
            changes
            or headers.get("sec-fetch-mode") != "navigate"
            or headers.get("sec-fetch-dest") != "document"
            or "sec-purpose" in headers  # it is prefetched: nobody has opened it
        )

    def _is_own_origin(self, origin: str, scheme: str, host: str) -> bool:
        """Return whether an origin is the address that was asked, port included.

        Another port is another program, as one that somebody develops on this machine.
        """
        return origin.lower() == f"{scheme}://{host.lower()}" and self.has_host(host)


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach an address."""
    return host.lower() == "localhost" or _is_address(host, "is_loopback")


def _one_spelling(host: str) -> str:
    """Return the normal form of a name or an address, since IPv6 addresses have several spellings."""
    try:
        return str(ip_address(host))
    except ValueError:
        return host.lower()


def _is_address(host: str, what: str = "version") -> bool:
    try:
        return bool(getattr(ip_address(host), what))
    except ValueError:
        return False
