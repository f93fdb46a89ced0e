"""GET /api/find: one query line, answered as `photoseek find --json` answers it."""

from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from searcher import render
from searcher.feedback import with_feedback
from searcher.finding import USUAL_LIMIT, Wanted, answer_to
from searcher.parsing import parse_line
from searcher.query import Query as PhotoQuery
from searcher.relevance import Relevance
from searcher.staying import StayingSearcher
from searcher.web.errors import refusals
from searcher.web.pictures import of_the_library
from searcher.web.shapes import AnswerShape
from searcher.web.turns import Turns

MOST_HITS = 1000  # of one page; `next` leads to the others
MOST_CHARACTERS = (
    10_000  # of a query line: a model takes seconds over a word of 100,000 before it cuts it off
)
PATIENCE_S = 20.0  # for questions that came before
_BUSY = "others are being answered: ask again in a moment"


class Asked(BaseModel):
    """The parameters; any other is refused, for a misspelt one would be passed over in silence."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field(
        "",
        max_length=MOST_CHARACTERS,
        description="The query line: words, pictures of the library and filters.",
    )
    limit: int = Field(USUAL_LIMIT, ge=1, le=MOST_HITS, description="How many hits.")
    cursor: str | None = Field(None, description="Go on behind a page: its `next`.")
    min: Relevance | None = Field(None, description="Leave out hits that are less than this.")
    each: bool = Field(default=False, description="List frames of a burst, and copies, each on its own.")
    varied: bool = Field(default=False, description="Hits that differ, rather than all the nearest.")
    explain: bool = Field(default=False, description="Say of each hit what each part of the query gave.")
    more: list[str] = Field([], description="More like these photos of the library, by id or path.")
    less: list[str] = Field([], description="Fewer like these.")

    def query(self) -> PhotoQuery:
        """Read the query line. Raises BadQuery."""
        fed_back = bool(self.more or self.less)
        asked = (
            PhotoQuery() if fed_back and not self.q.strip() else parse_line(self.q, nearer=bool(self.more))
        )
        return with_feedback(asked, self.more, self.less)

    def wanted(self) -> Wanted:
        """Say how it is to be answered."""
        return Wanted(self.limit, self.cursor, self.min, self.each, self.varied, self.explain)


def find_routes(staying: StayingSearcher) -> APIRouter:
    """Give the route of questions."""
    routes = APIRouter()
    turns = Turns(PATIENCE_S, _BUSY)

    def read(asked: Asked) -> PhotoQuery:
        query = asked.query()
        staying.refuse_replaced()
        with staying.library.catalog.read() as transaction:
            return of_the_library(transaction, query)

    def hear(text: str) -> None:
        staying.searcher().hear(text)

    def answered(query: PhotoQuery, wanted: Wanted) -> str:
        return render.as_json(answer_to(staying.searcher(), query, wanted))

    @routes.get("/find", responses={200: {"model": AnswerShape}, **refusals(400, 404, 422, 503)})
    async def find(asked: Annotated[Asked, Query()]) -> Response:
        """Find photos by what they show, and by when, where and with what they were taken."""
        query = await run_sync(read, asked)
        if len(query.texts) > 1:  # a turn each: others need not wait for hundreds of them
            for text in query.texts:
                await turns.run(hear, text)
        answer = await turns.run(answered, query, asked.wanted())
        return Response(answer, media_type="application/json")

    return routes
