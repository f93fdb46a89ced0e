"""What `photoseek serve` was given about an OIDC provider, and what may go wrong there."""

from dataclasses import dataclass, field
from importlib.util import find_spec
from ipaddress import ip_address
from typing import TypeGuard
from urllib.parse import urlsplit

CALLBACK = "/sign-in/oidc/callback"


class OidcRefused(Exception):
    """Nobody was signed in; `reason` is `away`, `mistaken`, `refused`, `over` or `unknown`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Client:
    """This server as a provider knows it."""

    issuer: str
    client_id: str
    secret: str | None = field(repr=False)  # None: a public client, which PKCE alone protects
    redirect: str  # the address that the provider sends people back to

    def may_ask(self, address: object) -> TypeGuard[str]:
        """Return whether the provider may name an address: of this machine's programs only one that runs here."""
        return is_safe(address) and (self.issuer.startswith("http:") or address.startswith("https:"))


def can_sign_in() -> bool:
    """Return whether the packages of the extra `oidc` are installed."""
    return all(find_spec(name) is not None for name in ("authlib", "httpx2", "joserfc"))


def issuer_url(text: str) -> str:
    """Return the address of a provider as it was typed. Raises ValueError with the reason."""
    if not is_safe(text) or urlsplit(text).query or urlsplit(text).fragment:
        raise ValueError("it is an address as https://id.example")
    return text


def is_safe(address: object) -> TypeGuard[str]:
    """Return whether nobody on the way can read or write what is sent to an address: https, or this machine."""
    if not isinstance(address, str) or not address.isascii() or not address.isprintable() or " " in address:
        return False
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or parts.password is not None:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
