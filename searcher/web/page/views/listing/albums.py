"""`/albums` and `/albums/ID`: all albums, and the photos of one."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse

from photoseek.searcher.query.query import Filter
from photoseek.searcher.web.access.needs import Need
from photoseek.searcher.web.access.visitor import visitor_of
from photoseek.searcher.web.files.originals import MOST_ID
from photoseek.searcher.web.page.rendering import Page


def albums_view(page: Page) -> APIRouter:
    """Return the routes of both views."""
    routes = APIRouter()

    @routes.get("/albums")
    def albums(request: Request) -> HTMLResponse:
        return page.render(request, "albums")

    @routes.get("/albums/{album_id}")
    def album(request: Request, album_id: Annotated[int, Path(ge=1, le=MOST_ID)]) -> HTMLResponse:
        with page.services.library.catalog.read() as transaction:
            found = next((one for one in transaction.albums.all() if one.album_id == album_id), None)
            may_edit = visitor_of(request).may(Need.EDIT) and bool(transaction.editable_albums([album_id]))
        if found is None:
            return page.render(request, "album", album=None, data=None, status=404)
        data = {
            "id": found.album_id,
            "name": found.name,
            "query": found.query,
            "may_edit": may_edit and found.query is None,
            "filter": str(Filter("album", found.name)),
        }
        return page.render(request, "album", album=found, data=data)

    return routes
