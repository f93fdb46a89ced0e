"""A filter about places is about files: however a folder is spelt, and wherever else the photo lies."""

import unicodedata
from pathlib import Path

import pytest

from photoseek.indexer import Run, index
from photoseek.searcher import Searcher, parse, parse_line
from photoseek.searcher.answer import FindOptions, answer_query
from photoseek.searcher.hits.records import Answer


@pytest.fixture
def searcher(run: Run, photos: Path, make_photo) -> Searcher:
    """Return a library of a red photo in two folders and a white one in a third, named as a Mac writes it."""
    red = make_photo(photos / "a" / "x.jpg", "red")
    for copy in ("b/copy.jpg", "2019/Italy/again.jpg"):
        (photos / copy).parent.mkdir(parents=True, exist_ok=True)
        (photos / copy).write_bytes(red.read_bytes())
    make_photo(photos / unicodedata.normalize("NFD", "Brückenbau") / " white .jpg", "white")
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(str(photos))
        transaction.albums.create("of b", "in:b")
    index(run, {root: [""]})
    return Searcher(run.library, run.embedder)


def _names(answer: Answer) -> list[list[str]]:
    return [sorted(Path(path).name for path in hit.photo.paths) for hit in answer.hits]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("in:b", [["copy.jpg"]]),
        ("red in:b", [["copy.jpg"]]),
        ("-in:a -in:2019 -in:Brückenbau", [["copy.jpg"]]),
        ("-in:a type:jpg in:b -in:a", [["copy.jpg"]]),
        ('album:"of b"', [["copy.jpg"]]),
        ("in:Italy", [["again.jpg"]]),
        ("in:italy", [["again.jpg"]]),
        ("red in:b OR red in:b name:nothing", [["copy.jpg"]]),
        ("in:a in:b", []),
        ("(in:b OR in:2019)", [["again.jpg", "copy.jpg"]]),
        ("red (in:b OR in:2019)", [["again.jpg", "copy.jpg"]]),
        ("(in:b OR (in:2019 -in:Italy))", [["copy.jpg"]]),
        ("(in:a type:png OR in:b)", [["copy.jpg"]]),
        ("(in:a OR in:b) in:2019", []),
        ("(in:a OR in:b) -in:a", [["copy.jpg"]]),
        ("(in:b OR is:dated) (in:a OR in:b)", [["copy.jpg"]]),
        ("NOT (in:a OR in:2019) NOT in:Brückenbau", [["copy.jpg"]]),
        ("-(in:a OR in:2019 OR in:Brückenbau)", [["copy.jpg"]]),
        ("NOT (in:a type:jpg) in:a", []),
        ("-(-in:b)", [["copy.jpg"]]),
        ('(album:"of b" OR name:nothing)', [["copy.jpg"]]),
        ("-in:a -in:b -in:2019 -in:Brückenbau", []),
    ],
)
def test_the_path_shown_is_one_that_passed_the_filter(
    searcher: Searcher, line: str, names: list[list[str]]
) -> None:
    assert _names(searcher.find(parse_line(line), 9)) == names


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("typed", ["Brückenbau", "brückenbau", "BRÜCKENBAU", " Brückenbau "])
def test_a_folder_is_found_however_its_name_is_spelt(searcher: Searcher, form: str, typed: str) -> None:
    words = [f"in:{unicodedata.normalize(form, typed)}"]
    assert _names(searcher.find(parse(words), 9)) == [[" white .jpg"]]


def test_each_lists_every_file_of_one_content(searcher: Searcher) -> None:
    each = answer_query(searcher, parse(["red"]), FindOptions(each=True))
    assert sorted(Path(hit.path).name for hit in each.hits) == [
        " white .jpg",
        "again.jpg",
        "copy.jpg",
        "x.jpg",
    ]
