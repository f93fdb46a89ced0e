"""Why a photo is a hit: the parts add up to the score, and the evidence to the grade."""

import json
from pathlib import Path

import pytest

from photoseek.cli.search.hit_table import as_table
from photoseek.indexer import Run
from photoseek.searcher import Searcher, parse_line
from photoseek.searcher.hits.render import as_json
from photoseek.searcher.scoring.relevance import STRONG_FROM, match_of

_COLOURS = ("red", "green", "blue", "white", "black")
_CAPTIONS = [f"{one} and {other}" for one in _COLOURS for other in _COLOURS]


@pytest.fixture
def searcher(coloured: Run) -> Searcher:
    return Searcher(coloured.library, coloured.embedder, captions=_CAPTIONS)


@pytest.mark.parametrize("line", ["red", "2:red -blue", "+#1 0.5:white -green", "a red photo -black"])
def test_the_parts_of_a_hit_add_up_to_its_score(searcher: Searcher, line: str) -> None:
    query = parse_line(line)
    answer = searcher.find(query, 20)
    for hit in searcher.explained(query, answer).hits:
        assert hit.explanation is not None
        rival = hit.explanation.rival
        assert (rival is None) == ("+#1" in line)  # captions compete with words
        shares = sum(part.share for part in hit.explanation.parts) + (rival.share if rival else 0)
        assert shares == pytest.approx(hit.score, abs=2e-3)
        assert [part.pull < 0 for part in hit.explanation.parts] == [
            part.part.startswith("-") for part in hit.explanation.parts
        ]


def test_a_hit_that_shows_something_else_names_the_caption_that_takes_from_its_score(
    searcher: Searcher,
) -> None:
    query = parse_line("red")
    explained = searcher.explained(query, searcher.find(query, 20))
    rivals = {
        Path(hit.path).name.split("-")[0]: hit.explanation.rival for hit in explained.hits if hit.explanation
    }
    assert rivals["red"] is not None
    assert rivals["green"] is not None
    assert (rivals["red"].caption, rivals["red"].share) == ("red and red", 0)
    assert rivals["green"].caption == "green and green"
    assert rivals["green"].share < 0
    assert any("nearer to “green and green”" in line for line in as_table(explained).splitlines())


def test_the_evidence_of_a_hit_gives_its_grade_unless_a_nearer_one_has_less(searcher: Searcher) -> None:
    query = parse_line("red")
    minimum = float("inf")
    for hit in searcher.explained(query, searcher.find(query, 20)).hits:
        assert hit.explanation is not None
        assert hit.explanation.evidence is not None
        minimum = min(minimum, hit.explanation.evidence.total)
        assert hit.match == pytest.approx(match_of(minimum), abs=1e-4)
        assert hit.relevance == (
            "strong" if minimum >= STRONG_FROM else "possible" if minimum >= 0 else "weak"
        )


def test_each_filter_is_explained_with_what_met_it(searcher: Searcher, run: Run, photos: Path) -> None:
    with run.library.catalog.write() as transaction:
        transaction.tags.put(range(1, 21), "mine")
    query = parse_line(f"type:jpeg -is:portrait tag:mine -after:2019 in:{photos}")
    (hit,) = searcher.explained(query, searcher.find(query, 1)).hits
    assert hit.explanation is not None
    assert (hit.explanation.parts, hit.explanation.evidence) == ((), None)
    size = f"{hit.photo.facts.width} x {hit.photo.facts.height}"
    assert hit.explanation.filters == (
        ("type:jpeg", "JPEG"),
        ("-is:portrait", size),
        ("tag:mine", None),
        ("-after:2019", None),
        (f"in:{photos}", hit.path),
    )


def test_json_and_the_table_say_the_same(searcher: Searcher) -> None:
    query = parse_line("red -blue type:jpeg")
    answer = searcher.find(query, 1)
    assert "explanation" not in json.loads(as_json(answer))["hits"][0]
    explained = searcher.explained(query, answer)
    got = json.loads(as_json(explained))["hits"][0]["explanation"]
    assert [part["part"] for part in got["parts"]] == ['"red"', "-blue"]
    assert got["evidence"]["total"] == pytest.approx(
        sum(got["evidence"][name] for name in ("ahead", "close", "common", "chance", "base")), abs=1e-3
    )
    assert got["filters"] == [{"filter": "type:jpeg", "met_by": "JPEG"}]
    lines = as_table(explained).splitlines()[2:]
    assert [line.split()[1] for line in lines[:2]] == ['"red"', "-blue"]
    assert "nearer to “" in lines[2]
    assert "by its evidence" in lines[3]
    assert lines[4].strip() == "type:jpeg  (JPEG)"
    assert got["rival"]["caption"] in lines[2]
