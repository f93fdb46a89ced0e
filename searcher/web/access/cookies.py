"""The cookies of a session and of a browser that was signed in: no script, and no other site, can use them."""

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import Response

from photoseek.searcher.web.access.access import Entry
from photoseek.searcher.web.access.rules import Rules
from photoseek.searcher.web.access.sessions import LASTS_S

_SESSION, _DEVICE = "photoseek-session", "photoseek-device"
_DEVICE_LASTS_S = 365 * 86400


def session_cookie(rules: Rules, cookies: Mapping[str, str]) -> str:
    """Return the id of a session that a browser sent, or an empty text."""
    return cookies.get(_name(rules, _SESSION), "")


def device_cookie(rules: Rules, cookies: Mapping[str, str]) -> str:
    """Return the device cookie that a browser sent, or an empty text."""
    return cookies.get(_name(rules, _DEVICE), "")


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


def _set(rules: Rules, response: Response, name: str, value: str, lasts_s: int) -> None:
    response.set_cookie(
        _name(rules, name),
        value,
        max_age=lasts_s,
        path="/",
        secure=rules.secure,
        httponly=True,
        samesite="strict",
    )


def _name(rules: Rules, name: str) -> str:
    """Return the name of a cookie: with `__Host-`, browsers take it from this very host by https alone."""
    return f"__Host-{name}" if rules.secure else name
