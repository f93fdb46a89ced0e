"""What every answer says to browsers: take nothing for more than it is, and load nothing from elsewhere."""

from collections.abc import Awaitable, Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Send

# Of the page: its own scripts, styles, pictures and videos, none written into the markup, and no frame around it.
PAGE_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; font-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
# Of everything else, photos above all: even an SVG or HTML file runs no script, and has no origin of ours.
_USUAL_CSP = "default-src 'none'; frame-ancestors 'none'; sandbox"

_ALWAYS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-resource-policy": "same-origin",  # else any page could embed photos and learn their sizes
    "cross-origin-opener-policy": "same-origin",
    # Not `no-referrer`, by which browsers would send `Origin: null` with the form of the sign-in page.
    "referrer-policy": "same-origin",
}
_UNLESS_SAID = {
    "content-security-policy": _USUAL_CSP,
    "cache-control": "no-store",
}


def with_headers(send: Send) -> Send:
    """Return what sends messages with the headers that every answer has."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _UNLESS_SAID.items():
                headers.setdefault(name, value)
            headers.update(_ALWAYS)
            if "private" in headers["cache-control"]:
                # What a browser has kept is for the session that asked. It obeys Clear-Site-Data only where the
                # connection is encrypted.
                headers.add_vary_header("cookie")
        await send(message)

    return sending


def until(ended: Callable[[], Awaitable[bool]], send: Send) -> Send:
    """Return what sends messages, and ends an answer of no given length once `ended`, as events to a page."""
    over = is_whole = False

    async def sending(message: Message) -> None:
        nonlocal over, is_whole
        if over:
            return
        if message["type"] == "http.response.start":
            is_whole = "content-length" in Headers(raw=message["headers"])
        elif message.get("more_body") and not is_whole and await ended():
            over = True
            message = {"type": "http.response.body", "body": b"", "more_body": False}
        await send(message)

    return sending
