"""GET /api/v1/people/suggestions: questions whose answers tell who is who."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from photoseek.searcher.people.suggesting import suggestions
from photoseek.searcher.web.api.people.shapes import LikelyOnesShape
from photoseek.searcher.web.api.people.showing import faces_as_json, people_as_json
from photoseek.searcher.web.errors import refusals
from photoseek.searcher.web.files.originals import MOST_ID
from photoseek.searcher.web.services import Services

_MOST, _USUAL = 100, 20


def people_questions(services: Services) -> APIRouter:
    """Return the route of questions."""
    routes = APIRouter()

    @routes.get(
        "/people/suggestions",
        response_model=None,
        responses={200: {"model": LikelyOnesShape}, **refusals(404, 422, 503)},
    )
    def likely(
        person: Annotated[int | None, Query(ge=1, le=MOST_ID)] = None,
        limit: Annotated[int, Query(ge=1, le=_MOST)] = _USUAL,
    ) -> dict[str, Any]:
        """List faces that may be somebody's, those first whose answer tells most."""
        services.warm.refuse_replaced()
        with services.library.catalog.read() as transaction:
            asked = suggestions(transaction, limit, person)
            return {
                "suggestions": [
                    {
                        "person": people_as_json(transaction, [transaction.people.person(one.person_id)])[0],
                        "faces": faces_as_json(transaction, transaction.people.these_faces(one.face_ids)),
                        "likeness": round(one.likeness, 4),
                    }
                    for one in asked
                ]
            }

    return routes
