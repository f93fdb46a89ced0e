"""Hits are graded against stored captions: never above a nearer hit, not at all where those mean nothing."""

import itertools
import math
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoseek.embedder import EMBEDDED, FakeEmbedder, ModelSource, open_embedder, unit_length
from photoseek.embedder.fake import COLOURS
from photoseek.indexer import Run, index
from photoseek.searcher import BadQuery, Searcher, parse
from photoseek.searcher.duplicates.groups import present_photos
from photoseek.searcher.scoring.background import Background, BackgroundCache, background_of, stored_captions
from photoseek.searcher.scoring.relevance import (
    RELEVANCES,
    STRONG_FROM,
    UNSURE_FROM,
    EvidenceForEach,
    Question,
    as_percent,
    at_least,
    cut,
    evidence,
    grade_of,
    graded,
    match_of,
    weighing,
)

_COLOURED = [" and ".join(some) for count in (1, 2, 3) for some in itertools.combinations(COLOURS, count)]

_NAMES = ("a duck", "a bird", "an owl", "a guitar", "a violin", "a rope", "two dogs", "xyzzy")


def _random_case(seed: int, photos: int) -> tuple[Question, np.ndarray, Background]:
    rng = np.random.default_rng(seed)
    captions = unit_length(rng.normal(size=(40, 16)).astype(np.float32) + 0.5)
    question = unit_length(rng.normal(size=16).astype(np.float32) + 0.5)
    # Some of them near the question, some near nothing.
    noise = rng.normal(size=(photos, 16)).astype(np.float32)
    vectors = unit_length(noise + question * rng.uniform(0, 9, size=(photos, 1)).astype(np.float32))
    nearest = vectors[np.argsort(-(vectors @ question))]
    middle = captions.mean(axis=0)
    names = rng.choice(_NAMES, 41)
    background = Background(middle, unit_length(captions - middle), tuple(names[1:].tolist()))
    return Question(question, str(names[0])), nearest, background


@given(seed=st.integers(0, 2**32 - 1), photos=st.integers(0, 600))
def test_no_hit_is_graded_above_a_nearer_one(seed: int, photos: int) -> None:
    question, nearest, background = _random_case(seed, photos)
    grades = graded(question, nearest, background, photos)
    places = [RELEVANCES.index(grade.relevance) for grade in grades]
    assert len(grades) == photos
    assert places == sorted(places)


@given(seed=st.integers(0, 2**32 - 1), photos=st.integers(0, 600))
def test_the_number_of_a_hit_says_the_same_as_its_grade_and_none_is_above_a_nearer_one(
    seed: int, photos: int
) -> None:
    question, nearest, background = _random_case(seed, photos)
    grades = graded(question, nearest, background, photos)
    numbers = [grade.match for grade in grades]
    assert numbers == sorted(numbers, reverse=True)
    assert [grade.relevance for grade in grades] == [_grade_by(number) for number in numbers]
    # Those that every page shows are weighed themselves.
    weighed = np.minimum.accumulate(evidence(question, nearest[:100], background, photos))
    assert np.allclose(numbers[:100], list(map(match_of, weighed.tolist())), atol=1e-4)


@given(
    evidence=st.floats(allow_nan=False)
    | st.sampled_from([-1e-19, 0.0, STRONG_FROM, math.nextafter(STRONG_FROM, 0)])
    | st.floats(-3, 3)
)
def test_a_number_that_is_shown_says_the_same_as_the_grade(evidence: float) -> None:
    match = match_of(evidence)
    assert 0 <= match <= 1
    got = {
        grade_of(evidence).relevance,
        _grade_by(cut(match)),
        _grade_by(int(as_percent(match).removesuffix("%")) / 100),
    }
    assert len(got) == 1


@given(evidence=st.floats(-20, 20), more=st.floats(0.01, 20))
def test_more_evidence_is_a_greater_number(evidence: float, more: float) -> None:
    assert match_of(evidence) < match_of(evidence + more)


def _grade_by(match: float) -> str:
    return "strong" if match >= 0.75 else "possible" if match >= 0.5 else "weak"


@given(seed=st.integers(0, 2**32 - 1), searched=st.integers(1, 10**6), more=st.integers(0, 10**6))
def test_the_more_photos_were_searched_the_less_a_hit_means(seed: int, searched: int, more: int) -> None:
    question, nearest, background = _random_case(seed, 20)
    few, many = (graded(question, nearest, background, count) for count in (searched, searched + more))
    pairs = zip(few, many, strict=True)
    assert all(
        RELEVANCES.index(before.relevance) <= RELEVANCES.index(after.relevance)
        and before.match >= after.match - 1e-4
        for before, after in pairs
    )


