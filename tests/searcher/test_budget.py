"""A query may ask for much, and not for so much that a machine is busy for minutes."""

from collections.abc import Callable
from threading import Event

import pytest
from sqlalchemy import text

from photoseek.indexer import Run
from photoseek.searcher import BadQuery, Query, Searcher, parse, parse_line
from photoseek.searcher.query.budget import MOST_FILTERS, MOST_LETTERS, MOST_PARTS
from photoseek.searcher.query.filter_context import FilterContext
from photoseek.searcher.query.matching import photo_ids_matching
from photoseek.searcher.scoring.feedback import with_feedback
from photoseek.storage import Library, TimeIsUp, TimeLimit, check_time


@pytest.mark.parametrize(
    ("most", "line"),
    [
        (MOST_PARTS, lambda count: " ".join(f'"word{number}"' for number in range(count))),
        (MOST_PARTS, lambda count: "red " + " ".join(f"-w{number}" for number in range(count))),
        (MOST_FILTERS, lambda count: " ".join(f"tag:x{number}" for number in range(count))),
        (MOST_FILTERS, lambda count: " ".join(["-in:a"] * count)),
        (MOST_FILTERS, lambda count: " ".join(["near:paris"] * count)),
        (MOST_LETTERS, lambda count: "a" * count),
    ],
)
def test_a_query_may_have_hundreds_of_each_and_no_more(most: int, line: Callable[[int], str]) -> None:
    assert parse_line(line(most)) == parse(line(most).split())
    with pytest.raises(BadQuery, match=r"leave some out|leave it out|in fewer than|at most"):
        parse_line(line(3 * most))


def test_photos_that_more_are_to_be_like_count_as_parts() -> None:
    assert len(with_feedback(Query(), ["1"] * MOST_PARTS, []).parts) == MOST_PARTS
    with pytest.raises(BadQuery, match="leave some out"):
        with_feedback(Query(), ["1"] * MOST_PARTS, ["2"])


def test_a_filter_that_is_there_twice_is_asked_once(coloured: Run) -> None:
    asked: list[str] = []

    def album(name: str) -> set[int]:
        asked.append(name)
        return {1, 2}

    with coloured.library.catalog.read() as transaction:
        query = parse_line("album:x type:jpg album:x -is:tagged -is:tagged")
        assert photo_ids_matching(
            query.filters, FilterContext(transaction, lambda name, *_: album(name))
        ) == {
            1,
            2,
        }
    assert asked == ["x"]


def test_work_stops_when_its_time_is_up_and_only_its_own_time_counts() -> None:
    limit = TimeLimit(0.05)
    with limit.working():
        check_time()
    Event().wait(0.1)
    with limit.working():
        check_time()  # nobody worked meanwhile
        Event().wait(0.1)
        with pytest.raises(TimeIsUp, match="fewer words"):
            check_time()
    check_time()  # the thread does something else


def test_what_the_catalog_is_at_is_broken_off_and_the_catalog_goes_on(library: Library) -> None:
    endless = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")
    with (
        TimeLimit(0.2).working(),
        pytest.raises(TimeIsUp),
        library.catalog.read() as transaction,
    ):
        transaction.roots._connection.execute(endless)
    with library.catalog.read() as transaction:
        assert transaction.roots.all() == []


def test_a_question_ends_with_its_time_whatever_it_is_at(coloured: Run) -> None:
    limit = TimeLimit(60)
    limit.end()
    for line in ("red", "type:jpg", '"red" -blue', "tag:x"):
        with limit.working(), pytest.raises(TimeIsUp):
            Searcher(coloured.library, coloured.embedder).find(parse_line(line), 3)
