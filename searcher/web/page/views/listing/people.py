"""`/people` and `/people/ID`: everybody, and the photos or the faces of one."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse

from photoseek.searcher.query.query import Filter
from photoseek.searcher.web.files.originals import MOST_ID
from photoseek.searcher.web.page.rendering import Page
from photoseek.storage import UnknownName


def people_view(page: Page) -> APIRouter:
    """Return the routes of both views."""
    routes = APIRouter()

    @routes.get("/people")
    def people(request: Request) -> HTMLResponse:
        return page.render(request, "people")

    @routes.get("/people/{person_id}")
    def person(request: Request, person_id: Annotated[int, Path(ge=1, le=MOST_ID)]) -> HTMLResponse:
        group = page.language(request).text("people.group", number=person_id)
        try:
            with page.services.library.catalog.read() as transaction:
                found = transaction.people.person(person_id)
        except UnknownName:
            return page.render(request, "person", shown=group, data=None, status=404)
        data = {
            "id": found.person_id,
            "name": found.name,
            "ignored": found.is_ignored,
            "filter": None if found.name is None else str(Filter("person", found.name)),
        }
        return page.render(request, "person", shown=found.name or group, data=data)

    return routes
