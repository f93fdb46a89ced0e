"""Which photos a change is about, and what is answered to it."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from photoseek.searcher.web.errors import Refused
from photoseek.searcher.web.originals import MOST_ID
from photoseek.searcher.web.shapes import Shape
from photoseek.storage import Transaction

MOST_PHOTOS = 100_000  # of one change
MOST_NAME = 500  # characters of a tag's or an album's name

Ids = Annotated[
    list[Annotated[int, Field(strict=True, ge=1, le=MOST_ID)]], Field(min_length=1, max_length=MOST_PHOTOS)
]


class Chosen(BaseModel):
    """The photos by their ids."""

    model_config = ConfigDict(extra="forbid")

    ids: Ids


class ChangedShape(Shape):
    """How many photos changed, and the token that takes it back; null if nothing changed."""

    photos: int
    undo: str | None


def known(transaction: Transaction, ids: list[int]) -> list[int]:
    """Return those ids that photos have, since some may be forgotten meanwhile. Raises Refused if none has."""
    found = transaction.photos.known(ids)
    if not found:
        raise Refused(404, "no-photo", "none of these photos is in the library: load the page again")
    return found
