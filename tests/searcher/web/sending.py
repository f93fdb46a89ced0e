"""An answer in four parts that is sent through a guard, with something that happens after two of them."""

from collections.abc import Awaitable, Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

Part = tuple[bytes, bool]  # and whether more follow
# What comes of an answer that is ended when its third part is to be sent.
ENDED: list[Part] = [(b"part", True), (b"part", True), (b"", False)]
WHOLE: list[Part] = [(b"part", True)] * 4


async def sent_through(
    guarding: Callable[[ASGIApp], ASGIApp],
    session_id: str,
    meanwhile: Callable[[], Awaitable[None]],
    kind: str | None = None,
) -> list[Part]:
    """Return what is sent to a session through the guard that `guarding` puts before an application."""
    sent: list[Message] = []

    async def stream(_scope: Scope, _receive: Receive, send: Send) -> None:
        headers = [] if kind is None else [(b"content-type", kind.encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for number in range(4):
            if number == 2:
                await meanwhile()
            await send({"type": "http.response.body", "body": b"part", "more_body": True})

    async def keep(message: Message) -> None:
        sent.append(message)

    async def nothing() -> Message:
        raise AssertionError

    headers = [(b"host", b"localhost"), (b"cookie", f"photoseek-session={session_id}".encode())]
    scope = {"type": "http", "method": "GET", "path": "/any", "scheme": "http", "headers": headers}
    await guarding(stream)(scope, nothing, keep)
    return [(one["body"], one["more_body"]) for one in sent[1:]]
