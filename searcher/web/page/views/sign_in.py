"""`/sign-in`: a form for the password, which works without scripts."""

import math
from urllib.parse import parse_qs, quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from photoseek.searcher.web.access.access import WrongPassword
from photoseek.searcher.web.access.attempts import TooManyAttempts
from photoseek.searcher.web.access.cookies import device_cookie, keep, session_cookie
from photoseek.searcher.web.access.passwords import MOST
from photoseek.searcher.web.access.visitor import visitor_of
from photoseek.searcher.web.errors import Refused
from photoseek.searcher.web.page.rendering import Page

_LARGEST_FORM = 16 * MOST  # bytes: a character is at most four, each written as three
_LONGEST_ADDRESS = 4000


def sign_in_view(page: Page) -> APIRouter:
    """Return the routes of the form and of what it sends."""
    routes = APIRouter()
    access = page.services.access
    rules = access.rules

    async def shown(request: Request, wanted: str, wrong: str | None, *, status: int = 200) -> Response:
        return await sign_in_form(page, request, wanted, wrong=wrong, status=status)

    @routes.get("/sign-in")
    async def form(request: Request) -> Response:
        wanted = on_this_server(request.query_params.get("next", "/"))
        if visitor_of(request).signed_in or not rules.asks_to_sign_in:
            return RedirectResponse(wanted, 303)
        response = await shown(request, wanted, None)
        if request.headers.get("sec-fetch-site") in {"cross-site", "same-site"}:
            # It was opened from a page of another site, so the browser held the cookie of the session back
            # (SameSite=Strict). It sends the cookie when this page itself asks.
            response.headers["refresh"] = f"0; url=/sign-in?next={quote(wanted, safe='/')}"
        return response

    @routes.post("/sign-in")
    async def sign_in(request: Request) -> Response:
        fields = await _form(request)
        wanted = on_this_server(fields.get("next", "/"))
        peer = request.client.host if request.client else ""
        forwarded = ",".join(request.headers.getlist("x-forwarded-for"))
        language = page.language(request)
        try:
            entry = await access.sign_in(
                fields.get("password", ""),
                rules.address_of(peer, forwarded),
                device_cookie(rules, request.cookies),
                session_cookie(rules, request.cookies),
                fields.get("name", "").strip(),
            )
        except WrongPassword:
            wrong = language.text("sign_in.wrong")
            return await shown(request, wanted, wrong, status=403)
        except TooManyAttempts as refused:
            seconds = math.ceil(refused.wait_s)
            wrong = language.text("sign_in.wait", seconds=seconds)
            response: Response = await shown(request, wanted, wrong, status=429)
            response.headers["retry-after"] = str(seconds)
            return response
        response = RedirectResponse(wanted, 303)
        keep(rules, response, entry)
        # Photos that the browser has kept for who was signed in before are deleted.
        response.headers["clear-site-data"] = '"cache"'
        return response

    return routes


async def sign_in_form(  # noqa: PLR0913 (what the form says)
    page: Page,
    request: Request,
    wanted: str,
    *,
    wrong: str | None = None,
    trouble: str | None = None,
    status: int = 200,
) -> Response:
    """Return the page that asks to sign in, with what is wrong with a password or with a sign-in by OIDC."""
    access = page.services.access
    return page.render(
        request,
        "sign_in",
        status=status,
        wanted=wanted,
        wrong=wrong,
        trouble=trouble,
        named=await access.asks_for_names(),
        oidc=None if access.oidc is None else f"/sign-in/oidc?next={quote(wanted, safe='/')}",
    )


async def _form(request: Request) -> dict[str, str]:
    """Return the fields of a form, each with its first value. Raises Refused."""
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > _LARGEST_FORM:
            raise Refused(413, "too-large", "no password is as long as that")
    try:
        fields = parse_qs(content.decode("ascii"), max_num_fields=10, errors="strict")
    except ValueError as error:
        raise Refused(422, "bad-parameter", "the form can't be read: sign in at /sign-in") from error
    return {name: values[0] for name, values in fields.items()}


def on_this_server(address: str) -> str:
    r"""Return an address if it is a path of this server, else `/`; `//host` and `/\host` are other servers."""
    is_path = address.startswith("/") and not address.startswith(("//", "/\\"))
    plain = address.isprintable() and len(address) <= _LONGEST_ADDRESS and "\\" not in address
    return address if is_path and plain and not address.startswith("/sign-in") else "/"
