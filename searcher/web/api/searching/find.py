"""GET /api/find: one query line, answered as `photoseek find --json` answers it."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from photoseek.searcher.answer import USUAL_LIMIT, FindOptions, answer_query
from photoseek.searcher.hits import render
from photoseek.searcher.query.budget import MOST_CHARACTERS
from photoseek.searcher.query.parsing import parse_line
from photoseek.searcher.query.query import Query as PhotoQuery
from photoseek.searcher.scoring.feedback import with_feedback
from photoseek.searcher.scoring.relevance import Relevance
from photoseek.searcher.web.api.searching.answering import Answering
from photoseek.searcher.web.errors import refusals
from photoseek.searcher.web.kept.sent_pictures import SentPictures
from photoseek.searcher.web.services import Services
from photoseek.searcher.web.shapes import AnswerShape

MOST_HITS = 1000  # of one page; `next` leads to the others


class FindParameters(BaseModel):
    """The parameters. Unknown ones are refused, since a misspelt one would be ignored silently."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field(
        "",
        max_length=MOST_CHARACTERS,
        description="The query line: words, pictures of the library and filters.",
    )
    limit: int = Field(USUAL_LIMIT, ge=1, le=MOST_HITS, description="How many hits.")
    cursor: str | None = Field(None, description="Continue after a page: its `next`.")
    min: Relevance | None = Field(None, description="Leave out hits that are less than this.")
    each: bool = Field(default=False, description="List frames of a burst, and copies, each on its own.")
    varied: bool = Field(default=False, description="Hits that differ, rather than all the nearest.")
    explain: bool = Field(
        default=False, description="Explain each hit: what each part of the query contributed."
    )
    more: list[str] = Field([], description="More like these photos of the library, by id or path.")
    less: list[str] = Field([], description="Fewer like these photos of the library, by id or path.")
    picture: str | None = Field(
        None, max_length=64, description="A picture that was sent by POST /api/v1/pictures: its `picture`."
    )

    def query(self, pictures: SentPictures) -> PhotoQuery:
        """Read the query line; `pictures` are those that were sent. Raises BadQuery, Refused."""
        with_pictures = bool(self.more or self.less or self.picture)
        nearer = bool(self.more or self.picture)
        asked = PhotoQuery() if with_pictures and not self.q.strip() else parse_line(self.q, nearer=nearer)
        if self.picture is not None:
            part = pictures.part(self.picture)
            asked = asked.with_parts(lambda side: (*side.parts, part))
        return with_feedback(asked, self.more, self.less)

    def options(self) -> FindOptions:
        """Return the options of the answer."""
        return FindOptions(self.limit, self.cursor, self.min, self.each, self.varied, self.explain)


def find_routes(services: Services, answering: Answering) -> APIRouter:
    """Return the route of questions as the command line answers them."""
    routes = APIRouter()

    def answered(query: PhotoQuery, options: FindOptions) -> str:
        return render.as_json(answer_query(services.warm.searcher(), query, options))

    @routes.get("/find", responses={200: {"model": AnswerShape}, **refusals(400, 404, 422, 503)})
    async def find(asked: Annotated[FindParameters, Query()], request: Request) -> Response:
        """Find photos by what they show, and by when, where and with what they were taken."""
        async with answering.question(request) as question:
            query = await question.read(lambda: asked.query(services.pictures))
            answer = await question.answered(query, answered, query, asked.options())
        return Response(answer, media_type="application/json")

    return routes
