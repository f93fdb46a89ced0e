"""Who may ask and who may change something: what `photoseek serve` was given."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from photoseek.searcher.web.access.names import is_loopback

# Of a reverse proxy on this machine.
THIS_MACHINE = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


@dataclass(frozen=True)
class Rules:
    """The rules of one server, for its guard and its routes."""

    host: str = "127.0.0.1"  # where it listens
    token: str | None = None  # of programs
    read_only: bool = False
    public_url: str | None = None  # an origin as `public_origin` gives it; a reverse proxy answers there
    encrypted: bool = False  # whether the server itself speaks TLS
    # From these addresses, X-Forwarded-For is believed if there is a public URL.
    proxies: tuple[IPv4Network | IPv6Network, ...] = THIS_MACHINE

    @property
    def asks_to_sign_in(self) -> bool:
        """Return whether requests need a session or the token: unless only this machine can send any."""
        return self.token is not None or self.public_url is not None or not is_loopback(self.host)

    @property
    def secure(self) -> bool:
        """Return whether browsers reach the server by https."""
        return self.encrypted or self.public_url is not None

    def address_of(self, peer: str, forwarded: str) -> str:
        """Return the address of a client: its own, or the last of X-Forwarded-For if a proxy handed it on.

        Those before the last are what the client itself wrote.
        """
        named = forwarded.rpartition(",")[2].strip()
        if self.public_url is None or not named or not self._is_proxy(peer):
            return peer
        try:
            return str(ip_address(named))
        except ValueError:
            return peer

    def _is_proxy(self, peer: str) -> bool:
        try:
            address = ip_address(peer.partition("%")[0])
        except ValueError:
            return False
        return any(address in network for network in self.proxies)


def public_origin(url: str) -> str:
    """Return the origin of a public URL, as browsers write it. Raises ValueError with the reason."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.username is not None:
        raise ValueError("it is an address as https://photos.example")
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise ValueError("photoseek's addresses begin at the root of a host: leave the path out")
    host = parts.hostname
    host = f"[{ip_address(host)}]" if ":" in host else host.encode("idna").decode().lower()
    return f"https://{host}" if parts.port in {None, 443} else f"https://{host}:{parts.port}"
