"""The routes of asking, which share the turns in which questions are answered."""

from fastapi import APIRouter

from photoseek.searcher.web.api.searching.answering import Answering
from photoseek.searcher.web.api.searching.find import find_routes
from photoseek.searcher.web.api.searching.heat_maps import heat_map_routes
from photoseek.searcher.web.api.searching.search import search_routes
from photoseek.searcher.web.api.searching.similar import similar_routes
from photoseek.searcher.web.api.searching.suggestions import suggestion_routes
from photoseek.searcher.web.services import Services


def searching_routes(services: Services) -> APIRouter:
    """Return the routes of questions and of what helps to ask them."""
    answering = Answering(services)
    routes = APIRouter()
    for made in (
        find_routes(services, answering),
        search_routes(services, answering),
        heat_map_routes(services, answering),
        similar_routes(services, answering),
        suggestion_routes(services),
    ):
        routes.include_router(made)
    return routes
