"""Answers a query with options. The command line and HTTP both use this."""

from dataclasses import dataclass, replace

from photoseek.searcher.hits.paging import refuse_pages
from photoseek.searcher.hits.records import Answer, each_file
from photoseek.searcher.query.query import Query
from photoseek.searcher.scoring.relevance import Relevance
from photoseek.searcher.search import Searcher

USUAL_LIMIT = 20


@dataclass(frozen=True, slots=True)
class FindOptions:
    """How many hits to return, which ones, and with what."""

    limit: int = USUAL_LIMIT
    cursor: str | None = None  # `next` of the answer before
    minimum: Relevance | None = None
    each: bool = False
    varied: bool = False
    explain: bool = False


def answer_query(searcher: Searcher, query: Query, options: FindOptions) -> Answer:
    """Answer a query. Raises what `Searcher.find` and `Searcher.explained` raise."""
    if options.varied:
        refuse_pages(options.cursor)
        answer = searcher.varied(query, options.limit, minimum=options.minimum, fold=not options.each)
    else:
        answer = searcher.find(
            query, options.limit, minimum=options.minimum, cursor=options.cursor, fold=not options.each
        )
    answer = searcher.explained(query, answer) if options.explain else answer
    return replace(answer, hits=each_file(answer.hits)) if options.each else answer
