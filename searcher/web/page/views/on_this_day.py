"""`/on-this-day`: what was photographed around the same day in other years."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from photoseek.searcher.web.page.rendering import Page


def on_this_day_view(page: Page) -> APIRouter:
    """Return the route of the view; its script reads `?day=2026-11-27`."""
    routes = APIRouter()

    @routes.get("/on-this-day")
    def on_this_day(request: Request) -> HTMLResponse:
        return page.render(request, "on_this_day")

    return routes
