"""GET /api/v1/people and below it: who there is, and their faces."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from photoseek.searcher.people.named_in_files import named_in_files
from photoseek.searcher.query.query import Filter
from photoseek.searcher.web.api.people.shapes import (
    FacesOfPhotoShape,
    FacesShape,
    PeopleShape,
    PersonId,
)
from photoseek.searcher.web.api.people.showing import box_as_json, faces_as_json, people_as_json
from photoseek.searcher.web.errors import refusals
from photoseek.searcher.web.files.originals import MOST_ID, PhotoId
from photoseek.searcher.web.services import Services
from photoseek.storage import Transaction

MOST = 200  # people or faces in one answer

Limit = Annotated[int, Query(ge=1, le=MOST)]
After = Annotated[
    int, Query(ge=0, le=MOST_ID, description="How many come before, as the last answer's `next`.")
]


def people_lists(services: Services) -> APIRouter:
    """Return the routes of people and faces."""
    routes = APIRouter()
    catalog = services.library.catalog

    @routes.get("/people", response_model=None, responses={200: {"model": PeopleShape}, **refusals(422, 503)})
    def people(
        which: Literal["named", "unnamed", "ignored"] = "named", limit: Limit = MOST, after: After = 0
    ) -> dict[str, Any]:
        """List people, those in most photos first: with a name, groups without one, or those who are ignored."""
        services.warm.refuse_replaced()
        with catalog.read() as transaction:
            everybody = transaction.people.persons(ignored=None)
            known = [one for one in everybody if not one.is_ignored]
            chosen = {
                "named": [one for one in known if one.name is not None],
                "unnamed": [one for one in known if one.name is None],
                "ignored": [one for one in everybody if one.is_ignored],
            }
            shown = chosen[which][after : after + limit]
            return {
                "on": transaction.people.is_on(),
                "people": people_as_json(transaction, shown),
                "more": max(0, len(chosen[which]) - after - len(shown)),
                "unnamed": len(chosen["unnamed"]),
                "ignored": len(chosen["ignored"]),
                "named_in_files": _named_in_files(transaction) if which == "named" and after == 0 else [],
            }

    @routes.get(
        "/people/{person_id}/faces",
        response_model=None,
        responses={200: {"model": FacesShape}, **refusals(404, 422, 503)},
    )
    def faces(person_id: PersonId, limit: Limit = MOST, after: After = 0) -> dict[str, Any]:
        """List the faces of a person, the confirmed and the best first."""
        services.warm.refuse_replaced()
        with catalog.read() as transaction:
            person = transaction.people.person(person_id)
            found = transaction.people.faces_of_person(person.person_id, limit, after)
            return {
                "person": people_as_json(transaction, [person])[0],
                "faces": faces_as_json(transaction, found),
                "next": after + limit if after + limit < person.faces else None,
            }

    @routes.get(
        "/photos/{photo_id}/faces",
        response_model=None,
        responses={200: {"model": FacesOfPhotoShape}, **refusals(422, 503)},
    )
    def of_photo(photo_id: PhotoId) -> dict[str, Any]:
        """List the faces of a photo, from left to right, and those that other programs named in its file."""
        services.warm.refuse_replaced()
        with catalog.read() as transaction:
            regions = transaction.regions.of([photo_id]).get(photo_id, ())
            return {
                "faces": faces_as_json(transaction, transaction.people.faces_of(photo_id)),
                "regions": [
                    {"name": one.name, "box": None if one.box is None else box_as_json(one.box)}
                    for one in regions
                ],
            }

    return routes


def _named_in_files(transaction: Transaction) -> list[dict[str, Any]]:
    return [
        {"name": name, "filter": str(Filter("person", name)), "photos": photos}
        for name, photos in named_in_files(transaction).most_common()
    ]
