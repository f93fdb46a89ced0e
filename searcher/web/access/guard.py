"""Which requests are let in: none from pages of other sites, from rebound host names, or without the token."""

import base64
from hmac import compare_digest

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from photoseek.searcher.web.access.headers import with_headers
from photoseek.searcher.web.access.names import Names
from photoseek.searcher.web.access.rules import READING, WRITE_HEADER, Rules
from photoseek.searcher.web.access.visitor import Visitor, introduce
from photoseek.searcher.web.errors import error

# Requests with a body that ask and change nothing: a picture as a question. They are answered in read-only mode.
ASKING = frozenset({"/api/v1/pictures"})


class Guard:
    """ASGI middleware that passes permitted requests on, and answers others with what to do."""

    def __init__(self, app: ASGIApp, rules: Rules) -> None:
        """Guard an application."""
        self._app = app
        self._rules = rules
        self._names = Names(rules.host)
        self._token = None if rules.token is None else rules.token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse one request, or pass it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refused = self._refusal(scope, headers)
        if refused is None:
            introduce(scope, Visitor(self._rules.write_token, self._token is not None, self._rules.read_only))
        await (refused or self._app)(scope, receive, with_headers(send))

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        changes = scope["method"] not in READING
        if not self._names.has_host(headers.get("host", "")):
            return error(
                403, "bad-host", "this name is not the server's: ask by localhost or the --host it was given"
            )
        if self._names.is_another_site(headers, scope["scheme"], changes=changes):
            return error(403, "cross-site", "pages of other sites may not ask: open the address itself")
        if self._token is not None and not compare_digest(_shown(headers), self._token):
            response = error(
                401,
                "no-token",
                "the token is missing or another: it is what `photoseek serve` printed or was given",
            )
            response.headers["www-authenticate"] = 'Basic realm="photoseek"'
            return response
        return self._refused_change(scope, headers) if changes else None

    def _refused_change(self, scope: Scope, headers: Headers) -> Response | None:
        if self._rules.read_only and scope["path"] not in ASKING:
            return error(403, "read-only", "this server only reads: start it without --read-only to change")
        shown = headers.get(WRITE_HEADER, "").encode()
        if self._is_program(headers) or compare_digest(shown, self._rules.write_token.encode()):
            return None
        return error(
            403,
            "no-write-token",
            "a change needs the header X-Photoseek-Token: GET /api/v1/session gives its value",
        )

    def _is_program(self, headers: Headers) -> bool:
        """Return whether a request carries the bearer token, which no browser sends by itself."""
        return self._token is not None and headers.get("authorization", "").lower().startswith("bearer ")


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
