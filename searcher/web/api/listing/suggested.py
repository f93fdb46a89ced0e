"""/api/v1/albums/suggested: albums that were suggested last, to keep or to drop."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from photoseek.searcher.suggesting.deciding import decide
from photoseek.searcher.web.api.changing.album_work import refuse_changed
from photoseek.searcher.web.api.listing.shapes import DecidedShape, SuggestedShape
from photoseek.searcher.web.api.small_photo import small_photo
from photoseek.searcher.web.errors import Refused, refusals
from photoseek.searcher.web.services import Services
from photoseek.storage.records import SuggestedAlbum

_EXAMPLES = 4  # photos that stand for a suggestion
_MOST_NUMBER = 10_000
_MOST_NAME = 1_000

Number = Annotated[int, Path(ge=1, le=_MOST_NUMBER, description="A suggestion's `number`.")]


class Meant(BaseModel):
    """Which suggestion is meant: its number may have gone to another since."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=_MOST_NAME)


def suggested_routes(services: Services) -> APIRouter:
    """Return the routes of suggested albums. A task of the kind `suggest` looks for them."""
    routes = APIRouter(prefix="/albums/suggested")
    catalog = services.library.catalog

    @routes.get("", response_model=None, responses={200: {"model": SuggestedShape}, **refusals(503)})
    def suggested() -> dict[str, Any]:
        """List the albums that were suggested last and are neither kept nor dropped."""
        services.warm.refuse_replaced()
        with catalog.read() as transaction:
            shown = transaction.suggestions.shown()
            examples = {number: _spread(sorted(one.photo_ids)) for number, one in shown.items()}
            photos = transaction.photos.by_id(sorted({one for some in examples.values() for one in some}))
        return {
            "suggested": [
                {
                    "number": number,
                    "name": one.name,
                    "photos": len(one.photo_ids),
                    "examples": [small_photo(photos[each]) for each in examples[number] if each in photos],
                }
                for number, one in shown.items()
            ]
        }

    @routes.post("/{number}/keep", responses=refusals(404, 422, 503))
    def keep(number: Number, meant: Meant) -> DecidedShape:
        """Make an album of a suggestion."""
        suggestion = found(number, meant.name)
        (name,), _ = decide(services.library, [number], [])
        with catalog.read() as transaction:
            kept = transaction.kept_albums.keep(transaction.albums.named(name).album_id)

        def take_back() -> int:
            with catalog.write() as transaction:
                refuse_changed(transaction, kept)
                transaction.albums.remove(name)
                transaction.suggestions.bring_back(suggestion, number)
            return len(suggestion.photo_ids)

        return DecidedShape(name=name, undo=services.undo.add(len(suggestion.photo_ids), take_back))

    @routes.post("/{number}/drop", responses=refusals(404, 422, 503))
    def drop(number: Number, meant: Meant) -> DecidedShape:
        """Never suggest it again."""
        suggestion = found(number, meant.name)
        _, dropped = decide(services.library, [], [number])

        def take_back() -> int:
            with catalog.write() as transaction:
                transaction.suggestions.bring_back(suggestion, number)
            return 0

        return DecidedShape(name=dropped[0], undo=services.undo.add(1, take_back))

    def found(number: int, name: str) -> SuggestedAlbum:
        """Return the suggestion that is meant. Raises Refused if the number is another's by now."""
        services.warm.refuse_replaced()
        with catalog.read() as transaction:
            shown = transaction.suggestions.shown().get(number)
        if shown is None or shown.name != name:
            raise Refused(404, "unknown-name", f"“{name}” is not suggested any more: ask for the list again")
        return shown

    return routes


def _spread(photo_ids: list[int]) -> list[int]:
    """Return a few ids spread over all."""
    count = min(_EXAMPLES, len(photo_ids))
    return [photo_ids[(2 * part + 1) * len(photo_ids) // (2 * count)] for part in range(count)]
