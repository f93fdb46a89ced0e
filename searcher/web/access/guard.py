"""Which requests are let in: none from pages of other sites or rebound host names, or without signing in."""

import base64
from collections.abc import Awaitable, Callable
from contextlib import suppress
from hmac import compare_digest
from time import monotonic
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from photoseek.errors import PhotoseekError
from photoseek.searcher.web.access.access import Access
from photoseek.searcher.web.access.cookies import cookies_in, session_cookie
from photoseek.searcher.web.access.headers import until, with_headers
from photoseek.searcher.web.access.names import Names
from photoseek.searcher.web.access.needs import Need, need_of
from photoseek.searcher.web.access.oidc.client import CALLBACK
from photoseek.searcher.web.access.visitor import Visitor, introduce, visitor_in
from photoseek.searcher.web.errors import error
from photoseek.storage import Actor, acting

WRITE_HEADER = "x-photoseek-token"
SIGN_IN = "/sign-in"
SIGN_IN_BY_OIDC = "/sign-in/oidc"
_NO_NAME = "(owner)"  # in the log: who has the password of the library or a token, or asks on this machine
_LOOK_AGAIN_S = 1.0
_READING = frozenset({"GET", "HEAD"})
_MAY_NOT = {
    Need.EDIT: "you may look at these photos, not change them: ask their owner",
    Need.OWN: "only an owner of the library may do this: ask one",
}
_CHANGE_NEEDS = "a change needs the header X-Photoseek-Token: GET /api/v1/session gives its value"
_FORM_NEEDS = (
    "a program that signs in sends the header Origin with the server's own address, as a browser does"
)
# Answered before somebody is signed in: the page for it, what browsers load without cookies, and whether the
# server is well. None has anything of the library.
_OPEN = frozenset(
    {
        SIGN_IN,
        SIGN_IN_BY_OIDC,
        CALLBACK,
        "/api/v1/health",
        "/api/v1/ready",
        "/manifest.webmanifest",
        "/service-worker.js",
    }
)
_OPEN_FOLDER = "/static/"


