"""GET /api/v1/search: an answer as a page shows it, with the question taken apart and what to ask instead."""

from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import Field

from photoseek.searcher.answer import FindOptions, answer_query
from photoseek.searcher.hits.records import Answer, Hit
from photoseek.searcher.query.parsing import parse_line
from photoseek.searcher.query.query import LibraryPhoto
from photoseek.searcher.query.query import Query as PhotoQuery
from photoseek.searcher.understanding.chips import chips_of
from photoseek.searcher.understanding.remedies import remedies
from photoseek.searcher.web.api.searching.answering import Answering
from photoseek.searcher.web.api.searching.find import FindParameters
from photoseek.searcher.web.api.searching.shapes import SearchShape
from photoseek.searcher.web.api.small_photo import shape_of
from photoseek.searcher.web.errors import refusals
from photoseek.searcher.web.kept.sent_pictures import SentPictures
from photoseek.searcher.web.services import Services


class SearchParameters(FindParameters):
    """Those of `find`, and the order."""

    order: Literal["relevance", "date"] | None = Field(
        None, description="By relevance or by date, unless the line has a sort: of its own."
    )

    def query(self, pictures: SentPictures) -> PhotoQuery:
        """Read the query line, with the order. Raises BadQuery, Refused."""
        query = super().query(pictures)
        return replace(query, sort=query.sort or self.order)


def search_routes(services: Services, answering: Answering) -> APIRouter:
    """Return the route of questions as a page asks them."""
    routes = APIRouter()

    def answered(asked: SearchParameters, query: PhotoQuery, options: FindOptions) -> dict[str, Any]:
        return _as_json(asked, query, answer_query(services.warm.searcher(), query, options))

    @routes.get("/search", responses={200: {"model": SearchShape}, **refusals(400, 404, 422, 503)})
    async def search(asked: Annotated[SearchParameters, Query()], request: Request) -> dict[str, Any]:
        """Find photos as `find` does; `chips` take the question apart, `remedies` say what to ask instead."""
        async with answering.question(request) as question:
            query = await question.read(lambda: asked.query(services.pictures))
            return await question.answered(query, answered, asked, query, asked.options())

    return routes


def _as_json(asked: SearchParameters, query: PhotoQuery, answer: Answer) -> dict[str, Any]:
    typed = parse_line(asked.q, nearer=bool(asked.more or asked.picture)) if asked.q.strip() else PhotoQuery()
    chips = chips_of(typed, answer.readings)
    nothing_fits = not answer.hits if answer.matches is None else not answer.matches
    is_first = asked.cursor is None
    pictures = {
        str(part): part.what.photo_id
        for side in query.sides
        for part in side.parts
        if isinstance(part.what, LibraryPhoto)
    }
    return answer.as_json() | {
        "hits": [hit_as_json(hit, pictures) for hit in answer.hits],
        "words": typed.text,
        "chips": [chip.as_json() for chip in chips],
        "remedies": [
            remedy.as_json()
            for remedy in (remedies(typed, chips, answer.did_you_mean) if is_first and nothing_fits else ())
        ],
    }


def hit_as_json(hit: Hit, pictures: dict[str, int]) -> dict[str, Any]:
    """Return a hit as JSON; `pictures` are the photos in the question, by the parts that name them."""
    shape = hit.as_json() | shape_of(hit.photo)
    if "explanation" in shape:
        for part in shape["explanation"]["parts"]:
            part["photo_id"] = pictures.get(part["part"])
    return shape
