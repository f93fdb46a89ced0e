"""The routes of lists."""

from fastapi import APIRouter

from photoseek.searcher.web.api.listing.albums import album_routes
from photoseek.searcher.web.api.listing.places import place_routes
from photoseek.searcher.web.api.listing.suggested import suggested_routes
from photoseek.searcher.web.api.listing.tags import tag_routes
from photoseek.searcher.web.api.searching.answering import Answering
from photoseek.searcher.web.services import Services


def listing_routes(services: Services, answering: Answering) -> APIRouter:
    """Return the routes of all that the library lists. `/albums/suggested` comes before `/albums/{id}`."""
    routes = APIRouter()
    for made in (
        suggested_routes(services),
        album_routes(services, answering),
        tag_routes(services),
        place_routes(services),
    ):
        routes.include_router(made)
    return routes
