"""Photos are found by what can be read in them: in the one list, by filters, with the place of each word."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from photoseek.cli.search.hit_table import as_table
from photoseek.indexer import Run, index
from photoseek.indexer.upkeep.claims import lines
from photoseek.indexer.upkeep.why import why
from photoseek.searcher import Answer, Searcher, parse, parse_line
from photoseek.searcher.completion.completing import completions
from photoseek.searcher.completion.names import names_of
from photoseek.storage import Edit, PhotoText, ReadWord, now

_CAPTIONS = (
    "red",
    "green",
    "blue",
    "white",
    "black",
    "yellow",
    "purple",
    "a dog on a beach",
    "happy birthday",
)
MakePhoto = Callable[..., object]
_READ = {  # what stands in photos, by file; a word's left edge is a tenth for each word before it in its line
    "plate.jpg": "RE16TGK",
    "receipt.jpg": "STARBUCKS COFFEE|TOTAL 12.50|THANKYOU",
    "cake.jpg": "HAPPY BIRTHDAY",
    "letter.jpg": "a birthday is happy for a man on the beach, said the dog on his chromebook",
    "shop.jpg": "東京都 領収書",
}


@pytest.fixture
def read(run: Run, photos: Path, make_photo: MakePhoto) -> Searcher:
    """Return a library of sixteen red and blue photos without text, and five green ones with."""
    for number in range(8):
        for colour in ("red", "blue"):
            make_photo(photos / f"{colour} {number:02d}.jpg", colour, number)
    for number, name in enumerate(_READ):
        make_photo(photos / name, "green", number)
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(str(photos))
    index(run, {root: [""]})
    with run.library.catalog.write() as transaction:
        ids = {
            Path(photo.paths[0]).name: photo_id
            for photo_id, photo in transaction.photos.by_id(sorted(transaction.photos.present_ids())).items()
        }
        transaction.texts.save({ids[name]: _text(text) for name, text in _READ.items()})
    return Searcher(run.library, run.embedder, captions=_CAPTIONS)


def _text(text: str) -> PhotoText:
    return PhotoText(
        tuple(
            ReadWord(word, line, number / 10, line / 10, number / 10 + 0.1, line / 10 + 0.1, 0.9)
            for line, words in enumerate(text.split("|"))
            for number, word in enumerate(words.split())
        )
    )


def _names(answer: Answer) -> list[str]:
    return [Path(hit.path).name for hit in answer.hits]


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("RE16TGK", "plate.jpg"),
        ("RE16 TGK", "plate.jpg"),
        ("re16", "plate.jpg"),
        ("tgk", "plate.jpg"),
        ("starbucks", "receipt.jpg"),
        ("starbu", "receipt.jpg"),
        ("total 12.50", "receipt.jpg"),
        ("thank you", "receipt.jpg"),
        ("starbucks receipt", "receipt.jpg"),  # one word is read, the other is the photo's name
        ("happy birthday", "cake.jpg"),
        ("領収書", "shop.jpg"),
        ("東京", "shop.jpg"),
    ],
)
def test_a_photo_is_found_first_by_what_can_be_read_in_it(read: Searcher, asked: str, first: str) -> None:
    answer = read.find(parse([asked]), 3)
    assert _names(answer)[0] == first
    assert answer.hits[0].words
    assert answer.matches


def test_a_word_that_photos_show_does_not_raise_a_page_above_what_shows_it(read: Searcher) -> None:
    hits = read.find(parse(["red dog"]), 21).hits
    place = next((number for number, hit in enumerate(hits) if Path(hit.path).name == "letter.jpg"), 21)
    assert place > 0
    assert not any(hit.is_named for hit in read.find(parse(["a happy dog on the beach"]), 9).hits)


def test_a_short_word_is_not_read_inside_another(read: Searcher) -> None:
    assert not any(hit.words for hit in read.find(parse(["rome"]), 21).hits)  # of chromebook
    assert _names(read.find(parse_line("text:rome"), 21)) == ["letter.jpg"]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("has:text", set(_READ)),
        ("-has:text name:cake", set()),
        ('text:"total 12.50"', {"receipt.jpg"}),
        ("text:total text:coffee", {"receipt.jpg"}),
        ("text:total -text:coffee", set()),
        ("text:birthday", {"cake.jpg", "letter.jpg"}),
        ("text:re16 OR text:領収", {"plate.jpg", "shop.jpg"}),
    ],
)
def test_filters_let_through_photos_by_their_text(read: Searcher, line: str, found: set[str]) -> None:
    assert set(_names(read.find(parse_line(line), 21))) == found


def test_a_filter_takes_misread_words_only_where_no_photo_has_them_as_they_are(read: Searcher) -> None:
    answer = read.find(parse_line('text:"starducks total"'), 21)
    assert _names(answer) == ["receipt.jpg"]
    assert answer.hits[0].read[0].text == "STARBUCKS"
    assert answer.notes == (
        "no photo reads “starducks total”: these have words that are a letter away from it",
    )
    exact = read.find(parse_line("text:starbucks"), 21)
    assert (_names(exact), exact.notes) == (["receipt.jpg"], ())
    assert len(read.find(parse_line("-text:starducks"), 50).hits) == 21  # all


def test_a_hit_says_which_words_can_be_read_where(read: Searcher) -> None:
    query = parse(["starbucks total 12.50"])
    answer = read.explained(query, read.find(query, 1))
    (hit,) = answer.hits
    assert "(reads starbucks total 12.50)" in as_table(answer)
    shown = hit.as_json()
    assert shown["words"] == ["starbucks", "total", "12.50"]
    assert shown["read"] == [
        {"word": "starbucks", "text": "STARBUCKS", "box": [0, 0, 0.1, 0.1]},
        {"word": "total", "text": "TOTAL", "box": [0, 0.1, 0.1, 0.2]},
        {"word": "12.50", "text": "12.50", "box": [0.1, 0.1, 0.2, 0.2]},
    ]
    said = "“12.50” can be read in the photo: “12.50”, 10% to 20% from the left, 10% to 20% from the top"
    assert hit.explanation is not None
    assert said in hit.explanation.lines()


def test_a_hit_of_a_filter_says_where_its_words_stand(read: Searcher) -> None:
    (hit,) = read.find(parse_line('-text:coffee (text:"happy birth" OR text:tgk) name:cake'), 9).hits
    assert [(place.word, place.text) for place in hit.read] == [("happy", "HAPPY"), ("birth", "BIRTHDAY")]


def test_words_over_two_lines_have_a_box_for_each(read: Searcher) -> None:
    hit = read.find(parse(["coffeetotal"]), 1).hits[0]
    assert [place.text for place in hit.read] == ["COFFEE", "TOTAL"]


def test_a_photo_without_a_file_is_not_found_by_its_text(read: Searcher, run: Run, photos: Path) -> None:
    for name in ("shop.jpg", "plate.jpg"):
        (photos / name).unlink()
    with run.library.catalog.read() as transaction:
        (root,) = transaction.roots.all()
    index(replace(run, confirm_missing=True), {root: [""]})
    assert not any(hit.words for hit in read.find(parse(["RE16 TGK"]), 21).hits)
    assert not any(hit.words for hit in read.find(parse(["tgk"]), 21).hits)
    assert _names(read.find(parse_line("text:領収書"), 9)) == []


def test_a_word_that_stands_in_a_photo_is_spelt_right_and_offered(read: Searcher, run: Run) -> None:
    assert read.find(parse(["starbuks"]), 1).did_you_mean == "starbucks"
    assert read.find(parse(["chromebook"]), 1).did_you_mean is None
    with run.library.catalog.read() as transaction:
        offered = completions("text:star", names_of(transaction))
    assert [(one.kind, one.line, one.photos) for one in offered] == [("word", "text:starbucks ", 1)]


def test_words_of_a_hidden_photo_are_neither_found_nor_offered(read: Searcher, run: Run) -> None:
    (hit,) = read.find(parse_line("text:cake OR text:birthday name:cake"), 1).hits
    with run.library.catalog.write() as transaction:
        transaction.edits.make("hidden", [Edit(hit.photo.photo_id, "hidden", {"hidden": True}, now())])
    with run.library.catalog.read() as transaction:
        names = names_of(transaction)
    assert completions("text:birthd", names)[0].photos == 1  # of two
    assert not any(
        "HAPPY" in place.text
        for found in read.find(parse(["happy birthday"]), 9).hits
        for place in found.read
    )


@pytest.mark.usefixtures("read")
def test_what_is_known_of_a_file_has_the_text_in_it(run: Run, photos: Path) -> None:
    known = why(run.library, photos / "receipt.jpg")
    assert known.facts["text"] == "STARBUCKS COFFEE\nTOTAL 12.50\nTHANKYOU"
    assert "text in the photo: STARBUCKS COFFEE / TOTAL 12.50 / THANKYOU" in lines(known.facts)
    assert "text" not in why(run.library, photos / "red 00.jpg").facts
