"""GET /api/photos/…/thumbnail: as indexing wrote it, or made again, few at a time."""

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from photoseek.searcher.web.errors import Refused, refusals
from photoseek.searcher.web.originals import Original, PhotoId, none_unchanged, originals, present
from photoseek.searcher.web.sending import FILE_RESPONSE, FileToSend, sent
from photoseek.searcher.web.services import MakeThumbnail, Services
from photoseek.searcher.web.turns import Turns
from photoseek.storage import Photo, Thumbnails

AT_ONCE = 2  # thumbnails made in parallel, each by a process
PATIENCE_S = 60.0  # that a thumbnail may wait for earlier ones
_BUSY = "other thumbnails are being made: ask again in a moment"


def thumbnail_routes(services: Services) -> APIRouter:
    """Return the route of thumbnails; they are made by few threads at once."""
    routes = APIRouter(prefix="/photos/{photo_id}")
    pictures = _ThumbnailFiles(services.library.thumbnails, services.make_thumbnail)

    def look_up(photo_id: int) -> tuple[Photo, list[Original], FileToSend | None]:
        services.warm.refuse_replaced()
        with services.library.catalog.read() as transaction:
            photo = present(transaction, photo_id)
            files = originals(transaction, photo)
        return photo, files, pictures.kept(photo)

    @routes.head("/thumbnail", include_in_schema=False)
    @routes.get(
        "/thumbnail",
        response_class=FileResponse,
        responses={
            200: FILE_RESPONSE,
            304: {"description": "It is as it was."},
            **refusals(404, 409, 422, 503),
        },
    )
    async def thumbnail(photo_id: PhotoId, request: Request) -> Response:
        """Return the photo as a small JPEG; one that was deleted is made again."""
        photo, files, found = await run_sync(look_up, photo_id)
        return sent(request, found or await pictures.made(photo, files))

    return routes


class _ThumbnailFiles:
    """The thumbnails that are kept, and how others are made."""

    def __init__(self, thumbnails: Thumbnails, make: MakeThumbnail) -> None:
        self._thumbnails = thumbnails
        self._make = make
        self._turns = [Turns(PATIENCE_S, _BUSY) for _ in range(AT_ONCE)]

    def kept(self, photo: Photo) -> FileToSend | None:
        """Return the thumbnail that is there."""
        content_hash = photo.facts.content_hash
        path = self._thumbnails.path(content_hash)
        if not self._thumbnails.has(content_hash):
            return None
        try:
            return FileToSend(str(path), path.open("rb"), "image/jpeg", f"{content_hash.hex()}-thumbnail")
        except OSError:  # it was deleted just now
            return None

    async def made(self, photo: Photo, files: list[Original]) -> FileToSend:
        """Make the thumbnail when it is its turn."""
        # So that no two requests make the same one.
        turns = self._turns[photo.facts.content_hash[0] % AT_ONCE]
        return await turns.run(self._made_now, photo, files)

    def _made_now(self, photo: Photo, files: list[Original]) -> FileToSend:
        found = self.kept(photo)  # another request may have made it just now
        refused = none_unchanged(photo.photo_id)
        for file in files:
            if found is not None:
                break
            if file.unchanged() is not None:
                why_not = self._make(photo.facts.content_hash, file.path, file.stamp)
                refused = _none_made(photo.photo_id, why_not or "what was made is gone again")
                found = self.kept(photo)
        if found is None:
            raise refused
        return found


def _none_made(photo_id: int, why: str) -> Refused:
    return Refused(404, "no-thumbnail", f"photo {photo_id} has no thumbnail any more: {why}")
