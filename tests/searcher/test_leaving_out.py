"""What is pushed away is left out by its evidence: the search gives the nearest of all that is left."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from photoseek.embedder import unit_length
from photoseek.searcher.scoring.background import Background
from photoseek.searcher.scoring.exclusion import Exclusion
from photoseek.searcher.scoring.relevance import Question, evidence
from photoseek.storage import Neighbours


@given(seed=st.integers(0, 2**32 - 1), count=st.integers(0, 300), wanted=st.integers(1, 40))
def test_the_nearest_photos_that_show_nothing_of_it_are_given_in_their_order(
    seed: int, count: int, wanted: int
) -> None:
    rng = np.random.default_rng(seed)
    captions = unit_length(rng.normal(size=(40, 16)).astype(np.float32) + 0.5)
    middle = captions.mean(axis=0)
    background = Background(middle, unit_length(captions - middle), tuple(f"thing {n}" for n in range(40)))
    pushed = [Question(unit_length(rng.normal(size=16).astype(np.float32) + 0.5), "people") for _ in range(2)]
    near = pushed[0].vector * rng.uniform(0, 9, size=(count, 1)).astype(np.float32)
    vectors = unit_length(rng.normal(size=(count, 16)).astype(np.float32) + near)
    read: list[int] = []

    def search(asked: int) -> Neighbours:
        ids = np.arange(count, dtype=np.int64)[:asked]
        return Neighbours(ids, -ids.astype(np.float32))

    def vectors_of(photo_ids: list[int]) -> dict[int, np.ndarray]:
        read.extend(photo_ids)
        return {photo_id: vectors[photo_id] for photo_id in photo_ids}

    found = Exclusion(pushed, background, vectors_of).within(search)(wanted)
    shown = np.zeros(count, np.bool_)
    for question in pushed:
        shown |= evidence(question, vectors, background, 10) >= 0
    assert found.photo_ids.tolist() == np.flatnonzero(~shown)[:wanted].tolist()
    assert found.similarities.tolist() == (-np.flatnonzero(~shown)[:wanted]).tolist()
    assert len(read) == len(set(read)), "no photo is looked at twice"
