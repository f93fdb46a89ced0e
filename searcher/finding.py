"""How a query is to be answered: the same from a command line and over HTTP."""

from dataclasses import dataclass, replace

from photoseek.searcher.hits.paging import refuse_pages
from photoseek.searcher.hits.records import Answer, each_file
from photoseek.searcher.query.query import Query
from photoseek.searcher.scoring.relevance import Relevance
from photoseek.searcher.search import Searcher

USUAL_LIMIT = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many hits of which kind, and what is to be said of each."""

    limit: int = USUAL_LIMIT
    behind: str | None = None  # a cursor
    least: Relevance | None = None
    each: bool = False
    varied: bool = False
    explain: bool = False


def answer_to(searcher: Searcher, query: Query, wanted: Wanted) -> Answer:
    """Answer a query. Raises what finding and explaining raise."""
    if wanted.varied:
        refuse_pages(wanted.behind)
        answer = searcher.varied(query, wanted.limit, least=wanted.least, fold=not wanted.each)
    else:
        answer = searcher.find(
            query, wanted.limit, least=wanted.least, behind=wanted.behind, fold=not wanted.each
        )
    answer = searcher.explained(query, answer) if wanted.explain else answer
    return replace(answer, hits=each_file(answer.hits)) if wanted.each else answer
