"""GET /api/v1/suggestions: how a line that is being typed may go on."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from photoseek.searcher.completion.completing import completions
from photoseek.searcher.completion.names import names_of
from photoseek.searcher.query.budget import MOST_CHARACTERS
from photoseek.searcher.web.api.searching.shapes import SuggestionsShape
from photoseek.searcher.web.errors import refusals
from photoseek.searcher.web.services import Services


def suggestion_routes(services: Services) -> APIRouter:
    """Return the route of suggestions. It doesn't wait for questions: it needs no model."""
    routes = APIRouter()
    names = services.kept(names_of)

    @routes.get(
        "/suggestions",
        response_model=None,
        responses={200: {"model": SuggestionsShape}, **refusals(422, 503)},
    )
    def suggestions(
        q: Annotated[
            str, Query(max_length=MOST_CHARACTERS, description="The line up to where it is typed.")
        ] = "",
    ) -> dict[str, Any]:
        """Suggest keys of filters, tags, albums, places, folders and cameras that begin as the line ends."""
        services.warm.refuse_replaced()
        return {"suggestions": [one.as_json() for one in completions(q, names.value())]}

    return routes
