"""`/`: all photos by date."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from photoseek.searcher.web.page.rendering import Page


def browse_view(page: Page) -> APIRouter:
    """Return the route of the view."""
    routes = APIRouter()

    @routes.get("/")
    def browse(request: Request) -> HTMLResponse:
        return page.render(request, "browse")

    return routes