class Guard:
    """ASGI middleware that passes permitted requests on, and answers others with what to do."""

    def __init__(self, app: ASGIApp, access: Access, look_again_s: float = _LOOK_AGAIN_S) -> None:
        """Guard an application. While an answer is sent, the accounts are read each `look_again_s` at most."""
        self._app = app
        self._access = access
        self._look_again_s = look_again_s
        self._names = Names(access.rules.host, access.rules.public_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse one request, or pass it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        answer: ASGIApp | None
        try:
            await self._access.bring_up_to_date(session_cookie(self._access.rules, cookies_in(headers)))
            answer = self._refusal(scope, headers)
        except PhotoseekError as raised:  # the accounts can't be read
            answer = error(raised.http_status, raised.http_kind, str(raised))
        send = with_headers(send)
        if answer is not None:
            await answer(scope, receive, send)
            return
        visitor = visitor_in(scope)
        with acting(Actor(visitor.name or _NO_NAME, _what(scope))):
            await self._app(scope, receive, until(self._leaving(scope, headers, visitor), send))

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        """Return why a request is refused; or None, with its visitor introduced."""
        changes = scope["method"] not in _READING
        if not self._names.has_host(headers.get("host", "")):
            return error(
                403,
                "bad-host",
                "this name is not the server's: ask by localhost, or by the name in --host or --public-url",
            )
        if self._names.is_another_site(headers, scope["scheme"], changes=changes):
            return error(403, "cross-site", "pages of other sites may not ask: open the address itself")
        visitor = self._visitor(headers)
        if visitor is None:
            if not _is_open(scope):
                return _asks_to_sign_in(scope, headers)
            visitor = Visitor("", signed_in=False, read_only=self._access.rules.read_only)
        introduce(scope, visitor)
        return self._refused_change(scope, headers, visitor) if changes else None

    def _visitor(self, headers: Headers) -> Visitor | None:
        """Return who asks, or None if they have to sign in first."""
        access, read_only = self._access, self._access.rules.read_only
        if not access.rules.asks_to_sign_in:
            return Visitor(access.write_token, signed_in=False, read_only=read_only)
        session = access.session(session_cookie(access.rules, cookies_in(headers)))
        if session is not None:
            user = access.user(session)
            if user is None and session.user_id is not None:
                return None  # removed since the session was found: without a name it would be an owner's
            if user is None:
                return Visitor(session.write_token, signed_in=True, read_only=read_only)
            return Visitor(
                session.write_token,
                signed_in=True,
                read_only=read_only or not user.is_owner,
                edits=user.edits and not read_only,
                name=user.name,
                user_id=None if user.is_owner else user.user_id,
            )
        if access.has_token(_token_in(headers)):
            return Visitor(access.write_token, signed_in=True, read_only=read_only)
        return None

    def _leaving(self, scope: Scope, headers: Headers, visitor: Visitor) -> Callable[[], Awaitable[bool]]:
        """Return what says whether who was let in would have to sign in by now, or has lost a right."""
        rights = self._access.rights(visitor.user_id)
        looked_at = monotonic()

        async def has_left() -> bool:
            nonlocal looked_at
            if monotonic() - looked_at >= self._look_again_s:
                with suppress(PhotoseekError):  # the accounts can't be read: as it was
                    await self._access.bring_up_to_date(
                        session_cookie(self._access.rules, cookies_in(headers))
                    )
                looked_at = monotonic()
            if not rights <= self._access.rights(visitor.user_id):
                return True
            return self._visitor(headers) is None and not _is_open(scope)

        return has_left

    def _refused_change(self, scope: Scope, headers: Headers, visitor: Visitor) -> Response | None:
        need = need_of(scope["method"], scope["path"])
        if self._access.rules.read_only and need is not Need.LOOK:
            return error(403, "read-only", "this server only reads: start it without --read-only to change")
        if not visitor.may(need):
            return error(403, "read-only", _MAY_NOT[need])
        shown = headers.get(WRITE_HEADER, "").encode()
        if visitor.write_token and compare_digest(shown, visitor.write_token.encode()):
            return None
        if scope["path"] == SIGN_IN and _is_own_form(headers):
            return None
        # No browser sends a bearer token by itself.
        if _scheme(headers) == "bearer" and self._access.has_token(_token_in(headers)):
            return None
        return error(403, "no-write-token", _FORM_NEEDS if scope["path"] == SIGN_IN else _CHANGE_NEEDS)


def _what(scope: Scope) -> str:
    return f"{scope['method']} {scope['path']}"


def _is_open(scope: Scope) -> bool:
    path = scope["path"]
    return path in _OPEN or (path.startswith(_OPEN_FOLDER) and scope["method"] in _READING)


def _is_own_form(headers: Headers) -> bool:
    """Return whether a browser says that a page of ours sends a form.

    A form can't send a token in a header. That pages of other sites are refused is enough here: each browser since
    2020 sends `Origin` with every form that is posted, and no page can change it.
    """
    return "origin" in headers or headers.get("sec-fetch-site") == "same-origin"


def _asks_to_sign_in(scope: Scope, headers: Headers) -> Response:
    """Return the way to the sign-in page for a person, and an error for programs."""
    is_page = "text/html" in headers.get("accept", "") and not scope["path"].startswith("/api/")
    if is_page and scope["method"] in _READING:
        query = scope["query_string"].decode("latin-1")
        asked = f"{scope['path']}?{query}" if query else scope["path"]
        return RedirectResponse(f"{SIGN_IN}?next={quote(asked, safe='/')}", 303)
    response = error(
        401, "no-token", "nobody is signed in: sign in at /sign-in, or send the token of `photoseek serve`"
    )
    response.headers["www-authenticate"] = 'Bearer realm="photoseek"'
    return response


def _scheme(headers: Headers) -> str:
    return headers.get("authorization", "").partition(" ")[0].lower()


def _token_in(headers: Headers) -> str:
    """Return the token of a request: that of `Bearer`, or the password of `Basic`, as `curl --user` sends it.

    Nobody is asked for Basic, so that no browser sends it by itself from then on.
    """
    value = headers.get("authorization", "").partition(" ")[2].strip()
    if _scheme(headers) == "bearer":
        return value
    if _scheme(headers) != "basic":
        return ""
    try:
        return base64.b64decode(value, validate=True).partition(b":")[2].decode("ascii")
    except ValueError:
        return ""
