"""The routes of asking."""

from fastapi import APIRouter

from photoseek.searcher.web.api.searching.answering import Answering
from photoseek.searcher.web.api.searching.find import find_routes
from photoseek.searcher.web.api.searching.heat_maps import heat_map_routes
from photoseek.searcher.web.api.searching.search import search_routes
from photoseek.searcher.web.api.searching.similar import similar_routes
from photoseek.searcher.web.api.searching.suggestions import suggestion_routes
from photoseek.searcher.web.services import Services


def searching_routes(services: Services, answering: Answering) -> APIRouter:
    """Return the routes of questions and of what helps to ask them."""
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
