"""GET /api/status: the library at a glance, as `photoseek status --json` gives it."""

from typing import Any

from fastapi import APIRouter

from photoseek.searcher.web.errors import refusals
from photoseek.searcher.web.services import Services
from photoseek.searcher.web.shapes import StatusShape
from photoseek.storage import Overview


def status_routes(services: Services) -> APIRouter:
    """Return the route of the status."""
    routes = APIRouter()

    @routes.get("/status", response_model=None, responses={200: {"model": StatusShape}, **refusals(503)})
    def status() -> dict[str, Any]:
        """Return how much is in the library, which model answers, which folders are watched and how."""
        services.warm.refuse_replaced()
        return Overview.of(services.library).as_json(resident=services.has_resident())

    return routes
