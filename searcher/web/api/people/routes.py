"""The routes of people."""

from fastapi import APIRouter

from photoseek.searcher.web.api.people.faces import face_changes
from photoseek.searcher.web.api.people.listing import people_lists
from photoseek.searcher.web.api.people.persons import person_changes
from photoseek.searcher.web.api.people.questions import people_questions
from photoseek.searcher.web.api.people.switching import people_switch
from photoseek.searcher.web.services import Services


def people_routes(services: Services) -> APIRouter:
    """Return the routes of people and faces, and of what is said of them."""
    routes = APIRouter()
    for made in (people_questions, people_lists, people_switch, person_changes, face_changes):
        routes.include_router(made(services))
    return routes
