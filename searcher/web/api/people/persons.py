"""POST /api/v1/people/{id}/…: what a person is called, with whom they are one, and which faces are theirs."""

from fastapi import APIRouter

from photoseek.searcher.query.people.names import person_name
from photoseek.searcher.web.api.people.saying import Saying
from photoseek.searcher.web.api.people.shapes import (
    ChangedPeopleShape,
    FacesAsked,
    IgnoreAsked,
    MergeAsked,
    NameAsked,
    PersonId,
)
from photoseek.searcher.web.errors import refusals
from photoseek.searcher.web.services import Services
from photoseek.storage import Transaction
from photoseek.storage.rows.people.records import PeopleChange


def person_changes(services: Services) -> APIRouter:
    """Return the routes that say something of a person."""
    routes = APIRouter(prefix="/people/{person_id}", responses=refusals(400, 404, 409, 422, 503))
    saying = Saying(services)

    @routes.post("/name")
    def name(person_id: PersonId, asked: NameAsked) -> ChangedPeopleShape:
        """Give a person a name, or none. A name that another person has makes the two one."""
        wanted = None if asked.name is None else person_name(asked.name)

        def say(transaction: Transaction) -> tuple[PeopleChange, int]:
            words = transaction.people_words
            return words.name(person_id, wanted, same_person_twice=asked.same_person_twice), person_id

        return saying.said(say)

    @routes.post("/merge")
    def merge(person_id: PersonId, asked: MergeAsked) -> ChangedPeopleShape:
        """Say that persons are one: this one keeps its name, or gets one of theirs."""

        def say(transaction: Transaction) -> tuple[PeopleChange, int]:
            words, twice = transaction.people_words, asked.same_person_twice
            return words.merge(person_id, asked.others, same_person_twice=twice), person_id

        return saying.said(say)

    @routes.post("/ignore")
    def ignore(person_id: PersonId, asked: IgnoreAsked) -> ChangedPeopleShape:
        """Leave a person out of lists and suggestions, or no longer."""
        return saying.said(lambda to: (to.people_words.ignore(person_id, ignored=asked.ignored), person_id))

    @routes.post("/confirm")
    def confirm(person_id: PersonId, asked: FacesAsked) -> ChangedPeopleShape:
        """Say that faces are of a person."""

        def say(transaction: Transaction) -> tuple[PeopleChange, int]:
            words, twice = transaction.people_words, asked.same_person_twice
            return words.confirm(asked.faces, person_id, same_person_twice=twice), person_id

        return saying.said(say)

    @routes.post("/refuse")
    def refuse(person_id: PersonId, asked: FacesAsked) -> ChangedPeopleShape:
        """Say that faces are not of a person."""
        return saying.said(lambda to: (to.people_words.refuse(asked.faces, person_id), person_id))

    return routes
