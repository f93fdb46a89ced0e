"""`/search`: the answer to a question. Its script asks the API for what the address says."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from photoseek.searcher.query.budget import MOST_CHARACTERS
from photoseek.searcher.web.page.rendering import Page


def search_view(page: Page) -> APIRouter:
    """Return the route of the view."""
    routes = APIRouter()

    @routes.get("/search")
    def search(request: Request, q: str = "") -> HTMLResponse:
        return page.render(request, "search", query=q[:MOST_CHARACTERS])

    return routes
