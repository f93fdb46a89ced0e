"""Pictures pull nearer, what is pushed away goes, and one question leads to the next."""

from pathlib import Path

import pytest
from PIL import Image

from photoseek.indexer import Run
from photoseek.searcher import BadQuery, LibraryPhoto, Part, Query, Searcher, Words, parse, parse_line
from photoseek.searcher.scoring.feedback import with_feedback
from photoseek.storage import UnknownName


@pytest.fixture
def searcher(coloured: Run) -> Searcher:
    return Searcher(coloured.library, coloured.embedder, lambda path: Image.open(path).convert("RGB"))


def _colours(searcher: Searcher, query: Query, limit: int = 4) -> set[str]:
    return {Path(hit.path).name.split("-")[0] for hit in searcher.find(query, limit).hits}


def test_a_picture_finds_its_like_in_the_library_or_not(searcher: Searcher, photos: Path, make_photo) -> None:
    elsewhere = make_photo(photos.parent / "elsewhere" / "x.jpg", "green", 5)
    for picture in (photos / "green-1.jpg", elsewhere):
        assert _colours(searcher, parse_line(f"+{picture}")) == {"green"}
    first = searcher.find(parse_line("blue"), 1).hits[0].photo.photo_id
    assert _colours(searcher, parse_line(f"+#{first}")) == {"blue"}


def test_what_is_not_there_is_said(searcher: Searcher, run: Run, photos: Path, make_photo) -> None:
    with pytest.raises(BadQuery, match=r"no picture .*nowhere\.jpg"):
        searcher.find(parse_line("+nowhere.jpg"), 1)
    with pytest.raises(UnknownName, match="#999"):
        searcher.find(parse_line("+#999"), 1)
    elsewhere = make_photo(photos.parent / "elsewhere" / "x.jpg", "green", 5)
    with pytest.raises(UnknownName, match="index it"):
        Searcher(run.library, run.embedder).find(parse_line(f"+{elsewhere}"), 1)
    with pytest.raises(BadQuery, match="cancel each other out"):
        searcher.find(parse_line("red -2:red"), 1)


def test_what_is_pushed_away_comes_last(searcher: Searcher) -> None:
    everything = [
        Path(hit.path).name.split("-")[0] for hit in searcher.find(parse_line("red -blue"), 20).hits
    ]
    assert everything[:4] == ["red"] * 4
    assert everything[-4:] == ["blue"] * 4


def test_feedback_is_parts_of_rocchios_weights() -> None:
    query = with_feedback(parse_line("dog"), ["12", "#13"], ["x.jpg"])
    assert query.parts[:2] == (Part(LibraryPhoto(12), 0.375), Part(LibraryPhoto(13), 0.375))
    assert query.parts[2].weight == pytest.approx(-0.3)
    assert parse_line(str(query)) == query
    assert with_feedback(Query(), ["12"], []).embeds
    filters_only = parse_line("tag:beach")
    assert with_feedback(filters_only, [], []) is filters_only
    with pytest.raises(BadQuery, match="only pushes away"):
        with_feedback(Query(), [], ["12"])
    only_away = parse(["-people"], nearer=True)
    assert with_feedback(only_away, ["12"], []).parts == (
        Part(Words("people"), -1),
        Part(LibraryPhoto(12), 0.75),
    )
    with pytest.raises(BadQuery, match="only pushes away"):
        parse(["-people"])
    with pytest.raises(BadQuery, match="names no photo"):
        with_feedback(Query(), ["dog"], [])


def test_an_album_is_filled_by_words_filters_and_an_order(searcher: Searcher, run: Run) -> None:
    with run.library.catalog.write() as transaction:
        transaction.tags.put(range(1, 21), "mine")
        transaction.albums.create("reds", str(parse_line("red -blue tag:mine is:landscape sort:date")))
    assert len(searcher.find(parse_line("album:reds"), 100).hits) == 20
    assert searcher.find(parse_line("-album:reds"), 100).hits == ()
    assert parse_line("2:red").parts == (Part(Words("red"), 2),)
