"""`/`: all photos by date; and the short address of one photo."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from photoseek.searcher.web.files.originals import PhotoId
from photoseek.searcher.web.page.rendering import Page


def browse_view(page: Page) -> APIRouter:
    """Return the routes of the view."""
    routes = APIRouter()

    @routes.get("/")
    def browse(request: Request) -> HTMLResponse:
        return page.render(request, "browse")

    @routes.get("/photos/{photo_id}")
    def photo(photo_id: PhotoId) -> RedirectResponse:
        return RedirectResponse(f"/?photo={photo_id}", 307)

    return routes
