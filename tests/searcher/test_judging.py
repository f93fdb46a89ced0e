"""A person says which hits are right, and models are compared by it."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from photoseek.cli.judging.evaluate import as_table
from photoseek.embedder import FakeEmbedder, Vectors
from photoseek.indexer import Run, index
from photoseek.searcher import BadQuery, Searcher, parse, parse_line
from photoseek.searcher.judging.evaluating import Figures, evaluate
from photoseek.searcher.judging.judging import named, photos_of, question, verdicts_of
from photoseek.storage import Model, UnknownName


@pytest.fixture
def searcher(coloured: Run) -> Searcher:
    return Searcher(coloured.library, coloured.embedder)


def test_photos_are_named_by_their_places_ids_or_paths(searcher: Searcher, run: Run, photos: Path) -> None:
    hits = searcher.find(parse(["red"]), 6).hits
    ids = [hit.photo.photo_id for hit in hits]
    name = Path(hits[3].path).name
    assert named(run.library, hits, ["1,3", f"#{ids[5]}", name], photos) == [ids[0], ids[2], ids[5], ids[3]]
    assert named(run.library, hits, ["2-4, 6"], photos) == [ids[1], ids[2], ids[3], ids[5]]
    with pytest.raises(BadQuery, match="no hit 7 among 6"):
        named(run.library, hits, ["5-999999999"], photos)
    with pytest.raises(BadQuery, match="counts down"):
        named(run.library, hits, ["4-2"], photos)
    with pytest.raises(BadQuery, match="no hit 7 among 6"):
        named(run.library, hits, ["7"], photos)
    with pytest.raises(BadQuery, match="no hit 0"):
        named(run.library, hits, ["0"], photos)
    for unknown in ("#999", "nowhere.jpg", "~nobody-of-this-name/red.jpg"):
        with pytest.raises(UnknownName):
            named(run.library, hits, [unknown], photos)
    with pytest.raises(BadQuery, match="right and wrong"):
        verdicts_of([1, 2], [2])
    with pytest.raises(BadQuery, match="filters alone"):
        question(parse_line("tag:beach"))
    assert question(parse_line("red sort:date")) == parse_line("red")


def test_what_is_said_of_a_hit_goes_for_all_that_is_folded_under_it(run: Run, photos: Path) -> None:
    picture = Image.fromarray(np.linspace(0, 255, 64 * 48 * 3).reshape(48, 64, 3).astype(np.uint8))
    picture.save(photos / "a.jpg", quality=70)
    picture.save(photos / "b.jpg", quality=90)
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(str(photos))
    index(run, {root: [""]})
    (hit,) = Searcher(run.library, run.embedder).find(parse(["red"]), 5, fold=True).hits
    assert sorted(photos_of(run.library, hit)) == [1, 2]


def test_each_model_that_has_all_vectors_is_measured_over_the_judged_questions(
    searcher: Searcher, run: Run
) -> None:
    worse = _second_model(run, "fake-2", seed=1)
    reds = [hit.photo.photo_id for hit in searcher.find(parse(["red"]), 4).hits]
    greens = [hit.photo.photo_id for hit in searcher.find(parse(["green"]), 4).hits]
    with run.library.catalog.write() as transaction:
        transaction.judgements.put("red", verdicts_of(reds, greens))
        transaction.judgements.put("green", verdicts_of(greens, []))
        transaction.judgements.put("nothing right", verdicts_of([], greens))
        transaction.judgements.put("собака", verdicts_of([1], []))
    made = evaluate(run.library, Image.open, lambda questions, _: questions)
    best, other = made.figures
    assert (best.model, best.in_use, best.questions, best.photos) == ("fake", True, 3, 20)
    assert best.recalls == {1: pytest.approx(2 / 3), 5: pytest.approx(2 / 3), 10: pytest.approx(2 / 3)}
    assert (best.mrr, best.ndcg) == (pytest.approx(2 / 3), pytest.approx(2 / 3))
    assert (other.model, other.in_use) == (worse.name, False)
    assert other.ndcg < best.ndcg
    header, first, second = as_table(made.figures).splitlines()
    assert header.split()[:3] == ["model", "questions", "photos"]
    assert "in use" in first
    assert "in use" not in second


@pytest.mark.usefixtures("searcher")
def test_a_model_that_lacks_vectors_is_left_out_and_why_is_said(run: Run) -> None:
    partly = _second_model(run, "fake-2", seed=1)
    gone = _second_model(run, "photoseek-1", seed=1)
    partly_gone = _second_model(run, "photoseek-2", seed=1)
    with run.library.catalog.write() as transaction:
        transaction.vectors.delete(partly, [1])
        transaction.vectors.delete(partly_gone, [1])
        transaction.judgements.put("red", {1: True})
    made = evaluate(run.library, Image.open, lambda questions, _: questions)
    assert [figures.model for figures in made.figures] == ["fake"]
    assert "1 photos have no vector" in made.skipped[partly.name]
    assert "ships no more" in made.skipped[gone.name]
    assert "models use" not in made.skipped[partly_gone.name]


@pytest.mark.usefixtures("searcher")
def test_an_evaluation_of_nothing_says_how_to_begin(run: Run) -> None:
    with run.library.catalog.write() as transaction:
        transaction.judgements.put("red", {1: False})
    with pytest.raises(BadQuery, match="photoseek judge"):
        evaluate(run.library, Image.open, lambda questions, _: questions)


def test_the_hits_of_another_model_can_be_asked_for(searcher: Searcher, run: Run) -> None:
    _second_model(run, "fake-2", seed=1)
    with pytest.raises(UnknownName, match="models list"):
        run.library.model("fake-3")
    answer = Searcher(run.library, model=run.library.model("fake-2")).find(parse(["red"]), 4)
    assert answer.model == "fake-2"
    assert answer.hits != searcher.find(parse(["red"]), 4).hits


def test_figures_say_the_same_in_json() -> None:
    got = Figures("fake", True, 3, 12, {1: 0.5}, 0.25, 1 / 3, 1.0).as_json()  # noqa: FBT003 (which is in use)
    assert (got["in_use"], got["r_at_1"], got["ndcg_at_10"]) == (True, 0.5, 0.3333)


def _second_model(run: Run, name: str, seed: int) -> Model:
    """Return a model whose vectors are the photos' own, shuffled among them."""
    with run.library.catalog.write() as transaction:
        model = transaction.models.add(name, FakeEmbedder().facts.dimension, None)
        vectors = transaction.vectors.of(run.model, sorted(transaction.photos.present_ids()))
        shuffled: list[Vectors] = list(vectors.values())
        np.random.default_rng(seed).shuffle(shuffled)
        transaction.vectors.save(model, dict(zip(vectors, shuffled, strict=True)))
    return model
