"""GET /api/v1/albums: all albums, and what one shows."""

from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Path, Request

from photoseek.searcher.query.query import Filter, Query
from photoseek.searcher.web.access.needs import Need
from photoseek.searcher.web.access.visitor import visitor_of
from photoseek.searcher.web.api.listing.covers import Covers, Look
from photoseek.searcher.web.api.listing.shapes import AlbumShape, AlbumsShape
from photoseek.searcher.web.api.searching.answering import Answering
from photoseek.searcher.web.api.small_photo import small_photo
from photoseek.searcher.web.errors import Refused, refusals
from photoseek.searcher.web.files.originals import MOST_ID
from photoseek.searcher.web.services import Services
from photoseek.storage import Album
from photoseek.storage.rows.albums.albums import is_at_or_below


def album_routes(services: Services, answering: Answering) -> APIRouter:
    """Return the routes of albums as they are."""
    routes = APIRouter(prefix="/albums")
    covers = Covers(services)

    def all_albums(request: Request) -> tuple[list[Album], set[int]]:
        """Return all albums, and the ids of those that may be edited."""
        services.warm.refuse_replaced()
        with services.library.catalog.read() as transaction:
            every = transaction.albums.all()
            picked = [album.album_id for album in every if album.query is None]
            return every, transaction.editable_albums(picked) if visitor_of(request).may(Need.EDIT) else set()

    @routes.get("", response_model=None, responses={200: {"model": AlbumsShape}, **refusals(503)})
    def albums(request: Request) -> dict[str, Any]:
        """List albums by name. Of one that nobody has looked at yet, `cover` is null: ask for the album."""
        every, may_edit = all_albums(request)
        below = {album.album_id: _below(album, every) for album in every}
        return {
            "albums": [
                _as_json(one, covers.known(one, below[one.album_id]), may_edit=one.album_id in may_edit)
                for one in every
            ],
        }

    @routes.get(
        "/{album_id}", response_model=None, responses={200: {"model": AlbumShape}, **refusals(404, 422, 503)}
    )
    async def album(
        album_id: Annotated[int, Path(ge=1, le=MOST_ID, description="An album's `id`.")], request: Request
    ) -> dict[str, Any]:
        """Return an album with its cover, and the number of its photos and of those below it."""
        every, may_edit = await run_sync(all_albums, request)
        found = next((one for one in every if one.album_id == album_id), None)
        if found is None:
            raise Refused(404, "unknown-name", f"there is no album {album_id}: /api/v1/albums lists them")
        below = _below(found, every)
        look = covers.known(found, below)
        if look is None:
            async with answering.question(request) as question:
                look = await question.answered(Query(), covers.looked_at, found, below)
        return _as_json(found, look, may_edit=album_id in may_edit)

    return routes


def _below(album: Album, every: list[Album]) -> int:
    """Return how many photos are picked for an album and those below it."""
    return sum(one.photo_count or 0 for one in every if is_at_or_below(one.name, album.name))


def _as_json(album: Album, look: Look | None, *, may_edit: bool) -> dict[str, Any]:
    return {
        "id": album.album_id,
        "name": album.name,
        "query": album.query,
        "filter": str(Filter("album", album.name)),
        "may_edit": may_edit,
        "photos": album.photo_count if look is None else look.photos,
        "cover": None if look is None or look.cover is None else small_photo(look.cover),
        "is_known": look is not None,
        "trouble": None if look is None else look.trouble,
    }
