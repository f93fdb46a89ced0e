"""`/places`: a map of where photos were taken, and the photos of its visible part."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from photoseek.searcher.web.page.rendering import Page


def places_view(page: Page) -> APIRouter:
    """Return the route of the view."""
    routes = APIRouter()

    @routes.get("/places")
    def places(request: Request) -> HTMLResponse:
        land = page.static.address("places/land.bin")
        return page.render(request, "places", data={"land": land})

    return routes
