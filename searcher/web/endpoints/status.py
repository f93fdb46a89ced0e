"""GET /api/status: the library at a glance, as `photoseek status --json` gives it."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter

from photoseek.searcher.staying import StayingSearcher
from photoseek.searcher.web.errors import refusals
from photoseek.searcher.web.shapes import StatusShape
from photoseek.storage import Overview


def status_routes(staying: StayingSearcher, has_resident: Callable[[], bool]) -> APIRouter:
    """Give the route of the glance; `has_resident` looks for a watch's resident, as `status` does."""
    routes = APIRouter()

    @routes.get("/status", response_model=None, responses={200: {"model": StatusShape}, **refusals(503)})
    def status() -> dict[str, Any]:
        """Tell how much is in the library, which model answers, which folders are watched and how."""
        staying.refuse_replaced()
        return Overview.of(staying.library).as_json(resident=has_resident())

    return routes
