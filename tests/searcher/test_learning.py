"""What a person's yes and no teach about a label: used where it predicts their answers, and only then."""

from pathlib import Path

import numpy as np
import pytest

from photoseek.embedder import unit_length
from photoseek.indexer import Run, index
from photoseek.searcher import propose
from photoseek.searcher.labels.learning import FEWEST, average_precision, learn
from photoseek.searcher.scoring.background import background_of
from tests.searcher.test_proposals import COLOURED

_DIMENSION = 16


def _photos(count: int, seed: int = 0) -> np.ndarray:
    return unit_length(np.random.default_rng(seed).normal(size=(count, _DIMENSION)).astype(np.float32))


def test_too_few_answers_of_either_kind_teach_nothing() -> None:
    photos = _photos(60)
    said = photos[:, 0] > 0
    unsure = np.full(60, 0.5)
    few = np.concatenate([np.flatnonzero(said)[: FEWEST - 1], np.flatnonzero(~said)])
    assert learn(photos[few], said[few], unsure[few]) is None
    assert learn(photos[said], said[said], unsure[said]) is None


def test_what_answers_have_in_common_is_learnt_where_the_words_know_nothing() -> None:
    photos, others = _photos(80), _photos(400, seed=1)
    lesson = learn(photos, photos[:, 0] > 0, np.full(80, 0.5))
    assert lesson is not None
    assert (lesson.yes + lesson.no) == 80
    corrected = lesson.corrected(np.full(400, 0.5), others)
    assert average_precision(corrected, others[:, 0] > 0) > 0.9
    assert ((corrected >= 0) & (corrected <= 1)).all()


@pytest.mark.parametrize("seed", range(5))
def test_answers_by_chance_teach_nothing(seed: int) -> None:
    by_chance = np.random.default_rng(seed).random(60) > 0.5
    assert learn(_photos(60), by_chance, np.full(60, 0.5)) is None


def test_probabilities_far_from_the_answers_are_corrected_all_the_same() -> None:
    photos = _photos(60)
    said = photos[:, 0] > 0
    lesson = learn(photos, said, np.full(60, 1e-6))
    assert lesson is not None
    assert (lesson.corrected(np.full(60, 1e-6), photos)[said] > 0.1).all()


def test_average_precision_is_that_of_the_textbook() -> None:
    true = np.array([True, False, True, False])
    assert average_precision(np.array([4.0, 3.0, 2.0, 1.0]), true) == pytest.approx((1 + 2 / 3) / 2)


def test_a_label_learns_from_the_yes_and_no_of_the_library(run: Run, photos: Path, make_photo) -> None:
    for number in range(14):
        make_photo(photos / f"red-{number}.jpg", "red", number)
        make_photo(photos / f"blue-{number}.jpg", "blue", number)
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(str(photos))
    index(run, {root: [""]})
    with run.library.catalog.write() as transaction:
        files = transaction.files.known(root.root_id)
        ids = {name: file.photo_id for name, file in files.items()}
        transaction.tags.put([ids[f"red-{n}.jpg"] for n in range(12)], "our flag")
        transaction.tags.refuse([ids[f"blue-{n}.jpg"] for n in range(12)], "our flag")
    background = background_of(run.embedder, COLOURED)
    (proposal,) = propose(run.library, run.model, run.embedder, background, ["our flag"], 0.01)
    assert proposal.lesson is not None
    assert (proposal.lesson.yes, proposal.lesson.no) == (12, 12)
    found = proposal.probabilities
    assert found[ids["red-12.jpg"]] > found.get(ids["blue-12.jpg"], 0)
    (other,) = propose(run.library, run.model, run.embedder, background, ["something else"], 0.01)
    assert other.lesson is None
