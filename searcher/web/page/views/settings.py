"""`/settings`: folders, skipped files, models, tags, the library, and what was changed."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from photoseek.searcher.web.page.rendering import Page


def settings_view(page: Page) -> APIRouter:
    """Return the route of the view."""
    routes = APIRouter()

    @routes.get("/settings")
    def settings(request: Request) -> HTMLResponse:
        return page.render(request, "settings")

    return routes
