"""Hits that differ: a re-ordering of the nearest, by how near they are and how unlike each other."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoseek.embedder import unit_length
from photoseek.indexer import Run
from photoseek.searcher import BadQuery, Searcher, parse_line
from photoseek.searcher.scoring.mmr import by_marginal_relevance

_SEEDS = st.integers(0, 2**32 - 1)
_COUNTS = st.integers(0, 30)


def _candidates(seed: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    vectors = unit_length(random.normal(size=(count, 8)).astype(np.float32))
    return np.sort(random.choice(np.linspace(-1, 1, 20, dtype=np.float32), count))[::-1], vectors


@given(seed=_SEEDS, count=_COUNTS, nearness=st.floats(0, 1))
def test_the_order_holds_each_candidate_once_and_begins_with_the_nearest(
    seed: int, count: int, nearness: float
) -> None:
    order = by_marginal_relevance(*_candidates(seed, count), nearness)
    assert sorted(order) == list(range(count))
    if count and nearness:
        scores = _candidates(seed, count)[0]
        assert scores[order[0]] == scores[0]


@given(seed=_SEEDS, count=_COUNTS)
def test_where_nearness_is_all_that_counts_the_order_stays(seed: int, count: int) -> None:
    assert by_marginal_relevance(*_candidates(seed, count), 1.0) == list(range(count))


@given(seed=_SEEDS, count=st.integers(2, 30), nearness=st.floats(0.05, 0.95))
def test_each_next_one_has_the_most_left_by_the_papers_own_formula(
    seed: int, count: int, nearness: float
) -> None:
    scores, vectors = _candidates(seed, count)
    alike = vectors @ vectors.T
    near = (scores - scores.min()) / max(float(np.ptp(scores)), 1e-30)
    like = (alike - alike.min()) / max(1 - float(alike.min()), 1e-30)
    order = by_marginal_relevance(scores, vectors, nearness)
    for place, chosen in enumerate(order):
        before, left = order[:place], order[place:]

        def worth(one: int, before: list[int] = before) -> float:
            return nearness * near[one] - (1 - nearness) * max((like[one, b] for b in before), default=0.0)

        assert worth(chosen) >= max(map(worth, left)) - 1e-4


@pytest.fixture
def searcher(coloured: Run) -> Searcher:
    return Searcher(coloured.library, coloured.embedder)


def test_varied_hits_show_what_else_there_is_and_are_among_the_nearest(searcher: Searcher) -> None:
    query = parse_line('1.5:"red" "white"')
    plain, varied = searcher.find(query, 3), searcher.varied(query, 3)
    assert {Path(hit.path).name.split("-")[0] for hit in plain.hits} == {"red"}
    assert {Path(hit.path).name.split("-")[0] for hit in varied.hits} == {"red", "white"}
    assert varied.hits[0] == plain.hits[0]
    assert varied.next is None
    assert varied.matches == plain.matches
    everything = searcher.varied(query, 20).hits
    assert {hit.path for hit in everything} == {hit.path for hit in searcher.find(query, 20).hits}


@pytest.mark.parametrize("line", ["type:jpeg", "red sort:date"])
def test_variety_without_an_order_by_nearness_is_refused(searcher: Searcher, line: str) -> None:
    with pytest.raises(BadQuery, match="varied"):
        searcher.varied(parse_line(line), 3)
