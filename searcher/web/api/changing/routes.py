"""The routes that change something, and the one that takes a change back."""

from fastapi import APIRouter

from photoseek.searcher.web.api.changing.albums import album_changes
from photoseek.searcher.web.api.changing.photos import photo_changes
from photoseek.searcher.web.api.changing.tags import tag_changes
from photoseek.searcher.web.api.changing.undo import undo_routes
from photoseek.searcher.web.services import Services


def changing_routes(services: Services) -> APIRouter:
    """Return the routes of changes."""
    routes = APIRouter()
    for made in (photo_changes, tag_changes, album_changes, undo_routes):
        routes.include_router(made(services))
    return routes
