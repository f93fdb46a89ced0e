"""What the order takes off for captions changes who comes first, and never who comes at all."""

import itertools
from collections.abc import Callable
from functools import partial

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from photoseek.embedder import Vectors, unit_length
from photoseek.searcher.hits.listing import ranked
from photoseek.searcher.hits.paging import Order, page
from photoseek.searcher.hits.records import Hit
from photoseek.searcher.scoring.background import Background
from photoseek.searcher.scoring.ranking import (
    MOST_PENALTY,
    RIVALS_SHARE,
    Ids,
    KeptVectors,
    Rivals,
    penalty,
    top_k,
)
from photoseek.storage import Neighbours, Photo, PhotoFacts

_CASES = {"seed": st.integers(0, 2**32 - 1), "photos": st.integers(0, 300)}


class _Case:
    """A question, some photos, and captions that some of the photos are nearer to."""

    def __init__(self, seed: int, photos: int) -> None:
        rng = np.random.default_rng(seed)
        captions = unit_length(rng.normal(size=(30, 8)).astype(np.float32) + 0.5)
        middle = captions.mean(axis=0)
        self.captions = captions
        self.background = Background(middle, unit_length(captions - middle), [""] * len(captions))
        self.photos = unit_length(rng.normal(size=(photos, 8)).astype(np.float32))
        self.question = unit_length(rng.normal(size=8).astype(np.float32) + 0.5)
        self.cosines = self.photos @ self.question
        self.read = 0

    def search(self, limit: int) -> Neighbours:
        nearest = np.argsort(-self.cosines, kind="stable")[:limit]
        return Neighbours(nearest, self.cosines[nearest])

    def rivals(self) -> Callable[[Ids], Vectors]:
        return partial(Rivals(self.background, 1).cosines, self._vectors_of)

    def scores(self) -> Vectors:
        """Score every photo by the captions themselves."""
        nearest = (self.photos @ self.captions.T).max(axis=1, initial=-1)
        return self.cosines - np.clip(RIVALS_SHARE * (nearest - self.cosines), 0, MOST_PENALTY)

    def _vectors_of(self, photo_ids: list[int]) -> dict[int, Vectors]:
        self.read += len(photo_ids)
        return {photo_id: self.photos[photo_id] for photo_id in photo_ids}


@given(**_CASES, limit=st.integers(1, 60))
def test_the_first_are_those_that_scoring_every_photo_would_give(seed: int, photos: int, limit: int) -> None:
    case = _Case(seed, photos)
    photo_ids, scores = top_k(case.search, case.rivals(), limit)
    everything = case.scores()
    best = np.sort(everything)[::-1][:limit]
    assert np.allclose(scores, best, atol=1e-5)
    assert np.allclose(everything[photo_ids], best, atol=1e-5)
    assert len(set(photo_ids.tolist())) == len(photo_ids)


@given(seed=st.integers(0, 2**32 - 1), photos=st.integers(0, 60), limit=st.integers(5, 25))
def test_pages_hold_every_photo_once(seed: int, photos: int, limit: int) -> None:
    case, order, behind = _Case(seed, photos), Order("relevance"), None
    rivals = case.rivals()

    def nearest(wanted: int) -> list[Hit]:
        return [
            Hit(_photo(photo_id), score, None)
            for photo_id, score in zip(
                *(row.tolist() for row in top_k(case.search, rivals, wanted)), strict=True
            )
        ]

    shown: list[int] = []
    while True:
        hits, behind = page(partial(ranked, nearest, order), order, limit, behind)
        shown += [hit.photo.photo_id - 1 for hit in hits]
        if behind is None:
            break
    assert sorted(shown) == list(range(photos))
    places = case.scores()[shown].tolist()
    assert all(one >= other - 1e-5 for one, other in itertools.pairwise(places))


@given(**_CASES)
def test_a_photo_is_read_once_however_often_it_is_asked_for(seed: int, photos: int) -> None:
    case = _Case(seed, photos)
    rivals = case.rivals()
    for limit in (3, 30, 300):
        top_k(case.search, rivals, limit)
    assert case.read == photos


@given(cosine=st.floats(-1, 1), rival=st.floats(-1, 1), farther=st.floats(0, 1))
def test_of_two_photos_with_the_same_rival_the_nearer_scores_higher(
    cosine: float, rival: float, farther: float
) -> None:
    cosines = np.array([cosine, cosine - farther])
    near, far = (cosines - penalty(cosines, np.array([rival, rival]))).tolist()
    assert cosine >= near >= far


def test_without_captions_the_score_is_the_cosine() -> None:
    case = _Case(1, 20)
    photo_ids, scores = top_k(case.search, None, 5)
    assert scores.tolist() == np.sort(case.cosines)[::-1][:5].tolist()
    assert scores.tolist() == case.cosines[photo_ids].tolist()


def test_the_nearest_caption_is_found_though_only_directions_are_kept() -> None:
    case = _Case(2, 50)
    numbers, cosines = case.background.nearest(case.photos)
    table = case.photos @ case.captions.T
    assert numbers.tolist() == table.argmax(axis=1).tolist()
    assert np.allclose(cosines, table.max(axis=1), atol=1e-5)


def _photo(number: int) -> Photo:
    content = number.to_bytes(16, "big")
    facts = PhotoFacts(content, content, 4, 3, "PNG", None, None, None, None, None, None)
    return Photo(number + 1, facts, "2024", (f"/p/{number}.png",))


@given(st.lists(st.lists(st.integers(0, 12), unique=True), max_size=6))
def test_a_vector_is_read_once_for_a_question_and_is_what_was_read(asked: list[list[int]]) -> None:
    vectors = {number: np.full(3, number, np.float32) for number in range(10)}  # the last three have none
    read: list[int] = []

    def of(photo_ids: list[int]) -> dict[int, Vectors]:
        read.extend(photo_ids)
        return {photo_id: vectors[photo_id] for photo_id in photo_ids if photo_id in vectors}

    kept = KeptVectors(of)
    for photo_ids in asked:
        found = kept(photo_ids)
        assert set(found) == vectors.keys() & set(photo_ids)
        assert all(found[photo_id] is vectors[photo_id] for photo_id in found)
    having_one = [photo_id for photo_id in read if photo_id in vectors]
    assert len(having_one) == len(set(having_one))
