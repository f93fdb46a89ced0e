"""The cookies of a session and of a browser that was signed in: no script, and no other site, can use them."""

from collections.abc import Mapping
from typing import Literal

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import Response

from photoseek.searcher.web.access.access import Entry
from photoseek.searcher.web.access.oidc.flows import LASTS_S as OIDC_LASTS_S
from photoseek.searcher.web.access.rules import Rules
from photoseek.searcher.web.access.sessions.protocol import LASTS_S

_SESSION, _DEVICE, _OIDC = "photoseek-session", "photoseek-device", "photoseek-oidc"
_DEVICE_LASTS_S = 365 * 86400


def session_cookie(rules: Rules, cookies: Mapping[str, str]) -> str:
    """Return the id of a session that a browser sent, or an empty text."""
    return cookies.get(_name(rules, _SESSION), "")


def device_cookie(rules: Rules, cookies: Mapping[str, str]) -> str:
    """Return the device cookie that a browser sent, or an empty text."""
    return cookies.get(_name(rules, _DEVICE), "")


def oidc_cookie(rules: Rules, cookies: Mapping[str, str]) -> str:
    """Return the cookie of a sign-in by OIDC on its way, or an empty text."""
    return cookies.get(_name(rules, _OIDC), "")


def cookies_in(headers: Headers) -> dict[str, str]:
    """Return the cookies of a request."""
    return cookie_parser(headers.get("cookie", ""))


def keep(rules: Rules, response: Response, entry: Entry) -> None:
    """Have a browser keep the cookies of a sign-in."""
    _set(rules, response, _SESSION, entry.session_id, int(LASTS_S))
    _set(rules, response, _DEVICE, entry.device, _DEVICE_LASTS_S)


def forget_session(rules: Rules, response: Response) -> None:
    """Have a browser delete the cookie of its session."""
    _set(rules, response, _SESSION, "", 0)


def keep_oidc(rules: Rules, response: Response, cookie: str) -> None:
    """Have a browser keep a sign-in by OIDC that is on its way, or forget it where the cookie is empty.

    It is sent with the link by which the provider leads back, and with nothing else that begins at another site.
    """
    _set(rules, response, _OIDC, cookie, OIDC_LASTS_S if cookie else 0, "lax")


def _set(  # noqa: PLR0913 (what a cookie has)
    rules: Rules,
    response: Response,
    name: str,
    value: str,
    lasts_s: int,
    same_site: Literal["strict", "lax"] = "strict",
) -> None:
    response.set_cookie(
        _name(rules, name),
        value,
        max_age=lasts_s,
        path="/",
        secure=rules.secure,
        httponly=True,
        samesite=same_site,
    )


def _name(rules: Rules, name: str) -> str:
    """Return the name of a cookie: with `__Host-`, browsers take it from this very host by https alone."""
    return f"__Host-{name}" if rules.secure else name
