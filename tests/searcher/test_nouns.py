"""Nouns of one kind are told from their siblings, of the captions that ship and of any others."""

import numpy as np
import pytest

from searcher.background import stored_captions
from searcher.nouns import Kin, NounsOfCaptions, known_nouns, nouns_of, nouns_of_captions


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


def test_what_is_of_the_same_kind_is_no_sibling(stored: NounsOfCaptions) -> None:
    for caption in stored_captions()[::100]:
        kin = stored.kin(caption)
        assert not (kin.same & kin.siblings).any()


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
        assert len(_flags(nouns_of(known_nouns(), captions).kin("a dog"))) == 2 * len(captions)


def _flags(kin: Kin) -> list[bool]:
    return [*kin.same.tolist(), *kin.siblings.tolist()]


def test_the_nouns_of_the_stored_captions_ship_as_looking_them_up_gives_them(stored: NounsOfCaptions) -> None:
    anew = nouns_of(known_nouns(), stored_captions())
    for kept, made in ((stored.said, anew.said), (stored.above, anew.above)):
        assert np.array_equal(kept, made)


def test_nobody_waits_for_the_nouns_of_the_captions_that_ship(monkeypatch: pytest.MonkeyPatch) -> None:
    def looked_up(*_: object) -> None:
        pytest.fail("run scripts/nouns.py: background.txt has changed")

    monkeypatch.setattr("searcher.nouns.nouns_of", looked_up)
    nouns_of_captions(stored_captions())
