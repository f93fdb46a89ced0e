"""Sending a file as it was seen: its tag, its name, its parts, and nothing that took its place meanwhile."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from anyio import AsyncFile
from fastapi import Request, Response
from fastapi.responses import FileResponse

from storage import Stamp, to_text

PICTURE = {"content": {"image/*": {"schema": {"type": "string", "format": "binary"}}}}  # for OpenAPI
_ASK_EACH_TIME = "private, no-cache"  # a restored catalog may give an id to another photo


@dataclass(frozen=True, slots=True)
class Picture:
    """A file to send."""

    path: str
    seen: os.stat_result
    media_type: str
    tag: str  # changes when its content does
    named: bool = False  # whether its name is told


class AsSeen(FileResponse):
    """Sends nothing but the file that was looked at: by the time it is opened, a link may lie in its place."""

    @asynccontextmanager
    async def _open_file(self) -> AsyncIterator[AsyncFile[bytes]]:
        async with super()._open_file() as file:
            opened, seen = os.fstat(file.wrapped.fileno()), self.stat_result
            if seen is None or opened.st_dev != seen.st_dev or Stamp.of(opened) != Stamp.of(seen):
                raise OSError("a file was replaced while it was sent, so nothing of it was")
            yield file


def sent(request: Request, picture: Picture) -> Response:
    """Answer with a picture, or with word that the one who asks has it."""
    headers = {"etag": f'"{picture.tag}"', "cache-control": _ASK_EACH_TIME}
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if headers["etag"] in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return AsSeen(
        picture.path,
        headers=headers,
        media_type=picture.media_type,
        stat_result=picture.seen,
        # It is percent-encoded, so that no name of a file writes headers.
        filename=to_text(os.path.basename(picture.path)) if picture.named else None,  # noqa: PTH119 (paths stay str)
        content_disposition_type="inline",
    )
