"""POST /api/v1/pictures: a picture as a question."""

import tempfile
from typing import IO, Annotated

from anyio import Semaphore, fail_after
from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Request

from photoseek.searcher.errors import Busy
from photoseek.searcher.web.errors import Refused, refusals
from photoseek.searcher.web.kept.sent_pictures import KEPT_S
from photoseek.searcher.web.services import Services
from photoseek.searcher.web.shapes import Shape
from photoseek.searcher.web.turns import Turns

MOST_BYTES = 50_000_000  # of a picture
AT_ONCE = 8  # pictures that are being received or wait to be decoded: 400 MB of temporary files
RECEIVE_S = 60.0  # for a picture to arrive
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
    receiving = Semaphore(AT_ONCE)

    @routes.post(
        "/pictures",
        responses=refusals(404, 408, 413, 422, 503),
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
        if receiving.value == 0:
            raise Busy(_BUSY)
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as received:
            async with receiving:  # until it is decoded: those that wait take room on the disk
                await _receive(request, received)
                received.seek(0)
                token, width, height = await turns.run(services.pictures.take_in, received, name)
        return SentPictureShape(picture=token, width=width, height=height, expires_in_s=KEPT_S)

    return routes


async def _receive(request: Request, into: IO[bytes]) -> None:
    """Write the body into a file. Raises Refused if it is too long, or takes too long to arrive."""
    size = 0
    try:
        with fail_after(RECEIVE_S):
            async for part in request.stream():
                size += len(part)
                if size > MOST_BYTES:
                    raise Refused(
                        413, "too-large", f"a picture may have {MOST_BYTES // 10**6} MB: send a smaller copy"
                    )
                await run_sync(into.write, part)
    except TimeoutError as error:
        raise Refused(
            408, "too-slow", f"the picture did not arrive within {RECEIVE_S:g} s: send a smaller copy"
        ) from error
