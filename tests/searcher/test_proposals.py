"""A label is proposed for what a photo shows, whatever else is in the library."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoseek.embedder import FakeEmbedder, unit_length
from photoseek.embedder.fake import COLOURS
from photoseek.indexer import Run, index
from photoseek.searcher import propose
from photoseek.searcher.scoring.background import Background, background_of
from photoseek.searcher.scoring.relevance import EvidenceForAll, Question, evidence

COLOURED = [" and ".join(some) for count in (1, 2, 3) for some in itertools.combinations(COLOURS, count)]


@given(seed=st.integers(0, 2**32 - 1), photos=st.integers(1, 20), questions=st.integers(1, 5))
def test_weighed_for_all_questions_a_photo_has_the_evidence_that_it_has_for_each(
    seed: int, photos: int, questions: int
) -> None:
    rng = np.random.default_rng(seed)
    captions = unit_length(rng.normal(size=(40, 16)).astype(np.float32) + 0.5)
    middle = captions.mean(axis=0)
    background = Background(middle, unit_length(captions - middle), ("a duck", "a guitar") * 20)
    vectors = unit_length(rng.normal(size=(photos, 16)).astype(np.float32))
    asked = [
        Question(unit_length(rng.normal(size=16).astype(np.float32)), f"word {n}") for n in range(questions)
    ]
    of_all = EvidenceForAll(asked, background, 3)(vectors)
    of_each = np.stack([evidence(question, vectors, background, 3) for question in asked], axis=1)
    assert of_all == pytest.approx(of_each, abs=1e-3)


def test_a_photo_is_tagged_alike_among_few_and_among_many(run: Run, photos: Path, make_photo) -> None:
    background = background_of(run.embedder, COLOURED)
    first = make_photo(photos / "first.jpg", "red")
    _index(run, photos)
    alone = _probabilities(run, background)
    for shade in range(30):
        make_photo(photos / f"red-{shade}.jpg", "red", shade)
    _index(run, photos)
    assert _probabilities(run, background)[str(first)] == pytest.approx(alone[str(first)])


def test_where_captions_mean_nothing_photos_are_compared_with_each_other(
    run: Run, photos: Path, make_photo
) -> None:
    background = background_of(run.embedder, ["the same"] * 9)
    assert not len(background.directions)
    for shade in range(20):
        make_photo(photos / f"{shade}.jpg", "blue", shade)
    red = make_photo(photos / "red.jpg", "red")
    _index(run, photos)
    (proposal,) = propose(run.library, run.model, run.embedder, background, ["red"], 0.5)
    assert _paths(run, proposal.probabilities) == [str(red)]


def test_the_steps_to_show_are_the_beginnings_of_portions(run: Run, photos: Path, make_photo) -> None:
    make_photo(photos / "first.jpg", "red")
    _index(run, photos)
    shown: list[int] = []

    def show(steps: range) -> range:
        shown.extend(steps)
        return steps

    propose(run.library, run.model, FakeEmbedder(), background_of(run.embedder, COLOURED), ["red"], 0.5, show)
    assert shown == [0]


def _index(run: Run, photos: Path) -> None:
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(str(photos))
    index(run, {root: [""]})


def _probabilities(run: Run, background: Background) -> dict[str, float]:
    (proposal,) = propose(run.library, run.model, run.embedder, background, ["red"], 0.0)
    return dict(zip(_paths(run, proposal.probabilities), proposal.probabilities.values(), strict=True))


def _paths(run: Run, photo_ids: dict[int, float]) -> list[str]:
    with run.library.catalog.read() as transaction:
        photos = transaction.photos.by_id(sorted(photo_ids))
    return [photos[photo_id].paths[0] for photo_id in photo_ids]
