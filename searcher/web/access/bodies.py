"""A bound on what is sent with a request: no body is read into memory whatever its size."""

from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from photoseek.searcher.web.errors import Refused, error

MOST_BYTES = 2_000_000  # 100,000 ids of the longest kind


class BoundedBodies:
    """ASGI middleware that refuses longer bodies; some paths have bounds of their own."""

    def __init__(self, app: ASGIApp, own: Mapping[str, int]) -> None:
        """Take an application, and by path the most bytes where it isn't `MOST_BYTES`."""
        self._app = app
        self._own = own

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse one request, or pass it on; a body without a length is refused once it is too long."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = self._own.get(scope["path"], MOST_BYTES)
        message = f"what is sent may have {most / 10**6:g} MB: send less at once"
        length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if not length.isdigit() or len(length) > len(str(most)) or int(length) > most:
            await error(413, "too-large", message)(scope, receive, send)
            return
        size = 0

        async def bounded() -> Message:
            nonlocal size
            received = await receive()
            size += len(received.get("body", b""))
            if size > most:
                raise Refused(413, "too-large", message)
            return received

        await self._app(scope, bounded, send)
