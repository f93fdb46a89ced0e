"""GET /api/v1/health: whether the server can answer, for what supervises it; nobody has to sign in."""

from fastapi import APIRouter

from photoseek.searcher.web.errors import refusals
from photoseek.searcher.web.services import Services
from photoseek.searcher.web.shapes import HealthShape


def health_routes(services: Services) -> APIRouter:
    """Return the route of the health check."""
    routes = APIRouter()

    @routes.get("/health", response_model=None, responses={200: {"model": HealthShape}, **refusals(503)})
    def health() -> dict[str, bool]:
        """Return `ok`, or 503 if the library isn't there any more."""
        services.warm.refuse_replaced()
        return {"ok": True}

    return routes
