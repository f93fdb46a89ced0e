"""POST /api/v1/faces/… and /api/v1/photos/{id}/faces: what a person says of faces, whosever they are."""

from fastapi import APIRouter

from photoseek.searcher.query.people.names import person_name
from photoseek.searcher.web.api.people.saying import Saying
from photoseek.searcher.web.api.people.shapes import (
    ChangedPeopleShape,
    DrawAsked,
    FacesAsked,
    NamedFacesAsked,
)
from photoseek.searcher.web.errors import refusals
from photoseek.searcher.web.files.originals import PhotoId, present
from photoseek.searcher.web.services import Services
from photoseek.storage import Box, Transaction
from photoseek.storage.rows.people.records import PeopleChange


def face_changes(services: Services) -> APIRouter:
    """Return the routes that say something of faces."""
    routes = APIRouter(responses=refusals(400, 404, 409, 422, 503))
    saying = Saying(services)

    @routes.post("/faces/split")
    def split(asked: NamedFacesAsked) -> ChangedPeopleShape:
        """Say that faces are of another person than the one that they are with."""
        wanted = None if asked.name is None else person_name(asked.name)
        twice = asked.same_person_twice
        return saying.said(lambda to: to.people_words.split(asked.faces, wanted, same_person_twice=twice))

    @routes.post("/faces/nobody")
    def nobody(asked: FacesAsked) -> ChangedPeopleShape:
        """Say that faces are none, or of nobody who is of interest."""
        return saying.said(lambda to: (to.people_words.nobody(asked.faces), None))

    @routes.post("/photos/{photo_id}/faces")
    def draw(photo_id: PhotoId, asked: DrawAsked) -> ChangedPeopleShape:
        """Say that somebody is at a place of a photo where no face was found."""
        wanted = person_name(asked.name)

        def say(transaction: Transaction) -> tuple[PeopleChange, int | None]:
            present(transaction, photo_id)
            change = transaction.people_words.draw(
                photo_id, Box(*asked.box), wanted, same_person_twice=asked.same_person_twice
            )
            person = transaction.people.named(wanted)
            return change, None if person is None else person.person_id

        return saying.said(say)

    return routes
