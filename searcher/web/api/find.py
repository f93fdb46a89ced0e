"""GET /api/find: one query line, answered as `photoseek find --json` answers it."""

from asyncio import create_task
from collections.abc import Callable
from typing import Annotated, TypeVar, TypeVarTuple

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from photoseek.searcher.answer import USUAL_LIMIT, FindOptions, answer_query
from photoseek.searcher.hits import render
from photoseek.searcher.query.budget import MOST_CHARACTERS
from photoseek.searcher.query.parsing import parse_line
from photoseek.searcher.query.query import Query as PhotoQuery
from photoseek.searcher.scoring.feedback import with_feedback
from photoseek.searcher.scoring.relevance import Relevance
from photoseek.searcher.web.api.pictures import pictures_of_library
from photoseek.searcher.web.errors import refusals
from photoseek.searcher.web.services import Services
from photoseek.searcher.web.shapes import AnswerShape
from photoseek.searcher.web.turns import Turns
from photoseek.storage import TimeLimit

_Arguments = TypeVarTuple("_Arguments")
_Result = TypeVar("_Result")

MOST_HITS = 1000  # of one page; `next` leads to the others
PATIENCE_S = 20.0  # that a question may wait for earlier ones
_BUSY = "others are being answered: ask again in a moment"


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

    def query(self) -> PhotoQuery:
        """Read the query line. Raises BadQuery."""
        fed_back = bool(self.more or self.less)
        asked = (
            PhotoQuery() if fed_back and not self.q.strip() else parse_line(self.q, nearer=bool(self.more))
        )
        return with_feedback(asked, self.more, self.less)

    def options(self) -> FindOptions:
        """Return the options of the answer."""
        return FindOptions(self.limit, self.cursor, self.min, self.each, self.varied, self.explain)


def find_routes(services: Services) -> APIRouter:
    """Return the route of questions. The work on one is limited to `services.answer_s`."""
    routes = APIRouter()
    warm = services.warm
    turns = Turns(PATIENCE_S, _BUSY)

    def read(asked: FindParameters) -> PhotoQuery:
        query = asked.query()
        warm.refuse_replaced()
        with warm.library.catalog.read() as transaction:
            return pictures_of_library(transaction, query)

    def embed_ahead(text: str) -> None:
        warm.searcher().embed_ahead(text)

    def answered(query: PhotoQuery, options: FindOptions) -> str:
        return render.as_json(answer_query(warm.searcher(), query, options))

    def in_turn(limit: TimeLimit, work: Callable[[*_Arguments], _Result], *arguments: *_Arguments) -> _Result:
        with warm.turn(PATIENCE_S):  # the process may answer `photoseek find` as well
            return _within(limit, work, *arguments)

    @routes.get("/find", responses={200: {"model": AnswerShape}, **refusals(400, 404, 422, 503)})
    async def find(asked: Annotated[FindParameters, Query()], request: Request) -> Response:
        """Find photos by what they show, and by when, where and with what they were taken."""
        limit = TimeLimit(services.answer_s)
        leaving = create_task(_end_when_they_leave(request, limit))
        try:
            query = await run_sync(_within, limit, read, asked)
            # Each in a turn of its own, so that other questions needn't wait for hundreds of texts.
            if len(query.texts) > 1:
                for text in query.texts:
                    await turns.run(in_turn, limit, embed_ahead, text)
            answer = await turns.run(in_turn, limit, answered, query, asked.options())
        finally:
            leaving.cancel()
        return Response(answer, media_type="application/json")

    return routes


def _within(limit: TimeLimit, work: Callable[[*_Arguments], _Result], *arguments: *_Arguments) -> _Result:
    with limit.working():
        limit.check()
        return work(*arguments)


async def _end_when_they_leave(request: Request, limit: TimeLimit) -> None:
    """Stop the work on a question once its connection is closed."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
    limit.end()
