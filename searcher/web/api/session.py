"""GET /api/v1/session: whether one is signed in and may change something, and the token for changes."""

from typing import Any

from fastapi import APIRouter, Request

from photoseek import __version__
from photoseek.searcher.web.access.visitor import visitor_of
from photoseek.searcher.web.shapes import SessionShape


def session_routes() -> APIRouter:
    """Return the route of the session."""
    routes = APIRouter()

    @routes.get("/session", response_model=None, responses={200: {"model": SessionShape}})
    def session(request: Request) -> dict[str, Any]:
        """Return who asks, and the value of the header `X-Photoseek-Token` that changes need."""
        visitor = visitor_of(request)
        return {
            "read_only": visitor.read_only,
            "signed_in": visitor.signed_in,
            "write_token": visitor.write_token,
            "version": __version__,
        }

    return routes
