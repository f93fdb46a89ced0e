"""Which names and origins are the server's own: no rebound host name, and no page of another site or port."""

import re
import socket
from ipaddress import ip_address

from starlette.datastructures import Headers

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([^\s:\[\]/@]+))(?::\d{1,5})?", re.IGNORECASE)


class Names:
    """The names by which a server may be asked."""

    def __init__(self, host: str, public_origin: str | None = None) -> None:
        """Take the address that the server listens at, which may be a name, and what browsers call it."""
        self._public_origin = public_origin
        self._everywhere = _is_address(host, "is_unspecified")
        # Clients don't send the zone of an address.
        self._names = _LOOPBACK | {_one_spelling(host.partition("%")[0])}
        if self._everywhere:
            own = socket.gethostname().lower()
            self._names |= {own, f"{own}.local"}
        self._public_name = _name_in((public_origin or "").partition("://")[2])
        if self._public_name is not None:
            self._names |= {self._public_name}

    def has_host(self, header: str) -> bool:
        """Return whether a Host header names this server.

        Names can be rebound to it (DNS rebinding), addresses can't.
        """
        name = _name_in(header)
        return name is not None and (name in self._names or (self._everywhere and _is_address(name)))

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
        """Return whether an origin is the public one, or the address that was asked, port included.

        Another port is another program, as one that somebody develops on this machine. A reverse proxy hands on
        the host that the browser asked, or the one by which it asks this server; the origin stays the public one.
        """
        if origin.lower() == self._public_origin:
            return True
        # The public name without encryption is another origin, which anyone on the way can write.
        is_public = self._public_name is not None and _name_in(host) == self._public_name
        return origin.lower() == f"{scheme}://{host.lower()}" and self.has_host(host) and not is_public


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach an address."""
    return host.lower() == "localhost" or _is_address(host, "is_loopback")


def _name_in(header: str) -> str | None:
    """Return the name or address in a Host header, without its port; None if it can't be read."""
    read = _HOST.fullmatch(header)
    return None if read is None else _one_spelling(read[1] or read[2])


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
