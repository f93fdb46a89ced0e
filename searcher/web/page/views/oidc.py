"""`/sign-in/oidc`: leads to the provider that signs people in, and takes them back from there."""

import math
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from photoseek.searcher.web.access.attempts import TooManyAttempts
from photoseek.searcher.web.access.cookies import device_cookie, keep, keep_oidc, oidc_cookie, session_cookie
from photoseek.searcher.web.access.oidc.client import CALLBACK, OidcRefused
from photoseek.searcher.web.access.visitor import visitor_of
from photoseek.searcher.web.errors import Refused
from photoseek.searcher.web.page.rendering import Page
from photoseek.searcher.web.page.views.sign_in import on_this_server, sign_in_form

# By the reason of an `OidcRefused`: the status, and the string that the page shows.
_SHOWN = {
    "away": (503, "sign_in.oidc_away"),
    "mistaken": (503, "sign_in.oidc_mistaken"),
    "refused": (403, "sign_in.oidc_refused"),
    "over": (403, "sign_in.oidc_over"),
    "unknown": (403, "sign_in.oidc_unknown"),
}
_IN_ADDRESSES = "/?&=%+,:@!$()*~#"  # characters of a path and a query that stay as they are


def oidc_views(page: Page) -> APIRouter:
    """Return the routes that begin and end a sign-in by OIDC."""
    routes = APIRouter()
    access = page.services.access
    rules = access.rules

    @routes.get("/sign-in/oidc")
    async def begin(request: Request) -> Response:
        if access.oidc is None:
            raise _nobody_does()
        wanted = on_this_server(request.query_params.get("next", "/"))
        if visitor_of(request).signed_in:
            return RedirectResponse(wanted, 303)
        try:
            address, cookie = await access.oidc.begin(wanted)
        except OidcRefused as raised:
            return await _refused(page, request, raised)
        response = RedirectResponse(address, 303)
        keep_oidc(rules, response, cookie)
        return response

    @routes.get(CALLBACK)
    async def end(request: Request) -> Response:
        if access.oidc is None:
            raise _nobody_does()
        peer = request.client.host if request.client else ""
        forwarded = ",".join(request.headers.getlist("x-forwarded-for"))
        try:
            entry, wanted = await access.sign_in_by_oidc(
                request.query_params,
                oidc_cookie(rules, request.cookies),
                rules.address_of(peer, forwarded),
                device_cookie(rules, request.cookies),
                session_cookie(rules, request.cookies),
            )
        except (OidcRefused, TooManyAttempts) as raised:
            response = await _refused(page, request, raised)
            is_over = isinstance(raised, OidcRefused) and raised.reason == "over"
            if not is_over:  # else the cookie may be of a sign-in that was begun in another tab since
                keep_oidc(rules, response, "")
            return response
        # Not by a redirect: what the page of another site began comes without the cookie of the session
        # (SameSite=Strict) wherever it is led to. What this page asks for comes with it.
        wanted = on_this_server(wanted)
        response = page.render(request, "signed_in", wanted=wanted)
        response.headers["refresh"] = f"0; url={quote(wanted, safe=_IN_ADDRESSES)}"
        response.headers["cache-control"] = "no-store"
        response.headers["clear-site-data"] = '"cache"'  # photos of who was signed in before
        keep(rules, response, entry)
        keep_oidc(rules, response, "")
        return response

    return routes


def _nobody_does() -> Refused:
    return Refused(404, "no-oidc", "nobody signs in here by OIDC: start `photoseek serve` with --oidc")


async def _refused(page: Page, request: Request, raised: OidcRefused | TooManyAttempts) -> Response:
    """Return the form to sign in, with why nobody was signed in."""
    language = page.language(request)
    if isinstance(raised, OidcRefused):
        status, key = _SHOWN[raised.reason]
        return await sign_in_form(page, request, "/", trouble=language.text(key), status=status)
    seconds = math.ceil(raised.wait_s)
    text = language.text("sign_in.wait", seconds=seconds)
    response = await sign_in_form(page, request, "/", trouble=text, status=429)
    response.headers["retry-after"] = str(seconds)
    return response
