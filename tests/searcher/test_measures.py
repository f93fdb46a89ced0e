"""What the figures of an evaluation mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoseek.searcher.judging.measures import mean_reciprocal_rank, ndcg, recall

_PLACES = st.lists(st.integers(1, 40), unique=True, max_size=15)


def test_the_figures_of_four_questions_are_those_of_the_papers() -> None:
    first = [1, 3, None, 11]
    assert [recall(first, cut) for cut in (1, 5, 10)] == [0.25, 0.5, 0.5]
    assert mean_reciprocal_rank(first) == pytest.approx((1 + 1 / 3 + 1 / 11) / 4)
    # DCG of places 1, 3 and 4: 1 + 0.5 + 0.4307; the best of four: 1 + 0.6309 + 0.5 + 0.4307
    assert ndcg([1, 3, 4], 4) == pytest.approx((1 + 0.5 + 0.43068) / (1 + 0.63093 + 0.5 + 0.43068), abs=1e-4)


@given(places=_PLACES, missed=st.integers(0, 5))
def test_ndcg_is_a_share_that_only_the_best_order_makes_whole(places: list[int], missed: int) -> None:
    right = len(places) + missed
    if not right:
        return
    gained = ndcg(places, right)
    assert 0 <= gained <= 1 + 1e-9
    whole = set(range(1, min(right, 10) + 1)) <= set(places)
    assert (gained > 1 - 1e-9) == whole


@given(places=_PLACES.filter(bool), missed=st.integers(0, 5))
def test_a_right_photo_that_moves_up_never_lowers_ndcg(places: list[int], missed: int) -> None:
    for number, place in enumerate(places):
        if place > 1 and place - 1 not in places:
            better = [*places[:number], place - 1, *places[number + 1 :]]
            assert ndcg(better, len(places) + missed) >= ndcg(places, len(places) + missed)
