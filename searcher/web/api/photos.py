"""GET /api/photos/…: what is known of a photo, and the file itself, for reading."""

from typing import Any

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from photoseek.searcher.hits.companions import with_videos
from photoseek.searcher.hits.held_back import marked_photos
from photoseek.searcher.hits.records import Hit
from photoseek.searcher.timeline.neighbours import neighbours
from photoseek.searcher.web.access.needs import Need
from photoseek.searcher.web.access.visitor import visitor_of
from photoseek.searcher.web.errors import refusals
from photoseek.searcher.web.files.motion import motion_of
from photoseek.searcher.web.files.originals import Original, PhotoId, none_unchanged, originals, present
from photoseek.searcher.web.files.sending import FILE_RESPONSE, VIDEO_RESPONSE, FileToSend, sent
from photoseek.searcher.web.services import Services
from photoseek.searcher.web.shapes import PhotoShape
from photoseek.storage import Photo, Tag
from photoseek.storage.photo_formats import media_type

_IN_PARTS: dict[int | str, dict[str, Any]] = {
    206: {"description": "The part that `Range` asks for."},
    304: {"description": "It is as it was."},
    416: {"description": "It ends before the range."},
    **refusals(404, 409, 422, 503),
}
DISK_THREADS = 16  # that read originals: a disk that doesn't answer blocks only these, not other requests


def photo_routes(services: Services) -> APIRouter:
    """Return the routes of single photos."""
    routes = APIRouter(prefix="/photos/{photo_id}")
    warm, library = services.warm, services.library
    threads = CapacityLimiter(DISK_THREADS)

    @routes.get("", response_model=None, responses={200: {"model": PhotoShape}, **refusals(404, 422, 503)})
    def photo(photo_id: PhotoId, request: Request) -> dict[str, Any]:
        """Return what is known of a photo: the fields of a hit, camera, tags, albums, neighbours in time."""
        warm.refuse_replaced()
        with library.catalog.read() as transaction:
            (hit,) = with_videos(marked_photos(transaction, [present(transaction, photo_id)]))
            columns = services.columns.at(transaction)
            return _as_json(hit, transaction.tags.of(photo_id)) | {
                "text": str(text) if (text := transaction.texts.of([photo_id]).get(photo_id)) else None,
                "refused_tags": transaction.tags.refused_of(photo_id),
                "albums": [
                    {"id": album_id, "name": name}
                    for album_id, name in transaction.albums.with_photo(photo_id).items()
                ],
                "may_edit": visitor_of(request).may(Need.EDIT)
                and bool(transaction.editable_photos([photo_id])),
                **neighbours(columns, photo_id)._asdict(),
            }

    @routes.head("/file", include_in_schema=False)
    @routes.get(
        "/file",
        response_class=FileResponse,
        responses={
            200: FILE_RESPONSE,
            **_IN_PARTS,
        },
    )
    async def file(photo_id: PhotoId, request: Request) -> Response:
        """Return the original as it lies on the disk, whole or, with `Range`, in parts."""
        return sent(request, await run_sync(opened, photo_id, limiter=threads), threads)

    @routes.head("/motion", include_in_schema=False)
    @routes.get(
        "/motion",
        response_class=FileResponse,
        responses={
            200: VIDEO_RESPONSE,
            **_IN_PARTS,
        },
    )
    async def motion(photo_id: PhotoId, request: Request) -> Response:
        """Return the video of a motion photo, from its file or from beside it."""
        return sent(request, await run_sync(moving, photo_id, limiter=threads), threads)

    def files_of(photo_id: int) -> tuple[Photo, list[Original]]:
        warm.refuse_replaced()
        with library.catalog.read() as transaction:
            found = present(transaction, photo_id)
            return found, originals(transaction, found)

    def moving(photo_id: int) -> FileToSend:
        return motion_of(*files_of(photo_id))

    def opened(photo_id: int) -> FileToSend:
        found, files = files_of(photo_id)
        facts = found.facts
        for file in files:
            # A player asks for a video in many parts, and to read the whole for each would take minutes.
            content = file.opened_by_stamp() if facts.is_video else file.opened()
            if content is not None:
                kind = media_type(facts.format)
                return FileToSend(file.path, content, kind, facts.content_hash.hex(), named=True)
        raise none_unchanged(photo_id)

    return routes


def _as_json(hit: Hit, tags: list[Tag]) -> dict[str, Any]:
    facts = hit.photo.facts
    return hit.as_json() | {
        "format": facts.format,
        "camera": facts.camera,
        "lens": facts.lens,
        "latitude": facts.latitude,
        "longitude": facts.longitude,
        "date_source": facts.date_source,
        "position_source": facts.position_source,
        "title": facts.title,
        "description": facts.description,
        "keywords": list(facts.keywords),
        "rating": facts.rating,
        "added_at": hit.photo.added_at,
        "content_hash": facts.content_hash.hex(),
        "tags": [_tag_as_json(tag) for tag in tags],
    }


def _tag_as_json(tag: Tag) -> dict[str, Any]:
    probability = None if tag.probability is None else round(tag.probability, 4)
    return {"name": tag.name, "model": tag.model, "probability": probability}
