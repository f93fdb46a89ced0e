"""Which photos a change is about, and what is answered to it."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from photoseek.searcher.web.errors import Refused
from photoseek.searcher.web.files.originals import MOST_ID
from photoseek.searcher.web.shapes import Shape
from photoseek.storage import Catalog, Transaction
from photoseek.storage.catalog.seen import SeenCatalog
from photoseek.storage.schema.portions import in_portions

MOST_PHOTOS = 100_000  # of one change
PHOTOS_AT_ONCE = 10_000  # of one transaction: it keeps an index waiting for some seconds at most
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


def portions_of(catalog: Catalog, ids: list[int], at_once: int) -> Iterator[list[int]]:
    """Yield those ids that photos have, `at_once` at a time.

    Raises Refused if none has, and for more than that of a user who sees a part: each transaction is refused whole
    if one of its photos is not the user's to edit, so that there must be one.
    """
    if isinstance(catalog, SeenCatalog) and len(ids) > at_once:
        raise Refused(422, "too-many", f"you may change {at_once:,} photos at once: choose fewer of them")
    with catalog.read() as transaction:
        found = known(transaction, ids)
    yield from in_portions(found, at_once)


def known(transaction: Transaction, ids: list[int]) -> list[int]:
    """Return those ids that photos have, since some may be forgotten meanwhile. Raises Refused if none has."""
    found = transaction.photos.known(ids)
    if not found:
        raise Refused(404, "no-photo", "none of these photos is in the library: load the page again")
    return found
