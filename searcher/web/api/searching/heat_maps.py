"""GET /api/v1/photos/…/heat-map: where in a photo a question is found, as colours to lay over the photo."""

from io import BytesIO
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from PIL import Image

from photoseek.searcher.heat_map.files import refuse_without_words
from photoseek.searcher.heat_map.heat import heat_of, laid_over
from photoseek.searcher.query.query import Query as PhotoQuery
from photoseek.searcher.web.api.searching.answering import Answering
from photoseek.searcher.web.api.searching.find import FindParameters
from photoseek.searcher.web.errors import Refused, refusals
from photoseek.searcher.web.originals import PhotoId, present
from photoseek.searcher.web.services import Services

_KEEP = "private, max-age=600"


def heat_map_routes(services: Services, answering: Answering) -> APIRouter:
    """Return the route of heat maps, which are painted in the turns of questions."""
    routes = APIRouter()

    def painted(photo_id: int, query: PhotoQuery) -> bytes:
        searcher = services.warm.searcher()
        query = searcher.understood(query)
        refuse_without_words(query)
        seen = _thumbnail(services, photo_id)
        embedder = searcher.embedder
        heat = heat_of(embedder, seen, searcher.vector(query))
        content = BytesIO()
        laid_over(seen.size, heat, embedder.facts.preprocess).save(content, "PNG")
        return content.getvalue()

    @routes.get(
        "/photos/{photo_id}/heat-map",
        response_class=Response,
        responses={
            200: {"content": {"image/png": {}}, "description": "As wide and high as the thumbnail."},
            **refusals(400, 404, 422, 503),
        },
    )
    async def heat_map(
        photo_id: PhotoId, asked: Annotated[FindParameters, Query()], request: Request
    ) -> Response:
        """Return a PNG, transparent where nothing was found. It takes a hundred embeddings, in its turn."""
        async with answering.question(request) as question:
            query = await question.read(lambda: asked.query(services.pictures))
            png = await question.answered(query, painted, photo_id, query)
        return Response(png, media_type="image/png", headers={"cache-control": _KEEP})

    return routes


def _thumbnail(services: Services, photo_id: int) -> Image.Image:
    """Return the stored thumbnail, which is larger than what models look at. Raises Refused."""
    with services.library.catalog.read() as transaction:
        photo = present(transaction, photo_id)
    try:
        with Image.open(
            services.library.thumbnails.path(photo.facts.content_hash), formats=["JPEG"]
        ) as opened:
            return opened.convert("RGB")
    except (OSError, ValueError, SyntaxError) as error:
        raise Refused(
            404, "no-thumbnail", f"photo {photo_id} has no thumbnail to look at: ask for its thumbnail first"
        ) from error
