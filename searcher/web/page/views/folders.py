"""`/folders`: the folders as a tree, and the photos of one."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from photoseek.searcher.web.page.rendering import Page


def folders_view(page: Page) -> APIRouter:
    """Return the route of the view; its script reads `?in=PATH`."""
    routes = APIRouter()

    @routes.get("/folders")
    def folders(request: Request) -> HTMLResponse:
        return page.render(request, "folders")

    return routes
