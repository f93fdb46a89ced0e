"""`/tags` and `/tags/NAME`: all tags, and the photos of one."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from photoseek.searcher.query.query import Filter
from photoseek.searcher.web.page.rendering import Page


def tags_view(page: Page) -> APIRouter:
    """Return the routes of both views."""
    routes = APIRouter()

    @routes.get("/tags")
    def tags(request: Request) -> HTMLResponse:
        return page.render(request, "tags")

    @routes.get("/tags/")
    def without_name() -> RedirectResponse:
        return RedirectResponse("/tags", 307)

    @routes.get("/tags/{name:path}")  # a name may have slashes
    def tag(request: Request, name: str) -> HTMLResponse:
        return page.render(request, "tag", name=name, data={"name": name, "filter": str(Filter("tag", name))})

    return routes
