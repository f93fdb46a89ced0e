"""Which requests are let in: none from pages of other sites, from rebound host names, or without the token."""

import base64
import re
import socket
from hmac import compare_digest
from ipaddress import ip_address

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from photoseek.searcher.web.errors import error

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([^\s:\[\]/@]+))(?::\d{1,5})?", re.IGNORECASE)
_ALWAYS = {
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",  # else any page could embed photos and learn their sizes
    "referrer-policy": "no-referrer",
}
_UNLESS_SAID = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",  # a page has its own
    "cache-control": "no-store",
}


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach an address."""
    return host.lower() == "localhost" or _is_address(host, "is_loopback")


class Guard:
    """ASGI middleware that passes permitted requests on, and answers others with what to do."""

    def __init__(self, app: ASGIApp, host: str, token: str | None = None) -> None:
        """Guard an application that listens at `host`. Without a token, everyone who reaches it may ask."""
        self._app = app
        self._token = None if token is None else token.encode()
        self._everywhere = _is_address(host, "is_unspecified")
        # Clients don't send the zone of an address.
        self._names = _LOOPBACK | {_one_spelling(host.partition("%")[0])}
        if self._everywhere:
            self._names |= {socket.gethostname().lower()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse one request, or pass it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refused = self._refusal(Headers(scope=scope))
        await (refused or self._app)(scope, receive, _with_headers(send))

    def _refusal(self, headers: Headers) -> Response | None:
        if not self._is_ours(headers.get("host", "")):
            return error(
                403, "bad-host", "this name is not the server's: ask by localhost or the --host it was given"
            )
        if self._is_another_site_s(headers):
            return error(403, "cross-site", "pages of other sites may not ask: open the address itself")
        if self._token is not None and not compare_digest(_shown(headers), self._token):
            response = error(
                401,
                "no-token",
                "the token is missing or another: it is what `photoseek serve` printed or was given",
            )
            response.headers["www-authenticate"] = 'Basic realm="photoseek"'
            return response
        return None

    def _is_another_site_s(self, headers: Headers) -> bool:
        """Return whether browser headers say that a page of another site loads, frames or posts something.

        A link that a person opens is a document of its own, and is let in.
        """
        origin = headers.get("origin")
        if origin is not None and not self._is_ours(origin.partition("://")[2]):
            return True
        if headers.get("sec-fetch-site", "none") in {"none", "same-origin"}:
            return False
        return (
            headers.get("sec-fetch-mode") != "navigate"
            or headers.get("sec-fetch-dest") != "document"
            or "sec-purpose" in headers  # it is prefetched: nobody has opened it
        )

    def _is_ours(self, header: str) -> bool:
        """Return whether a Host header names this server.

        Names can be rebound to it (DNS rebinding), addresses can't.
        """
        read = _HOST.fullmatch(header)
        if read is None:
            return False
        host = _one_spelling(read[1] or read[2])
        return host in self._names or (self._everywhere and _is_address(host))


def _shown(headers: Headers) -> bytes:
    """Return the token of a request: that of `Bearer`, or the password of `Basic`, which browsers prompt for."""
    scheme, _, value = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip().encode()
    if scheme.lower() != "basic":
        return b""
    try:
        return base64.b64decode(value, validate=True).partition(b":")[2]
    except ValueError:
        return b""


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


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _UNLESS_SAID.items():
                headers.setdefault(name, value)
            headers.update(_ALWAYS)
        await send(message)

    return sending
