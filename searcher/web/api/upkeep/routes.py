"""All routes of what a person looks after."""

from fastapi import APIRouter

from photoseek.searcher.web.api.upkeep.changes import change_routes
from photoseek.searcher.web.api.upkeep.groups import group_routes
from photoseek.searcher.web.api.upkeep.models import model_routes
from photoseek.searcher.web.api.upkeep.paths import path_routes
from photoseek.searcher.web.api.upkeep.proposals import proposal_routes
from photoseek.searcher.web.api.upkeep.roots import root_routes
from photoseek.searcher.web.api.upkeep.tasks import task_routes
from photoseek.searcher.web.services import Services


def upkeep_routes(services: Services) -> APIRouter:
    """Return the routes."""
    routes = APIRouter()
    for made in (
        proposal_routes,
        group_routes,
        path_routes,
        root_routes,
        model_routes,
        change_routes,
        task_routes,
    ):
        routes.include_router(made(services))
    return routes
