"""GET /api/v1/descriptions: photos in a few words, which a screen reader reads out."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from photoseek.searcher.web.errors import refusals
from photoseek.searcher.web.services import Services
from photoseek.searcher.web.shapes import Shape
from photoseek.storage import Photo, Tag, to_text

MOST_PHOTOS = 200
_MOST_TAGS = 4
_MOST_CHARACTERS = 200


class DescriptionParameters(BaseModel):
    """Which photos."""

    model_config = ConfigDict(extra="forbid")

    id: list[Annotated[int, Field(ge=1, le=2**63 - 1)]] = Field(
        min_length=1,
        max_length=MOST_PHOTOS,
        description="A photo; repeated for each. Unknown ones are left out.",
    )


class DescriptionsShape(Shape):
    """By the id of a photo: its title, else its tags, else the name of its file."""

    descriptions: dict[str, str]


def description_routes(services: Services) -> APIRouter:
    """Return the route of descriptions."""
    routes = APIRouter()
    warm = services.warm

    @routes.get("/descriptions", responses=refusals(422, 503))
    def descriptions(asked: Annotated[DescriptionParameters, Query()]) -> DescriptionsShape:
        """Describe photos in a few words, for the alternative text of their pictures."""
        warm.refuse_replaced()
        with services.library.catalog.read() as transaction:
            photos = transaction.photos.by_id(sorted(set(asked.id)))
            return DescriptionsShape(
                descriptions={
                    str(photo_id): described(photo, transaction.tags.of(photo_id))
                    for photo_id, photo in photos.items()
                }
            )

    return routes


def described(photo: Photo, tags: list[Tag]) -> str:
    """Return a photo in a few words: what a person wrote or said comes before what a model proposed."""
    if photo.facts.title:
        return photo.facts.title[:_MOST_CHARACTERS]
    said = [tag.name for tag in tags if tag.model is None]
    proposed = sorted((tag for tag in tags if tag.model is not None), key=lambda tag: -(tag.probability or 0))
    names = [*said, *(tag.name for tag in proposed)][:_MOST_TAGS]
    if names:
        return ", ".join(names)
    return to_text(photo.paths[0]).replace("\\", "/").rpartition("/")[2] if photo.paths else ""
