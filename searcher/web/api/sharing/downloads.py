"""POST /api/v1/downloads, then GET of the address it gives: originals of chosen photos as one ZIP."""

import secrets
from collections.abc import AsyncIterator, Generator, Iterator
from datetime import datetime
from functools import partial
from typing import Annotated, BinaryIO

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import APIRouter, Path
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from photoseek.searcher.errors import BadQuery
from photoseek.searcher.query.budget import MOST_CHARACTERS
from photoseek.searcher.web.api.changing.chosen import Ids, known
from photoseek.searcher.web.api.sharing.zip_stream import ToPack, zipped
from photoseek.searcher.web.api.viewing import Viewing
from photoseek.searcher.web.errors import Refused, refusals
from photoseek.searcher.web.files.originals import Original, originals
from photoseek.searcher.web.kept.for_a_while import KeptForAWhile
from photoseek.searcher.web.services import Services
from photoseek.searcher.web.shapes import Shape
from photoseek.storage import Library

MOST_PHOTOS = 10_000  # of one ZIP
AT_ONCE = 4  # threads that read originals for ZIPs
KEPT, KEPT_S = 100, 3600.0  # addresses, and how long each answers
_IDS_AT_ONCE = 200  # photos whose paths are looked up together


class DownloadRequest(BaseModel):
    """Which photos: by ids, or all that pass filters."""

    model_config = ConfigDict(extra="forbid")

    ids: Ids | None = None
    q: str | None = Field(None, max_length=MOST_CHARACTERS, description="Filters, as for the timeline.")


class DownloadShape(Shape):
    """Where the ZIP is fetched, within an hour."""

    address: str
    photos: int


def download_routes(services: Services) -> APIRouter:
    """Return the routes of ZIPs."""
    routes = APIRouter(prefix="/downloads")
    threads = CapacityLimiter(AT_ONCE)
    viewing = Viewing(services)
    kept = KeptForAWhile[list[int]](KEPT, KEPT_S)

    def there(ids: list[int]) -> list[int]:
        services.warm.refuse_replaced()
        with services.library.catalog.read() as transaction:
            return known(transaction, ids)

    @routes.post("", responses=refusals(400, 404, 422, 503))
    async def make_download(asked: DownloadRequest) -> DownloadShape:
        """Choose the photos of a ZIP, which is made while it is fetched."""
        if (asked.ids is None) == (asked.q is None):
            raise BadQuery("a download is of `ids` or of what `q` finds: give one of them")
        ids = asked.ids or (await viewing.of(asked.q or ""))[1].ids.tolist()
        if len(ids) > MOST_PHOTOS:
            raise BadQuery(
                f"a ZIP holds at most {MOST_PHOTOS} photos: choose fewer, or `photoseek album export`"
            )
        found = await run_sync(there, ids)
        token = secrets.token_urlsafe(16)
        kept.put(token, found)
        return DownloadShape(address=f"/api/v1/downloads/{token}", photos=len(found))

    @routes.get(
        "/{token}",
        response_class=StreamingResponse,
        responses={
            200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}},
            **refusals(404, 422),
        },
    )
    async def download(token: Annotated[str, Path(max_length=64)]) -> StreamingResponse:
        """Send the originals as they lie on the disk; those that are gone or changed are listed in a text file."""
        ids = kept.get(token)
        if ids is None:
            raise Refused(404, "no-download", "there is no such download any more: choose the photos again")
        name = f"photos-{datetime.now().astimezone():%Y-%m-%d}.zip"
        return StreamingResponse(
            _stream(zipped(_files_of(services.library, ids)), threads),
            media_type="application/zip",
            headers={"content-disposition": f'attachment; filename="{name}"'},
        )

    return routes


def _files_of(library: Library, ids: list[int]) -> Iterator[ToPack]:
    """Yield the file of each photo that is shown first; the paths are looked up as they are needed."""
    for start in range(0, len(ids), _IDS_AT_ONCE):
        some = ids[start : start + _IDS_AT_ONCE]
        with library.catalog.read() as transaction:
            photos = transaction.photos.by_id(some)
            files = {one: originals(transaction, photos[one]) for one in some if one in photos}
        for photo_id, copies in files.items():
            yield ToPack(copies[0].path if copies else f"photo {photo_id}", partial(_opened, copies))


def _opened(copies: list[Original]) -> BinaryIO | None:
    """Open the first copy of a photo that is as it was indexed; None if there is none."""
    return next(filter(None, (one.opened_by_stamp() for one in copies)), None)


async def _stream(parts: Generator[bytes], threads: CapacityLimiter) -> AsyncIterator[bytes]:
    try:
        while (part := await run_sync(next, parts, None, limiter=threads)) is not None:
            yield part
    finally:
        parts.close()
