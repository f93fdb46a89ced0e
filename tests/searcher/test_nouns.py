"""Nouns of one kind are distinguished from their siblings, of the captions that ship and of any others."""

import numpy as np
import pytest

from photoseek.searcher.scoring.background import stored_captions
from photoseek.searcher.scoring.nouns import (
    NOUNS_FILE,
    NounsOfCaptions,
    digest,
    known_nouns,
    nouns_of,
    nouns_of_captions,
)


@pytest.fixture(scope="module")
def stored() -> NounsOfCaptions:
    return nouns_of_captions(stored_captions())


def _said(flags: np.ndarray) -> set[str]:
    return {caption for caption, flag in zip(stored_captions(), flags, strict=True) if flag}


@pytest.mark.parametrize(
    ("asked", "same", "sibling"),
    [
        ("a bird", "a duck", "a cat"),
        ("a duck", "a bird in flight", "a pigeon"),
        ("a guitar", "an electric guitar", "a violin"),
        ("guitars", "a guitar", "a violin"),
        ("rugby", "a football", "a basketball"),
        ("the sea", "sea", "a lake"),
    ],
)
def test_a_kind_is_the_same_and_a_sibling_is_another(
    stored: NounsOfCaptions, asked: str, same: str, sibling: str
) -> None:
    kin = stored.kin(asked)
    assert same in _said(kin.same)
    assert sibling in _said(kin.siblings)


@pytest.mark.parametrize(
    ("text", "same_as", "not_as"),
    [
        ("a dog running", "a dog, running", "running"),  # “running” hides no dog
        ("a game controller", "a controller", "a game"),  # but is of no kind with what stands before it
        ("planes", "a plane", "a plan"),
        ("the dog's bowl", "a bowl", "the letter s"),
        ("a photo of a cat", "a cat", "a photo of a book"),
        ("a hot-air balloon", "a hot air balloon", "hot air"),
        ("two men being carried", "", "an animal"),
        ("in the street", "a street", "new york"),
        ("Jalapeño", "a jalapeno", "o"),
    ],
)
def test_texts_are_read_as_the_nouns_that_they_mean(text: str, same_as: str, not_as: str) -> None:
    nouns = known_nouns()
    assert nouns.meanings_of(text) == nouns.meanings_of(same_as)
    assert nouns.meanings_of(text) != nouns.meanings_of(not_as)


def test_of_two_siblings_asked_for_neither_is_a_sibling() -> None:
    kin = nouns_of(known_nouns(), ["a dog", "a cat", "a horse"]).kin("a dog and a cat")
    assert kin.siblings.tolist() == [False, False, True]


def test_a_caption_is_of_the_kind_of_several_nouns_only_if_it_names_each() -> None:
    nouns = nouns_of(known_nouns(), ["a dog", "a puppy with a ball", "a ball", "a cat with a ball"])
    kin = nouns.kin("a dog with a ball")
    assert kin.same.tolist() == [False, True, False, False]
    assert kin.siblings.tolist() == [False, False, False, True]


@pytest.mark.parametrize("asked", ["", "xyzzy", "a person", "two of them", "寿司 🍣"])
def test_words_that_name_nothing_known_have_no_kin(stored: NounsOfCaptions, asked: str) -> None:
    kin = stored.kin(asked)
    assert not kin.same.any()
    assert not kin.siblings.any()


def test_captions_without_a_known_noun_have_no_kin() -> None:
    for captions in ([], ["xyzzy"]):
        kin = nouns_of(known_nouns(), captions).kin("a dog")
        assert kin.same.tolist() == kin.siblings.tolist() == [False] * len(captions)


def test_the_nouns_of_the_stored_captions_ship_as_looking_them_up_gives_them(stored: NounsOfCaptions) -> None:
    with np.load(NOUNS_FILE) as kept:
        assert str(kept["captions"]) == digest(stored_captions()), "run scripts/nouns.py"
    anew = nouns_of(known_nouns(), stored_captions())
    for kept, made in ((stored.caption_meanings, anew.caption_meanings), (stored.above, anew.above)):
        assert np.array_equal(kept, made)