@pytest.mark.parametrize("searched", [1, 2, 18, 300])
def test_chance_alone_makes_no_more_questions_strong_in_a_filter_that_leaves_one_photo(searched: int) -> None:
    question, nearest, background = _random_case(1, 1)
    weight = weighing(question, background, 1)(nearest[0]).chance / NormalDist().inv_cdf(0.9)
    height = weighing(question, background, searched)(nearest[0]).chance / weight
    best = np.random.default_rng(0).normal(size=(20_000, searched)).max(axis=1)
    assert np.mean(best < height) == pytest.approx(0.9, abs=0.01)


@given(seed=st.integers(0, 2**32 - 1), shown=st.integers(1, 20))
def test_a_grade_does_not_depend_on_how_many_hits_are_shown(seed: int, shown: int) -> None:
    question, nearest, background = _random_case(seed, 20)
    few, all_of_them = (graded(question, some, background, 20) for some in (nearest[:shown], nearest))
    assert [grade.relevance for grade in few] == [grade.relevance for grade in all_of_them[:shown]]
    assert np.allclose(
        [grade.match for grade in few], [grade.match for grade in all_of_them[:shown]], atol=1e-4
    )


@given(seed=st.integers(0, 2**32 - 1), numbers=st.lists(st.lists(st.integers(0, 4), max_size=9), max_size=4))
def test_evidence_for_questions_weighed_together_is_what_each_alone_gives(
    seed: int, numbers: list[list[int]]
) -> None:
    _, photos, background = _random_case(seed, 9)
    random = np.random.default_rng(seed)
    vectors = unit_length(random.normal(size=(5, 16)).astype(np.float32))
    questions = [
        Question(vector, name) for vector, name in zip(vectors, random.choice(_NAMES, 5), strict=True)
    ]
    together = EvidenceForEach(questions, background, 7)
    for some in numbers:  # one call after another, of which the later know questions already
        alone = [
            evidence(questions[number], photo[np.newaxis], background, 7)[0]
            for number, photo in zip(some, photos, strict=False)
        ]
        assert together(photos[: len(some)], some) == pytest.approx(alone, abs=1e-3)


@pytest.mark.parametrize(("caption", "sign"), [("a violin", -1), ("an electric guitar", 1)])
def test_what_a_photo_shows_counts_as_its_nouns_relate_to_the_question(caption: str, sign: int) -> None:
    question, nearest, background = _random_case(1, 1)
    # The first caption tells of the photo.
    vectors = background.middle, np.concatenate([nearest, background.directions])
    said, unknown = (
        evidence(Question(question.vector, "a guitar"), nearest, Background(*vectors, captions), 20)[0]
        for captions in ([caption, *["xyzzy"] * 40], ["xyzzy"] * 41)
    )
    assert np.sign(said - unknown) == sign


@pytest.fixture
def coloured(run: Run, photos: Path, make_photo) -> Searcher:
    for colour, shade in itertools.product(("red", "green", "white"), range(20)):
        make_photo(photos / f"{colour}-{shade}.jpg", colour, shade)
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(str(photos))
    index(run, {root: [""]})
    return Searcher(run.library, run.embedder, captions=_COLOURED)


def test_what_is_there_matches_and_what_is_not_does_not(coloured: Searcher) -> None:
    there, absent = (coloured.find(parse([colour]), 30) for colour in ("red", "blue"))
    assert there.matches
    assert there.hits[0].relevance == "strong"
    assert absent.matches is False
    assert {hit.relevance for hit in absent.hits} == {"weak"}


@pytest.mark.parametrize("colour", COLOURS)
def test_an_answer_is_unsure_where_nothing_matches_but_the_best_hit_lies_not_far_below(
    coloured: Searcher, run: Run, colour: str
) -> None:
    answer = coloured.find(parse([colour]), 5)
    question = Question(run.embedder.embed_question(colour), colour)
    with run.library.catalog.read() as transaction:
        first = answer.hits[0].photo.photo_id
        vector = transaction.vectors.of(coloured.model, [first])[first]
    background = background_of(run.embedder, _COLOURED)
    found = evidence(question, vector[np.newaxis], background, len(coloured.index))[0]
    assert answer.unsure == (UNSURE_FROM <= found < 0)
    assert answer.hits[0].match == pytest.approx(match_of(float(found)), abs=1e-4)
    assert not (answer.unsure and answer.matches)


def test_a_filter_that_leaves_one_photo_makes_no_question_strong(coloured: Searcher, run: Run) -> None:
    names = [Path(photo.paths[0]).name for photo in present_photos(run.library)]
    grades = [coloured.find(parse(["blue", f"in:{name}"]), 5).hits[0].relevance for name in names]
    assert set(grades) == {"weak"}


