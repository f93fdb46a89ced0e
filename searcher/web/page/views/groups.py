"""`/duplicates` and `/bursts`: groups of photos."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from photoseek.searcher.web.page.rendering import Page


def duplicates_view(page: Page) -> APIRouter:
    """Return the route of copies."""
    routes = APIRouter()

    @routes.get("/duplicates")
    def duplicates(request: Request) -> HTMLResponse:
        return page.render(request, "duplicates")

    return routes


def bursts_view(page: Page) -> APIRouter:
    """Return the route of bursts."""
    routes = APIRouter()

    @routes.get("/bursts")
    def bursts(request: Request) -> HTMLResponse:
        return page.render(request, "bursts")

    return routes
