"""Sending a file as it was seen: its tag, its name, its parts, and nothing that took its place meanwhile."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, BinaryIO

from anyio import AsyncFile, CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import Request, Response
from fastapi.responses import FileResponse
from starlette.types import Receive, Scope, Send

from photoseek.storage import DISK_S, to_text, within

PICTURE = {"content": {"image/*": {"schema": {"type": "string", "format": "binary"}}}}  # for OpenAPI
_ASK_EACH_TIME = "private, no-cache"  # a restored catalog may give an id to another photo


@dataclass(frozen=True, slots=True)
class Picture:
    """A file to send."""

    path: str
    file: BinaryIO  # open; it is closed as it is sent
    media_type: str
    tag: str  # changes when its content does
    named: bool = False  # whether its name is told


class OpenFile(FileResponse):
    """Sends nothing but the file that was opened, whatever lies at its path by now."""

    def __init__(
        self, picture: Picture, headers: dict[str, str], threads: CapacityLimiter | None = None
    ) -> None:
        """Describe the file as it is while it is open; `threads` limits those that read it."""
        super().__init__(
            picture.path,
            headers=headers,
            media_type=picture.media_type,
            stat_result=os.fstat(picture.file.fileno()),
            # It is percent-encoded, so that no name of a file writes headers.
            filename=to_text(os.path.basename(picture.path)) if picture.named else None,  # noqa: PTH119 (paths stay str)
            content_disposition_type="inline",
        )
        self._file = picture.file
        self._threads = threads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it, all or the parts that are asked for, or none of it; and close it."""
        with self._file:
            await super().__call__(scope, receive, send)

    @asynccontextmanager
    async def _open_file(self) -> AsyncIterator[AsyncFile[bytes]]:
        patient: Any = _Patient(self._file, str(self.path), self._threads)  # all of it that is used
        yield patient


class _Patient:
    """An open file that is read by threads of their own number: a disk that hangs takes none from the others."""

    def __init__(self, file: BinaryIO, path: str, threads: CapacityLimiter | None) -> None:
        self._file = file
        self._path = path
        self._threads = threads

    async def read(self, size: int) -> bytes:
        read = partial(self._file.read, size)
        return await run_sync(within, DISK_S, self._path, read, limiter=self._threads)

    async def seek(self, offset: int) -> int:
        return self._file.seek(offset)


def sent(request: Request, picture: Picture, threads: CapacityLimiter | None = None) -> Response:
    """Answer with a picture, or with word that the one who asks has it."""
    headers = {"etag": f'"{picture.tag}"', "cache-control": _ASK_EACH_TIME}
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if headers["etag"] in known or "*" in known:
        picture.file.close()
        return Response(status_code=304, headers=headers)
    return OpenFile(picture, headers, threads)
