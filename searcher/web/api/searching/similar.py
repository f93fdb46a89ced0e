"""GET /api/v1/photos/{photo_id}/similar: the photos nearest to one of the library."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from photoseek.searcher.query.query import LibraryPhoto, Part
from photoseek.searcher.query.query import Query as PhotoQuery
from photoseek.searcher.web.api.searching.answering import Answering
from photoseek.searcher.web.api.searching.search import hit_as_json
from photoseek.searcher.web.api.searching.shapes import SimilarShape
from photoseek.searcher.web.errors import refusals
from photoseek.searcher.web.files.originals import PhotoId, present
from photoseek.searcher.web.services import Services

MOST_SIMILAR = 200


def similar_routes(services: Services, answering: Answering) -> APIRouter:
    """Return the route of photos similar to one."""
    routes = APIRouter()

    def asked(photo_id: int) -> PhotoQuery:
        with services.library.catalog.read() as transaction:
            present(transaction, photo_id)
        return PhotoQuery(parts=(Part(LibraryPhoto(photo_id)),))

    def answered(query: PhotoQuery, photo_id: int, limit: int) -> dict[str, Any]:
        answer = services.warm.searcher().find(query, limit + 1, fold=True)
        # The photo itself is the nearest, or a copy or a frame of its burst for which it was left out.
        others = [hit for hit in answer.hits if hit.photo.photo_id != photo_id][:limit]
        return {"model": answer.model, "hits": [hit_as_json(hit, {}) for hit in others]}

    @routes.get(
        "/photos/{photo_id}/similar", responses={200: {"model": SimilarShape}, **refusals(404, 422, 503)}
    )
    async def similar(
        photo_id: PhotoId, request: Request, limit: Annotated[int, Query(ge=1, le=MOST_SIMILAR)] = 40
    ) -> dict[str, Any]:
        """Find the photos that are nearest to this one; of copies and of frames of a burst one."""
        async with answering.question(request) as question:
            query = await question.read(lambda: asked(photo_id))
            return await question.answered(query, answered, query, photo_id, limit)

    return routes
