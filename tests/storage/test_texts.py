"""Text read in photos is kept with its boxes, and found by words, their beginnings and what stands inside them."""

import re
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photoseek.storage import (
    Library,
    PhotoFacts,
    PhotoText,
    ReadWord,
    Transaction,
    phrases_asked,
    pieces,
)
from photoseek.storage.rows.texts.misreadings import misread, misreadings
from photoseek.storage.rows.texts.places import places


def _text(*lines: str) -> PhotoText:
    return PhotoText(
        tuple(
            ReadWord(word, number, 0.1, 0.2, 0.3, 0.4, 0.9)
            for number, line in enumerate(lines)
            for word in line.split()
        )
    )


def _add(transaction: Transaction, number: int) -> int:
    content = number.to_bytes(16, "big")
    return transaction.photos.add(
        PhotoFacts(content, content, 1, 1, "JPEG", None, None, None, None, None, None)
    )


def _save(library: Library, texts: Mapping[int, PhotoText]) -> None:
    with library.catalog.write() as transaction:
        known = transaction.photos.by_id(range(1, max(texts) + 1))
        for number in range(len(known) + 1, max(texts) + 1):
            _add(transaction, number)
        transaction.texts.save(texts)


def _has(library: Library, asked: str, *, part: bool = True) -> bool:
    with library.catalog.read() as transaction:
        find = transaction.texts.with_part if part else transaction.texts.with_word
        return all(find(word) == {1} for word in phrases_asked(asked))


@pytest.mark.parametrize(
    ("read", "asked"),
    [
        ("RE16 TGK", "RE16"),
        ("RE16 TGK", "re16 tgk"),
        ("RE16 TGK", "RE16TGK"),
        ("RE16TGK", "RE16 TGK"),
        ("RE16TGK", "16TG"),
        ("RE16-TGK", "RE16TGK"),
        ("TOTAL £12.50", "total 12.50"),
        ("TOTAL 12,50", "12.50"),
        ("TOTAL:12.50", "12.50"),
        ("THANKYOU", "thank you"),
        ("THANK YOU", "thankyou"),
        ("Crème Brûlée", "creme brulee"),
        ("ＳＡＬＥ", "sale"),
        ("東京都庁", "東京"),
        ("東京都庁", "京都庁"),
        ("領収書", "書"),
        ("5", "5"),
    ],
)
def test_a_text_is_found_however_its_words_are_joined(library: Library, read: str, asked: str) -> None:
    _save(library, {1: _text(read)})
    assert _has(library, asked)


@pytest.mark.parametrize(
    ("read", "asked"),
    [
        ("with and", "hand"),
        ("the man", "them"),
        ("TOTAL 11.25 0", "12.50"),
        ("GRAND 12", "rand1"),
        ("512", "12"),  # shorter than a trigram, so it may only begin a word
    ],
)
def test_a_word_is_not_found_across_the_ends_of_others(library: Library, read: str, asked: str) -> None:
    _save(library, {1: _text(read)})
    assert not _has(library, asked)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("starbucks", True),
        ("starbuckscoffee", True),
        ("tgk", True),
        ("re16", True),
        ("1250", True),
        ("starbuck", False),
        ("bucks", False),
        ("buckscoffee", False),
        ("e16", False),
        ("125", False),
    ],
)
def test_without_parts_only_whole_words_are_found(library: Library, asked: str, *, found: bool) -> None:
    _save(library, {1: _text("STARBUCKS COFFEE", "RE16TGK", "12.50")})
    assert _has(library, asked, part=False) == found


def test_a_text_comes_back_as_it_was_read_with_its_boxes(library: Library) -> None:
    read = PhotoText(
        (ReadWord("Größe", 0, 0.12344, 0, 1, 0.5, 0.98765), ReadWord("\udcff\0'\"", 1, 0.1, 0.2, 0.3, 0.4, 1))
    )
    _save(library, {1: read})
    with library.catalog.read() as transaction:
        (kept,) = transaction.texts.of([1, 2]).values()
        assert str(kept) == "Größe\n\udcff\0'\""
        assert kept.words[0] == ReadWord("Größe", 0, 0.1234, 0, 1, 0.5, 0.9877)
        assert transaction.texts.count() == 1
        assert transaction.texts.beginning("gr") == ["große"] or transaction.texts.beginning("gr") == [
            "grosse"
        ]


