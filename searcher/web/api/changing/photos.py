"""PATCH /api/v1/photos: ratings, favourites, titles, dates and places, as `photoseek set` sets them."""

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from photoseek.searcher.edits.asked import Asked
from photoseek.searcher.edits.planning import planned
from photoseek.searcher.web.api.changing.chosen import PHOTOS_AT_ONCE, ChangedShape, Ids, portions_of
from photoseek.searcher.web.errors import Refused, refusals
from photoseek.searcher.web.services import Services
from photoseek.storage import Catalog, UnknownName

_LONGEST_TITLE, _LONGEST_DESCRIPTION = 2000, 20_000  # characters, as typed: fewer are kept
_LONGEST_VALUE = 200
Clearable = Literal["rating", "favourite", "hidden", "title", "description", "date", "place"]


class Settings(BaseModel):
    """What to set; a field that is left out, or null, stays as it is."""

    model_config = ConfigDict(extra="forbid")

    rating: Annotated[int, Field(strict=True, ge=-1, le=5)] | None = Field(
        None, description="1 to 5 stars; 0: none; -1: rejected."
    )
    favourite: bool | None = Field(None, strict=True)
    hidden: bool | None = Field(None, strict=True)
    title: str | None = Field(None, max_length=_LONGEST_TITLE, description="An empty text: none.")
    description: str | None = Field(None, max_length=_LONGEST_DESCRIPTION, description="An empty text: none.")
    date: str | None = Field(None, max_length=_LONGEST_VALUE, description="2004, 2004-07, 2004-07-14T12:30.")
    shift: str | None = Field(None, max_length=_LONGEST_VALUE, description="Move the clock: +1h, -2d3h.")
    place: str | None = Field(None, max_length=_LONGEST_VALUE, description="48.85,2.35, or a town's name.")
    clear: list[Clearable] = Field(
        [], max_length=7, description="Fields of which the file's own value counts."
    )

    def asked(self) -> Asked:
        """Return what is asked."""
        return Asked(**self.model_dump(exclude={"clear"}), clear=tuple(self.clear))


class PhotosPatch(BaseModel):
    """Some photos, and what to set of each."""

    model_config = ConfigDict(extra="forbid")

    ids: Ids
    set: Settings


def photo_changes(services: Services, at_once: int = PHOTOS_AT_ONCE) -> APIRouter:
    """Return the route that sets what a person says of photos, `at_once` in each transaction."""
    routes = APIRouter()
    catalog = services.library.catalog

    @routes.patch("/photos", responses=refusals(400, 404, 422, 503))
    def change_photos(asked: PhotosPatch) -> ChangedShape:
        """Set what counts for more than what the files say; these stay as they are."""
        services.warm.refuse_replaced()
        settings = asked.set.asked().settings()
        if not settings.values and settings.shift is None:
            raise Refused(400, "bad-value", 'nothing is set: name a field, as in {"rating": 4}')
        numbers: list[int] = []
        photos = 0
        try:
            for ids in portions_of(catalog, asked.ids, at_once):
                with catalog.write() as transaction:
                    there = transaction.photos.known(ids)  # some may be forgotten since
                    plan = planned(transaction, there, settings)
                    change = transaction.edits.make(settings.what, plan.edits)
                if change is not None:
                    numbers.append(change.number)
                    photos += change.photos
        except BaseException:
            _undone(catalog, numbers)
            raise
        if not numbers:
            return ChangedShape(photos=0, undo=None)
        # The catalog keeps what was before, so that it can be undone by `photoseek set --undo` too.
        return ChangedShape(photos=photos, undo=services.undo.add(1, lambda: _undone(catalog, numbers)))

    return routes


def _undone(catalog: Catalog, numbers: list[int]) -> int:
    """Undo changes by their numbers, the latest first; return of how many photos. Raises UnknownName."""
    photos = 0
    while numbers:  # those that are undone are not tried again
        try:
            with catalog.write() as transaction:
                photos += transaction.edits.undo(numbers[-1]).photos
        except UnknownName:  # `photoseek set --undo` was faster
            if not photos and len(numbers) == 1:
                raise
        numbers.pop()
    return photos