def test_words_in_the_order_of_dates_say_too_that_nothing_matches(coloured: Searcher) -> None:
    for line, matches in (("blue sort:date", False), ("blue tag:mine sort:date", None), ("tag:mine", None)):
        answer = coloured.find(parse(line.split()), 5)
        assert (answer.hits, answer.matches) == ((), matches)
    assert coloured.find(parse(["red", "sort:date"]), 5).hits


def test_a_least_relevance_leaves_the_others_out(coloured: Searcher) -> None:
    all_hits = coloured.find(parse(["red"]), 60).hits
    strong = coloured.find(parse(["red"]), 60, minimum="strong").hits
    assert strong == tuple(hit for hit in all_hits if hit.relevance == "strong")
    assert coloured.find(parse(["blue"]), 60, minimum="possible").hits == ()
    assert coloured.find(parse(["blue"]), 60, minimum="possible").matches is False


def test_an_album_of_words_holds_what_is_at_least_possible(coloured: Searcher, run: Run) -> None:
    with run.library.catalog.write() as transaction:
        transaction.albums.create("reds", "red")
    inside = coloured.find(parse(["album:reds"]), 60).hits
    assert {Path(hit.path).name.split("-")[0] for hit in inside} == {"red"}


@pytest.mark.parametrize("count", [1, 5, 50])
def test_few_photos_are_graded_too(run: Run, photos: Path, make_photo, count: int) -> None:
    for shade in range(count):
        make_photo(photos / f"{shade}.jpg", "red", shade)
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(str(photos))
    index(run, {root: [""]})
    hits = Searcher(run.library, run.embedder, captions=_COLOURED).find(parse(["red"]), 60).hits
    assert len(hits) == count
    assert hits[0].relevance == "strong"


@pytest.mark.usefixtures("coloured")
def test_where_captions_mean_nothing_to_the_model_nothing_is_graded(run: Run) -> None:
    ungraded = Searcher(run.library, run.embedder)  # of the captions that ship, few name a colour
    answer = ungraded.find(parse(["red or purple"]), 5)  # no file's name has both
    assert answer.matches is None
    assert {hit.relevance for hit in answer.hits} == {None}
    with pytest.raises(BadQuery, match="question in words"):
        ungraded.find(parse(["red"]), 5, minimum="strong")


def test_a_background_is_embedded_once_and_again_where_its_file_is_damaged(tmp_path: Path) -> None:
    embedder = FakeEmbedder()
    kept = BackgroundCache(tmp_path / "compiled", "fake", _COLOURED)
    assert not kept.exists()
    made = kept.read(embedder)
    (file,) = (tmp_path / "compiled").iterdir()
    written = file.read_bytes()
    assert np.array_equal(kept.read(embedder).directions, made.directions)
    rotten = written[:500] + bytes([written[500] ^ 1]) + written[501:]
    for damaged in (written[:1000], rotten, b""):
        file.write_bytes(damaged)
        assert np.array_equal(kept.read(embedder).directions, made.directions)
        assert file.read_bytes() == written


def test_other_captions_and_other_models_have_files_of_their_own(tmp_path: Path) -> None:
    for name, captions in (("fake", _COLOURED), ("fake-2", _COLOURED), ("fake", _COLOURED[1:])):
        BackgroundCache(tmp_path, name, captions).read(FakeEmbedder())
    assert len(list(tmp_path.iterdir())) == 3


def test_the_background_is_centred_and_of_unit_length() -> None:
    background = background_of(FakeEmbedder(), _COLOURED)
    assert np.allclose(np.linalg.norm(background.directions, axis=1), 1, atol=1e-5)


def test_the_captions_that_ship_are_many_and_each_is_there_once() -> None:
    captions = stored_captions()
    assert len(captions) > 2000
    assert len(set(captions)) == len(captions)


@pytest.mark.slow
def test_the_captions_that_ship_have_their_vectors_with_them(tmp_path: Path) -> None:
    embedder = open_embedder(ModelSource(EMBEDDED.name), tmp_path)
    background = BackgroundCache(tmp_path, EMBEDDED.name)
    assert background.shipped.exists(), "run scripts/embed_background.py"
    shipped = background.read(embedder)
    some = stored_captions()[::100]
    got = shipped.direction(embedder.embed_texts(some))
    assert len(shipped.directions) == len(stored_captions())
    assert (got * shipped.directions[::100]).sum(axis=1).min() > 0.999


def test_at_least_keeps_what_is_as_relevant_or_more() -> None:
    assert [at_least(grade, "possible") for grade in (*RELEVANCES, None)] == [True, True, False, False]
    assert at_least(None, None)
