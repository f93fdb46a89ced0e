"""A misspelt word is asked about, where it is clear what was meant, and never one that somebody uses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoseek.indexer import Run
from photoseek.searcher import Searcher, parse, parse_line
from photoseek.searcher.hits.render import as_json
from photoseek.searcher.scoring.background import stored_captions
from photoseek.searcher.understanding.spelling import suggested
from photoseek.storage import Word


class _Called:
    """Names of a library that has photos of these words."""

    def __init__(self, *words: str) -> None:
        self._words = words

    def beginning(self, letters: str) -> list[str]:
        return [word for word in self._words if word.startswith(letters)]

    def how_many_have(self, words: list[Word]) -> dict[Word, int]:
        return {word: int(word[0] in self._words) for word in words}


_NOBODY = _Called()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("flowres in the gardn", "flowers in the garden"),
        ("Flowres in the garden", "flowers in the garden"),
        ("a dog on the beech chiar", "a dog on the beech chair"),
        ("sunse", "sunset"),
    ],
)
def test_a_misspelt_word_is_asked_about(typed: str, meant: str) -> None:
    assert suggested(typed, _NOBODY) == meant


@pytest.mark.parametrize(
    "typed",
    [
        *("Hund am Strand", "un chien sur la plage", "pes na pláži", "狗", "собака", "ein Hundd am Strand"),
        *("quokka", "kyoto", "a slipper", "snowboarders", "IMG2041", "a photo of Jeroen", "xqzvw", "dgo"),
        *("a dog's bowl", "can't", "٢٠١٩"),
    ],
)
def test_a_word_of_any_language_that_is_read_and_what_is_no_word_is_not_asked_about(typed: str) -> None:
    assert suggested(typed, _NOBODY) is None


def test_the_library_s_own_words_are_right_and_may_be_what_was_meant() -> None:
    assert suggested("gardn", _Called("gardn")) is None
    assert suggested("gardn", _Called("gardnberg")) is None
    assert suggested("grandma at quoka", _Called("quokka")) == "grandma at quokka"


@given(caption=st.sampled_from(stored_captions()))
def test_captions_are_spelt_right(caption: str) -> None:
    assert suggested(caption, _NOBODY) is None


@given(noise=st.text(max_size=60))
def test_no_characters_stop_the_look_at_words(noise: str) -> None:
    said = suggested(noise, _NOBODY)
    assert said is None or len(said.split()) == len(noise.split())


def test_find_asks_about_the_whole_line_and_answers_what_was_typed(coloured: Run) -> None:
    searcher = Searcher(coloured.library, coloured.embedder)
    answer = searcher.find(parse_line('red flowres type:jpeg OR "gardn"'), 3)
    assert answer.did_you_mean == 'red flowers type:jpeg OR "gardn"'
    assert 'did you mean “red flowers type:jpeg OR "gardn"”?' in answer.notes
    assert answer.query == 'red flowres type:jpeg OR "gardn"'
    assert '"did_you_mean": null' in as_json(searcher.find(parse(["red flowers"]), 1))


def test_words_that_names_begin_with_are_known(coloured: Run) -> None:
    with coloured.library.catalog.read() as transaction:
        assert set(transaction.words.beginning("bl")) == {"blue", "black"}
