"""All routes of what a person looks after."""

from fastapi import APIRouter

from photoseek.searcher.web.api.upkeep.proposals import proposal_routes
from photoseek.searcher.web.api.upkeep.tasks import task_routes
from photoseek.searcher.web.services import Services


def upkeep_routes(services: Services) -> APIRouter:
    """Return the routes."""
    routes = APIRouter()
    for some in (proposal_routes(services), task_routes(services)):
        routes.include_router(some)
    return routes
