"""GET /api/status: the library at a glance, as `photoseek status --json` gives it."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter

from photoseek.searcher.warm import WarmSearcher
from photoseek.searcher.web.errors import refusals
from photoseek.searcher.web.shapes import StatusShape
from photoseek.storage import Overview


def status_routes(warm: WarmSearcher, has_resident: Callable[[], bool]) -> APIRouter:
    """Return the route of the status; `has_resident` looks for a process that `find` can ask."""
    routes = APIRouter()

    @routes.get("/status", response_model=None, responses={200: {"model": StatusShape}, **refusals(503)})
    def status() -> dict[str, Any]:
        """Return how much is in the library, which model answers, which folders are watched and how."""
        warm.refuse_replaced()
        return Overview.of(warm.library).as_json(resident=has_resident())

    return routes
