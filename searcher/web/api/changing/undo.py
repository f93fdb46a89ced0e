"""POST /api/v1/undo/{token}: takes a change back."""

from typing import Annotated

from fastapi import APIRouter, Path

from photoseek.searcher.web.api.changing.chosen import ChangedShape
from photoseek.searcher.web.errors import refusals
from photoseek.searcher.web.services import Services


def undo_routes(services: Services) -> APIRouter:
    """Return the route that takes changes back."""
    routes = APIRouter()

    @routes.post("/undo/{token}", responses=refusals(404, 409, 422, 503))
    def undo(token: Annotated[str, Path(max_length=64, description="An answer's `undo`.")]) -> ChangedShape:
        """Take a change back: what was before it counts again, but for what was changed since."""
        services.warm.refuse_replaced()
        return ChangedShape(photos=services.undo.take_back(token), undo=None)

    return routes
