"""`/review`: the tags that a model proposes, for a person to say yes or no to; `?label=` is one of them."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from photoseek.searcher.web.page.rendering import Page


def review_view(page: Page) -> APIRouter:
    """Return the route of the view."""
    routes = APIRouter()

    @routes.get("/review")
    def review(request: Request) -> HTMLResponse:
        return page.render(request, "review")

    return routes
