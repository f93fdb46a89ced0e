"""/api/v1/session: whether one is signed in and may change something, the token for changes, and signing out."""

from typing import Any

from fastapi import APIRouter, Request, Response

from photoseek import __version__
from photoseek.searcher.web.access.cookies import forget_session, session_cookie
from photoseek.searcher.web.access.visitor import visitor_of
from photoseek.searcher.web.services import Services
from photoseek.searcher.web.shapes import SessionShape


def session_routes(services: Services) -> APIRouter:
    """Return the routes of the session."""
    routes = APIRouter()
    access = services.access

    @routes.get("/session", response_model=None, responses={200: {"model": SessionShape}})
    def session(request: Request) -> dict[str, Any]:
        """Return who asks, and the value of the header `X-Photoseek-Token` that changes need."""
        visitor = visitor_of(request)
        return {
            "read_only": visitor.read_only,
            "edits": visitor.edits or not visitor.read_only,
            "signed_in": visitor.signed_in,
            "write_token": visitor.write_token,
            "version": __version__,
        }

    @routes.delete("/session", status_code=204, response_class=Response)
    async def sign_out(request: Request) -> Response:
        """Sign out. The server forgets the session, so that a copy of its cookie is worth nothing."""
        await access.sign_out(session_cookie(access.rules, request.cookies))
        # Photos that the browser has kept are deleted as well.
        response = Response(status_code=204, headers={"clear-site-data": '"cache"'})
        forget_session(access.rules, response)
        return response

    return routes
