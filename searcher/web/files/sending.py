"""Sends an open file with its ETag, name and ranges, even if another file replaces it meanwhile."""

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, BinaryIO

from anyio import AsyncFile, CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import Request, Response
from fastapi.responses import FileResponse
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from photoseek.storage import DISK_S, status_of, to_text, within
from photoseek.storage.photo_formats import SHOWN_MEDIA_TYPES

FILE_RESPONSE = {"content": {"image/*": {"schema": {"type": "string", "format": "binary"}}}}  # for OpenAPI
VIDEO_RESPONSE = {"content": {"video/*": {"schema": {"type": "string", "format": "binary"}}}}
# "0-99", "100-", or the last bytes, "-100"; no file has more bytes than 18 digits can count.
_RANGE = re.compile(r"(?=.*[0-9])([0-9]{0,18})-([0-9]{0,18})", re.ASCII)
_ASK_EACH_TIME = "private, no-cache"  # in a restored catalog, an id may be another photo's


@dataclass(frozen=True, slots=True)
class FileToSend:
    """A file to send."""

    path: str
    file: BinaryIO  # open; closed after sending
    media_type: str
    tag: str  # ETag: changes with the content
    named: bool = False  # whether to send its name
    begins: int = 0  # byte at which what is sent begins
    size: int | None = None  # bytes from there; None: up to the file's end


class OpenFile(FileResponse):
    """Sends the file that was opened, whatever is at its path by now."""

    def __init__(
        self, picture: FileToSend, headers: dict[str, str], threads: CapacityLimiter | None = None
    ) -> None:
        """Take an open file; `threads` limits the threads that read files."""
        super().__init__(
            picture.path,
            headers=headers,
            media_type=picture.media_type,
            stat_result=_sized(status_of(picture.file), picture),
            # It is percent-encoded, so that no file name can inject headers.
            filename=to_text(os.path.basename(picture.path)) if picture.named else None,  # noqa: PTH119 (paths stay str)
            # Anything but a picture is saved rather than shown, so that nothing in it can be run.
            content_disposition_type="inline" if picture.media_type in SHOWN_MEDIA_TYPES else "attachment",
        )
        self._file = picture.file
        self._begins = picture.begins
        self._ends = None if picture.size is None else picture.begins + picture.size
        self._threads = threads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send all of the file, the ranges requested or only headers; then close it."""
        with self._file:
            if not self._is_range(Headers(scope=scope).get("range", "")):
                headers = [(name, value) for name, value in scope["headers"] if name.lower() != b"range"]
                scope = {**scope, "headers": headers}
            await super().__call__(scope, receive, send)

    @staticmethod
    def _is_range(header: str) -> bool:
        """Return whether a Range header can be read; others are ignored (RFC 9110, 14.2), not refused."""
        unit, _, ranges = header.partition("=")
        if unit.strip().lower() != "bytes":
            return False
        asked = [_RANGE.fullmatch(one.strip()) for one in ranges.split(",") if one.strip()]
        return bool(asked) and all(
            one is not None and (not (one[1] and one[2]) or int(one[1]) <= int(one[2])) for one in asked
        )

    @asynccontextmanager
    async def _open_file(self) -> AsyncIterator[AsyncFile[bytes]]:
        # The methods that FileResponse uses.
        patient: Any = _Patient(self._file, str(self.path), self._threads, self._begins, self._ends)
        await patient.seek(0)
        yield patient


def _sized(status: os.stat_result, picture: FileToSend) -> os.stat_result:
    """Return the status of what is sent of a file."""
    if picture.size is None:
        return status
    return os.stat_result((*status[:6], picture.size, *status[7:10]))  # the seventh is the size


class _Patient:
    """A part of an open file, read by a limited number of threads: a disk that hangs blocks only these."""

    def __init__(
        self, file: BinaryIO, path: str, threads: CapacityLimiter | None, begins: int, ends: int | None
    ) -> None:
        self._file = file
        self._path = path
        self._threads = threads
        self._begins = begins
        self._ends = ends

    async def read(self, size: int) -> bytes:
        left = size if self._ends is None else min(size, max(0, self._ends - self._file.tell()))
        read = partial(self._file.read, left)
        return await run_sync(within, DISK_S, self._path, read, limiter=self._threads)

    async def seek(self, offset: int) -> int:
        return self._file.seek(self._begins + offset) - self._begins


def sent(request: Request, picture: FileToSend, threads: CapacityLimiter | None = None) -> Response:
    """Return the response with a file, or 304 if the client has it already."""
    headers = {"etag": f'"{picture.tag}"', "cache-control": _ASK_EACH_TIME}
    if has_already(request, headers["etag"]):
        picture.file.close()
        return Response(status_code=304, headers=headers)
    return OpenFile(picture, headers, threads)


def has_already(request: Request, etag: str) -> bool:
    """Return whether the client has what has this ETag."""
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    return etag in known or "*" in known
