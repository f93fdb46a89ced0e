"""POST /api/v1/photos/paths: where photos lie, for other programs."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from photoseek.searcher.web.api.upkeep.shapes import PathsShape
from photoseek.searcher.web.errors import refusals
from photoseek.searcher.web.services import Services
from photoseek.storage import to_text

MOST_PHOTOS = 100_000
_MOST_ID = 2**63 - 1


class PhotosAsked(BaseModel):
    """Photos by their ids."""

    model_config = ConfigDict(extra="forbid")

    ids: list[Annotated[int, Field(ge=1, le=_MOST_ID)]] = Field(min_length=1, max_length=MOST_PHOTOS)


def path_routes(services: Services) -> APIRouter:
    """Return the route of paths."""
    routes = APIRouter()

    @routes.post(
        "/photos/paths", response_model=None, responses={200: {"model": PathsShape}, **refusals(422, 503)}
    )
    def paths(asked: PhotosAsked) -> dict[str, Any]:
        """Return the path that is shown of each photo that has a file, in the order asked for."""
        services.warm.refuse_replaced()
        with services.library.catalog.read() as transaction:
            photos = transaction.photos.by_id(asked.ids)
        there = [photos[photo_id] for photo_id in dict.fromkeys(asked.ids) if photo_id in photos]
        return {"paths": [to_text(photo.paths[0]) for photo in there if photo.paths]}

    return routes
