"""GET /api/v1/photos/…/thumbnail: in three sizes, as they are stored or made now, few at a time."""

from typing import Annotated, Literal

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Request, Response

from photoseek.searcher.timeline.columns import HASH_DIGITS
from photoseek.searcher.web.errors import refusals
from photoseek.searcher.web.files.originals import PhotoId, present
from photoseek.searcher.web.files.sending import FILE_RESPONSE, has_already
from photoseek.searcher.web.files.thumbnail_files import Found, ThumbnailFiles
from photoseek.searcher.web.services import Services

THREADS = 8  # that read thumbnails, apart from those of questions
_MOST_REMEMBERED = 200_000  # contents of photos
_FOR_EVER = "private, max-age=31536000, immutable"
_ASK_EACH_TIME = "private, no-cache"  # in a restored catalog, an id may be another photo's

Size = Literal["small", "medium", "large"]


def thumbnail_routes(services: Services) -> APIRouter:
    """Return the route of thumbnails; they are made by few threads at once."""
    routes = APIRouter(prefix="/photos/{photo_id}")
    files = ThumbnailFiles(services)
    threads = CapacityLimiter(THREADS)
    contents: dict[int, bytes] = {}  # content hashes of photos that were asked for, by id

    def ready(photo_id: int, size: Size, version: str | None) -> tuple[bytes, Found | None]:
        """Return the photo's content, and the thumbnail that can be sent at once."""
        services.warm.refuse_replaced()
        content_hash = contents.get(photo_id)
        # The version says which content is meant, so that the catalog needn't be asked.
        if content_hash is None or version is None or not _is_version(version, content_hash):
            with services.library.catalog.read() as transaction:
                content_hash = present(transaction, photo_id).facts.content_hash
            if services.shows_all:  # else the photo may go out of the user's sight
                if len(contents) >= _MOST_REMEMBERED:
                    contents.clear()
                contents[photo_id] = content_hash
        return content_hash, files.ready(content_hash, size)

    async def found(photo_id: int, size: Size, version: str | None) -> Found:
        content_hash, at_once = await run_sync(ready, photo_id, size, version, limiter=threads)
        if at_once is None:
            return await files.made(photo_id, content_hash, size)
        if at_once.size != size:
            files.make_small_later(content_hash)
        return at_once

    @routes.head("/thumbnail", include_in_schema=False)
    @routes.get(
        "/thumbnail",
        response_class=Response,
        responses={
            200: FILE_RESPONSE,
            304: {"description": "It is as it was."},
            **refusals(404, 409, 422, 503),
        },
    )
    async def thumbnail(
        photo_id: PhotoId,
        request: Request,
        size: Annotated[Size, Query(description="At most 256, 512 or 1440 pixels.")] = "medium",
        v: Annotated[
            str | None,
            Query(
                max_length=64, description="The content hash's first 12 digits: then it may be kept for ever."
            ),
        ] = None,
    ) -> Response:
        """Return the photo as a JPEG; one that isn't stored is made now."""
        picture = await found(photo_id, size, v)
        may_be_kept = picture.size == size and v is not None and _is_version(v, picture.content_hash)
        headers = {"etag": picture.etag, "cache-control": _FOR_EVER if may_be_kept else _ASK_EACH_TIME}
        if has_already(request, picture.etag):
            return Response(status_code=304, headers=headers)
        return Response(picture.jpeg, headers=headers, media_type="image/jpeg")

    return routes


def _is_version(version: str, content_hash: bytes) -> bool:
    return version == content_hash.hex()[:HASH_DIGITS]
