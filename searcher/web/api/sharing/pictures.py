"""POST /api/v1/pictures: a picture as a question."""

import tempfile
from collections.abc import AsyncIterator
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Request

from photoseek.searcher.web.errors import Refused, refusals
from photoseek.searcher.web.sent_pictures import KEPT_S
from photoseek.searcher.web.services import Services
from photoseek.searcher.web.shapes import Shape
from photoseek.searcher.web.turns import Turns

MOST_BYTES = 50_000_000  # of a picture
PATIENCE_S = 30.0  # that a picture may wait for others
_IN_MEMORY = 1 << 20  # bytes, before they go into a temporary file
_BUSY = "other pictures are being read: send it again in a moment"


class SentPictureShape(Shape):
    """The token of a picture, for `picture` of a search, and its size as it is kept."""

    picture: str
    width: int
    height: int
    expires_in_s: float


def picture_routes(services: Services) -> APIRouter:
    """Return the route that takes a picture in; one is decoded at a time."""
    routes = APIRouter()
    turns = Turns(PATIENCE_S, _BUSY)

    @routes.post(
        "/pictures",
        responses=refusals(404, 413, 422, 503),
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
            }
        },
    )
    async def send_picture(
        request: Request,
        name: Annotated[
            str, Query(max_length=500, description="Its file name, by which raw formats are known.")
        ] = "",
    ) -> SentPictureShape:
        """Take a picture in, at most 50 MB; it is kept in memory for an hour, and nowhere else."""
        services.warm.refuse_replaced()
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as received:
            async for part in _bounded(request):
                await run_sync(received.write, part)
            received.seek(0)
            token, width, height = await turns.run(services.pictures.take_in, received, name)
        return SentPictureShape(picture=token, width=width, height=height, expires_in_s=KEPT_S)

    return routes


async def _bounded(request: Request) -> AsyncIterator[bytes]:
    """Yield the body. Raises Refused once it is too long."""
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            raise Refused(
                413, "too-large", f"a picture may have {MOST_BYTES // 10**6} MB: send a smaller copy"
            )
        yield part
