"""GET /api/v1/photos/…/heat-map: where in a photo a question is found, as colours to lay over the photo."""

from dataclasses import dataclass
from io import BytesIO
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Query, Request, Response
from PIL import Image

from photoseek.embedder import Embedder, Pixels, Vectors
from photoseek.searcher.heat_map.files import refuse_without_words
from photoseek.searcher.heat_map.heat import heat_from, laid_over, views_of
from photoseek.searcher.query.query import Query as PhotoQuery
from photoseek.searcher.web.api.searching.answering import Answering
from photoseek.searcher.web.api.searching.find import FindParameters
from photoseek.searcher.web.errors import Refused, refusals
from photoseek.searcher.web.files.originals import PhotoId, present
from photoseek.searcher.web.services import Services
from photoseek.storage.schema.portions import in_portions

LIMIT_S = 20.0  # of work on one heat map; docs/http.md states it
_PORTION = 10  # embeddings in one turn
_KEEP = "private, max-age=600"


def heat_map_routes(services: Services, answering: Answering) -> APIRouter:
    """Return the route of heat maps, which are painted in the turns of questions."""
    routes = APIRouter()

    def begun(photo_id: int, query: PhotoQuery) -> _Begun:
        searcher = services.warm.searcher()
        query = searcher.understood(query)
        refuse_without_words(query)
        photo = _thumbnail(services, photo_id)
        return _Begun(
            searcher.embedder, searcher.vector(query), photo.size, views_of(searcher.embedder, photo)
        )

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
        """Return a PNG, transparent where nothing was found. It takes a hundred embeddings, in many turns."""
        async with answering.question(request, LIMIT_S) as question:
            query = await question.read(lambda: asked.query(services.pictures))
            work = await question.answered(query, begun, photo_id, query)
            # Each portion in a turn of its own, so that questions needn't wait for all of them.
            vectors = [
                await question.answered(PhotoQuery(), work.embedded, some)
                for some in in_portions(work.views, _PORTION)
            ]
            png = await question.answered(PhotoQuery(), work.painted, vectors)
        return Response(png, media_type="image/png", headers={"cache-control": _KEEP})

    return routes


@dataclass(frozen=True, slots=True)
class _Begun:
    """A heat map in work. It keeps its model, even if another is put to use meanwhile."""

    embedder: Embedder
    vector: Vectors  # of the question, (dimension,)
    size: tuple[int, int]
    views: list[Pixels]

    def embedded(self, some: list[Pixels]) -> Vectors:
        return self.embedder.embed_photos(np.stack(some))

    def painted(self, vectors: list[Vectors]) -> bytes:
        heat = heat_from(np.concatenate(vectors), self.vector)
        content = BytesIO()
        laid_over(self.size, heat, self.embedder.facts.preprocess).save(content, "PNG")
        return content.getvalue()


def _thumbnail(services: Services, photo_id: int) -> Image.Image:
    """Return the stored thumbnail, which is larger than what models look at. Raises Refused."""
    with services.library.catalog.read() as transaction:
        photo = present(transaction, photo_id)
    jpeg = services.library.thumbnails.read(photo.facts.content_hash) or b""
    try:
        with Image.open(BytesIO(jpeg), formats=["JPEG"]) as opened:
            return opened.convert("RGB")
    except (OSError, ValueError, SyntaxError) as error:
        raise Refused(
            404, "no-thumbnail", f"photo {photo_id} has no thumbnail to look at: ask for its thumbnail first"
        ) from error
