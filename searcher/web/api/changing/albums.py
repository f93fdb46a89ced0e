"""/api/v1/albums: albums made, renamed and deleted, and photos put into them and taken out."""

from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from photoseek.searcher.errors import BadQuery
from photoseek.searcher.web.api.changing.album_work import PATIENCE_S, AlbumWork, ChangedAlbumShape, NewAlbum
from photoseek.searcher.web.api.changing.chosen import MOST_NAME, Chosen
from photoseek.searcher.web.errors import refusals
from photoseek.searcher.web.files.originals import MOST_ID
from photoseek.searcher.web.services import Services
from photoseek.searcher.web.turns import Turns

_BUSY = "others are being answered: ask again in a moment"

AlbumId = Annotated[int, Path(ge=1, le=MOST_ID, description="An album's `id`.")]


class AlbumPatch(BaseModel):
    """Another name for an album; those below it follow."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=MOST_NAME)


def album_changes(services: Services) -> APIRouter:
    """Return the routes that change albums."""
    routes = APIRouter(prefix="/albums")
    work = AlbumWork(services)
    turns = Turns(PATIENCE_S, _BUSY)

    @routes.post("", status_code=201, responses=refusals(400, 404, 409, 422, 503))
    async def make_album(asked: NewAlbum) -> ChangedAlbumShape:
        """Make an album: empty, of some photos, or filled by a query."""
        if asked.query is not None and asked.ids is not None:
            raise BadQuery("an album has photos that you pick, or a query: leave one of them out")
        query = None if asked.query is None else await turns.run(work.understood, asked.query)
        return await run_sync(work.make, asked, query)

    @routes.patch("/{album_id}", responses=refusals(400, 404, 409, 422, 503))
    def rename_album(album_id: AlbumId, asked: AlbumPatch) -> ChangedAlbumShape:
        """Give an album another name; those below it, and saved queries that name it, follow."""
        return work.rename(album_id, asked.name)

    @routes.delete("/{album_id}", responses=refusals(404, 422, 503))
    def delete_album(album_id: AlbumId) -> ChangedAlbumShape:
        """Delete an album; its photos stay in the library."""
        return work.delete(album_id)

    @routes.post("/{album_id}/photos", responses=refusals(400, 404, 422, 503))
    def add_photos(album_id: AlbumId, asked: Chosen) -> ChangedAlbumShape:
        """Put photos into an album that no query fills."""
        return work.put(album_id, asked.ids)

    @routes.delete("/{album_id}/photos", responses=refusals(400, 404, 422, 503))
    def take_photos_out(album_id: AlbumId, asked: Chosen) -> ChangedAlbumShape:
        """Take photos out of an album that no query fills."""
        return work.take_out(album_id, asked.ids)

    return routes
