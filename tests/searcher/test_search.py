"""A query becomes hits: nearest first, only photos that are there, filters inside the search."""

import json
import re
from pathlib import Path

import pytest

from photoseek.cli.output import as_paths
from photoseek.cli.search.hit_table import as_table
from photoseek.embedder import CATALOGUE, UnreadableText
from photoseek.embedder.fake import COLOURS
from photoseek.indexer import Run, index
from photoseek.searcher import BadQuery, Searcher, Tagger, classify, parse, parse_line, propose
from photoseek.searcher.hits.render import as_json
from photoseek.searcher.scoring.background import background_of, stored_captions


@pytest.fixture
def searcher(coloured: Run) -> Searcher:
    return Searcher(coloured.library, coloured.embedder)


def test_the_nearest_photos_come_first(searcher: Searcher) -> None:
    answer = searcher.find(parse(["something", "blue"]), 4)
    assert {Path(hit.path).name.split("-")[0] for hit in answer.hits} == {"blue"}


def test_a_tag_filters_inside_the_search(searcher: Searcher, run: Run) -> None:
    with run.library.catalog.write() as transaction:
        transaction.tags.put([1, 2, 20], "mine")
    assert len(searcher.find(parse(["blue", "tag:mine"]), 20).hits) == 3
    assert len(searcher.find(parse(["tag:mine"]), 20).hits) == 3


def test_missing_photos_are_in_no_answer(searcher: Searcher, run: Run) -> None:
    with run.library.catalog.write() as transaction:
        transaction.files.set_missing([1])
    answer = searcher.find(parse(["red"]), 100)
    assert len(answer.hits) == 19


def test_text_the_model_cannot_read_says_so(searcher: Searcher) -> None:
    with pytest.raises(UnreadableText, match="собака"):
        searcher.find(parse(["собака"]), 5)


def test_what_the_model_cannot_read_beside_what_it_can_is_named(searcher: Searcher) -> None:
    assert searcher.find(parse(["red"]), 1).notes == ()
    assert searcher.find(parse(["tag:собака"]), 1).notes[0].startswith("no photo carries")
    (note,) = searcher.find(parse(["red", "собака"]), 1).notes
    assert note.startswith("the model fake can't read “собака”: leave that out, or use one")
    row = next(row for row in CATALOGUE if f"`photoseek models use {row.name}`" in note)
    assert row.languages == "100+"


def test_the_json_shape_is_the_one_promised(searcher: Searcher) -> None:
    got = json.loads(as_json(searcher.find(parse(["red"]), 1)))
    assert list(got) == [
        "query",
        "model",
        "took_ms",
        "matches",
        "unsure",
        "hits",
        "next",
        "readings",
        "did_you_mean",
        "notes",
    ]
    names = ["path", "photo_id", "score", "relevance", "match", "width", "height", "taken_at", "words"]
    assert list(got["hits"][0]) == names


def test_the_table_shows_what_says_the_same_as_the_grade_and_a_likeness_only_where_nothing_is_graded(
    run: Run, photos: Path, searcher: Searcher
) -> None:
    captions = [f"{one} and {other}" for one in COLOURS for other in COLOURS]
    graded = Searcher(run.library, run.embedder, captions=captions)
    for line, heading, cell in (
        ("red", "match", r"\d+%"),
        ("red sort:date-asc", "match", "–"),
        ("type:jpeg", "match", "–"),
        (f"+{photos}/red-0.jpg", "score", r"\d\.\d{3}"),
    ):
        answer = graded.find(parse_line(line), 3)
        titles, *rows = (row.split() for row in as_table(answer).splitlines())
        assert titles == ["relevance", heading, "date", "path"]
        assert rows
        assert all(re.fullmatch(cell, row[1]) for row in rows)
        for row, hit in zip(rows, answer.hits, strict=True):
            got = hit.as_json()
            assert (got["match"] is None) == (hit.relevance is None)
            assert got["match"] is None or row[1] == f"{int(got['match'] * 1000) // 10}%"
    assert searcher.find(parse(["red"]), 3).hits[0].match is None  # captions that mean nothing to the model


def test_tables_and_paths_name_every_hit(searcher: Searcher) -> None:
    answer = searcher.find(parse(["red"]), 3)
    assert len(as_table(answer).splitlines()) == 4
    assert as_paths([hit.path for hit in answer.hits], null=True).count(b"\0") == 3


@pytest.mark.usefixtures("searcher")
def test_probabilities_of_labels_sum_to_one_and_favour_the_right_one(run: Run) -> None:
    with run.library.catalog.read() as transaction:
        vectors = transaction.vectors.of(run.model, [1])
    (row,) = classify(run.embedder, vectors[1][None], ["black", "white"])
    assert row.sum() == pytest.approx(1)
    assert row[0] > row[1]


@pytest.mark.usefixtures("searcher")
def test_applied_labels_tag_photos_that_come_later(run: Run, photos: Path, make_photo) -> None:
    captions = background_of(run.embedder, stored_captions())
    (proposal,) = propose(run.library, run.model, run.embedder, captions, ["blue"], 0.2)
    assert proposal.probabilities
    with run.library.catalog.write() as transaction:
        transaction.label_rules.put([proposal.rule])
    run.on_indexed = Tagger(run.embedder, lambda: captions)
    make_photo(photos / "later.jpg", "blue", 5)
    with run.library.catalog.read() as transaction:
        root = transaction.roots.all()[0]
    index(run, {root: [""]})
    with run.library.catalog.read() as transaction:
        tagged = transaction.tags.photos_with("blue")
        later = transaction.files.at(root.root_id, "later.jpg")
    assert later is not None
    assert tagged == {later.photo_id}


def test_an_album_that_leads_back_to_itself_is_named(searcher: Searcher, run: Run) -> None:
    with run.library.catalog.write() as transaction:
        transaction.albums.create("loop", "album:round")
        transaction.albums.create("round", "album:loop")
    with pytest.raises(BadQuery, match="leads back"):
        searcher.find(parse(["album:loop"]), 5)


def test_an_album_of_a_tag_holds_every_photo_of_it(searcher: Searcher, run: Run) -> None:
    with run.library.catalog.write() as transaction:
        transaction.tags.put(range(1, 21), "mine")
        transaction.albums.create("all", "tag:mine")
        transaction.albums.create("of-all", "album:all")
    assert len(searcher.find(parse(["album:of-all"]), 100).hits) == 20


def test_a_label_that_the_model_cannot_read_is_refused(run: Run) -> None:
    with pytest.raises(UnreadableText, match="кот"):
        run.embedder.embed_labels(["dog", "кот"])