def test_a_text_goes_with_its_photo_and_with_a_later_reading_of_nothing(library: Library) -> None:
    _save(library, {1: _text("one"), 2: _text("one"), 3: _text("one")})
    _save(library, {1: PhotoText()})
    with library.catalog.write() as transaction:
        transaction.photos.forget([2])
    with library.catalog.write() as transaction:
        assert transaction.texts.with_exact(("one",)) == {3}
        assert transaction.texts.how_many_have([("one",), ("two",)]) == {("one",): 1, ("two",): 0}
        assert transaction.texts.forget_all() == 1
        assert transaction.texts.with_part(("one",)) == set()


def test_text_is_read_unless_turned_off_and_what_is_forgotten_is_in_no_file(library: Library) -> None:
    _save(library, {1: _text("Zanzibarian"), 2: _text("two")})
    with library.catalog.write() as transaction:
        assert transaction.texts.is_on()
        transaction.texts.turn_off()
        assert (transaction.texts.is_on(), transaction.texts.count()) == (False, 2)
        transaction.extractions.done("text", "one", {1: None, 2: None})
    with library.catalog.write() as transaction:
        transaction.texts.turn_off(forget=True)
        assert (transaction.texts.is_on(), transaction.texts.count()) == (False, 0)
        assert transaction.texts.with_part(("zanz",)) == set()
        transaction.texts.turn_on()
        assert transaction.texts.is_on()
    _save(library, {1: _text("new")})
    assert _has(library, "new")
    library.close()
    for file in library.folder.glob("catalog.sqlite*"):
        assert b"zanz" not in file.read_bytes().lower()


_WORDS = st.text("ab1é東", min_size=1, max_size=4)
_LINES = st.lists(st.lists(_WORDS, min_size=1, max_size=4).map(" ".join), max_size=3)


def test_the_index_finds_what_reading_each_text_finds(library: Library) -> None:
    _save(library, {4: PhotoText()})

    @settings(max_examples=40)
    @given(
        saved=st.lists(st.tuples(st.integers(1, 4), _LINES), max_size=8),
        asked=st.text("ab1é東", min_size=3, max_size=5),
    )
    def holds(saved: list[tuple[int, list[str]]], asked: str) -> None:
        joined = "".join(pieces(asked))
        in_words = re.compile(r"(?<!\S)" + r"\s?".join(joined) + r"(?!\S)")
        last = {number: " ".join(pieces(" ".join(lines))) for number, lines in saved}
        wanted = {n for n, text in last.items() if in_words.search(text)}
        wanted |= {n for n, text in last.items() if any(joined in word for word in text.split())}
        with library.catalog.write() as transaction:
            transaction.texts.forget_all()
            for number, lines in saved:
                transaction.texts.save({number: _text(*lines)})
            assert transaction.texts.with_part(tuple(pieces(asked))) == wanted
            assert transaction.texts.of(last).keys() == {n for n, text in last.items() if text}

    holds()


def test_the_places_of_a_word_are_those_where_it_stands_best() -> None:
    words = ["total", "subtotal", "totals", "12", "50"]
    assert places(words, "total") == [range(1)]
    assert places(words[1:], "total") == [range(1, 2)]
    assert places(words[1:2], "total") == [range(1)]
    assert places(words, "1250") == [range(3, 5)]
    assert places(words, "") == places([], "total") == []


def test_marks_without_a_letter_or_digit_are_no_text(library: Library) -> None:
    _save(library, {1: _text("SALE"), 2: _text("| —", "·")})
    _save(library, {1: _text("…")})
    with library.catalog.read() as transaction:
        assert not transaction.texts.is_any()


@pytest.mark.parametrize(
    ("read", "asked", "found"),
    [
        ("KAISON FURNISHING SON BHD", "sdn", True),
        ("GR0CER", "grocer", True),
        ("rnilk", "milk", True),
        ("D.1.Y.", "d.i.y.", True),
        ("HARDIARE", "hardware", True),
        ("FLOUERS", "flowers", True),
        ("harbor", "harbour", True),
        ("harbour", "harbour", False),
        ("dog", "fog", False),  # too short for any letter to be wrong
        ("12.50", "12.60", False),
        ("13", "12", False),
        ("RE16TGK", "re17tgk", False),
    ],
)
def test_a_misread_word_is_one_letter_away_or_looks_alike(
    library: Library, read: str, asked: str, *, found: bool
) -> None:
    _save(library, {1: _text(read)})
    (word,) = phrases_asked(asked)
    with library.catalog.read() as transaction:
        assert transaction.texts.with_misread(word) == ({1} if found else set())
    assert bool(misread(pieces(read), word)) == found


@given(st.text("ab1 io0", min_size=1, max_size=9))
def test_a_misreading_is_never_the_word_itself_nor_misses_a_letter_of_a_number(asked: str) -> None:
    for word in phrases_asked(asked):
        forms = misreadings(word)
        assert word not in forms
        assert not (forms and "".join(word).isdigit())
