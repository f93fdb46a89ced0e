"""What the nouns of two texts have to do with each other: one is a kind of the other, or they are siblings.

A duck is a bird, and a guitar is no violin, however alike a model finds the words. `nouns.npz` is made from
WordNet 3.1 (Fellbaum 1998) by `scripts/nouns.py`: the meanings of a noun, and the wider ones of which each is a
kind.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

NOUNS_FILE = Path(__file__).with_name("nouns.npz")
NONE = -1
LONGEST = 3  # words of a noun: “hot air balloon”

_ALIKE = 0.7  # so alike are siblings, by Wu and Palmer 1994
_WORDS = 100  # of a phrase are read, and so many phrases: no model hears many more
# What half of all captions say, whatever else they show; and words that are nouns too, but seldom meant as such.
_SAY_LITTLE = frozenset(
    {
        "a",
        "above",
        "after",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "back",
        "background",
        "be",
        "before",
        "behind",
        "being",
        "below",
        "bottom",
        "by",
        "can",
        "child",
        "children",
        "close",
        "couple",
        "do",
        "does",
        "down",
        "five",
        "for",
        "four",
        "from",
        "front",
        "go",
        "group",
        "had",
        "has",
        "have",
        "he",
        "her",
        "his",
        "i",
        "image",
        "in",
        "is",
        "it",
        "its",
        "kind",
        "like",
        "lot",
        "man",
        "many",
        "may",
        "men",
        "my",
        "no",
        "not",
        "of",
        "off",
        "on",
        "one",
        "or",
        "our",
        "out",
        "over",
        "pair",
        "people",
        "person",
        "photo",
        "photograph",
        "picture",
        "scene",
        "several",
        "she",
        "shot",
        "side",
        "so",
        "some",
        "the",
        "their",
        "there",
        "they",
        "three",
        "to",
        "top",
        "two",
        "under",
        "up",
        "us",
        "view",
        "was",
        "were",
        "while",
        "who",
        "will",
        "with",
        "woman",
        "women",
    }
)
_IRREGULAR = {
    "mice": "mouse",
    "geese": "goose",
    "feet": "foot",
    "teeth": "tooth",
    "oxen": "ox",
    "dice": "die",
}

Numbers = NDArray[np.int32]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Kin:
    """What captions have to do with a text, each (captions,)."""

    same: Flags  # each of the text's nouns is a kind of something that the caption names, or the other way round
    # One of the text's nouns has a sibling there that none of them names, and nothing of its own kind.
    siblings: Flags


@dataclass(frozen=True)
class Nouns:
    """What WordNet knows of nouns."""

    names: NDArray[np.bytes_]  # sorted, in small letters
    meanings: Numbers  # (names, 2) the commonest; NONE where there is but one
    wider: Numbers  # (meanings, 2) of which each is a kind; NONE where there is but one, or none
    depths: Numbers  # (meanings,) how far below the widest; that itself lies at 1

    def said(self, text: str) -> list[list[int]]:
        """Give the meanings of each noun of a text, read as the longest nouns that its words make.

        Of nouns side by side the last alone: a game controller is a controller, and no game. But a plural or an
        -ing word hides none before it, for it may be a verb: “a dog runs”, “a dog running”.
        """
        found = [noun for words in _phrases(text) for noun in self._nouns(words)]
        return [[meaning for meaning in self.meanings[row].tolist() if meaning != NONE] for row in found]

    def have(self, words: Sequence[str]) -> bool:
        """Tell whether words in small letters are a noun together, in the singular or the plural."""
        return self._row(words) is not None

    def steps_up(self, meaning: int) -> dict[int, int]:
        """Give all that a meaning is a kind of, and itself, by how many steps up that lies."""
        steps, reached = {meaning: 0}, [meaning]
        for at in reached:  # which grows
            for above in self.wider[at].tolist():
                if above != NONE and above not in steps:
                    steps[above] = steps[at] + 1
                    reached.append(above)
        return steps

    def _nouns(self, words: Sequence[str]) -> list[int]:
        """Give the rows of the nouns of words that no sign divides."""
        found: list[int] = []
        start, last_ended = 0, NONE
        while start < len(words):
            for count in range(min(LONGEST, len(words) - start), 0, -1):
                some = words[start : start + count]
                if (row := self._row(some)) is not None:
                    if start == last_ended and not _may_be_a_verb(some[-1]):
                        found.pop()
                    found.append(row)
                    last_ended = start + count
                    break
            start += count
        return found

    def _row(self, words: Sequence[str]) -> int | None:
        for last in _singulars(words[-1]):
            if len(words) == 1 and last in _SAY_LITTLE:
                return None
            name = " ".join([*words[:-1], last]).encode()
            row = int(np.searchsorted(self.names, name))
            if row < len(self.names) and self.names[row] == name:
                return row
        return None


@dataclass(frozen=True)
class NounsOfCaptions:
    """The nouns of some captions, and how those of a text relate to them."""

    nouns: Nouns
    count: int  # of captions
    said: Numbers  # (said, 2) a caption, and one of the meanings that any of them says, which count from 0
    above: Numbers  # (n, 3) such a meaning, what it is a kind of, and how many steps up that lies

    def kin(self, text: str) -> Kin:
        """Say what the captions have to do with a text: nothing, where it names nothing that WordNet knows."""
        asked = self.nouns.said(text)
        related = [self._related(meanings) for meanings in asked]
        named = np.logical_or.reduce([kinds for kinds, _ in related], axis=0)
        same, siblings = np.full(self.count, bool(asked)), np.zeros(self.count, bool)
        for kinds, alike in related:
            has_kind = self._saying(kinds)
            same &= has_kind
            siblings |= self._saying(alike & ~named) & ~has_kind
        return Kin(same, siblings)

    def _related(self, meanings: Sequence[int]) -> tuple[Flags, Flags]:
        """Say which of the captions' meanings are kinds of one of these, or wider; and which are alike."""
        count = len(self.said) and int(self.said[:, 1].max()) + 1
        kinds, alike = np.zeros(count, bool), np.zeros(count, bool)
        steps_from = np.full(len(self.nouns.depths), NONE, np.int32)
        for meaning in meanings:
            wider = self.nouns.steps_up(meaning)
            steps_from[list(wider)] = list(wider.values())
            theirs, shared, steps = self.above[steps_from[self.above[:, 1]] != NONE].T
            up, depths = steps_from[shared], 2 * self.nouns.depths[shared]
            kinds[theirs[(up == 0) | (steps == 0)]] = True
            alike[theirs[depths >= _ALIKE * (depths + up + steps)]] = True
            steps_from[list(wider)] = NONE
        return kinds, alike

    def _saying(self, meanings: Flags) -> Flags:
        """Give those that say one of the meanings."""
        found = np.zeros(self.count, bool)
        found[self.said[meanings[self.said[:, 1]], 0]] = True
        return found


def nouns_of(nouns: Nouns, captions: Sequence[str]) -> NounsOfCaptions:
    """Look up what captions say: some tenth of a second for those that ship."""
    found = [(n, meaning) for n, text in enumerate(captions) for some in nouns.said(text) for meaning in some]
    counted: dict[int, int] = {}
    said = [(n, counted.setdefault(meaning, len(counted))) for n, meaning in found]
    above = [(of, *pair) for meaning, of in counted.items() for pair in nouns.steps_up(meaning).items()]
    return NounsOfCaptions(
        nouns,
        len(captions),
        np.array(said, np.int32).reshape(-1, 2),
        np.array(above, np.int32).reshape(-1, 3),
    )


@cache
def known_nouns() -> Nouns:
    """Read what ships."""
    kept = _kept()
    return Nouns(kept["names"], kept["meanings"], kept["wider"], kept["depths"])


def nouns_of_captions(captions: Sequence[str]) -> NounsOfCaptions:
    """Give the nouns of captions: those that ship have been looked up before."""
    kept = _kept()
    if str(kept["captions"]) != digest(captions):
        return nouns_of(known_nouns(), captions)
    return NounsOfCaptions(known_nouns(), len(captions), kept["said"], kept["above"])


def digest(captions: Sequence[str]) -> str:
    """Tell captions from others."""
    return hashlib.sha256("\n".join(captions).encode()).hexdigest()


@cache
def _kept() -> dict[str, Any]:
    with np.load(NOUNS_FILE) as kept:
        return dict(kept)


def _phrases(text: str) -> list[list[str]]:
    """Give the words between signs, in small letters without accents; others than Latin ones mean nothing here."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    plain = re.sub("['’]s?\\b", "", plain)
    phrases = [re.findall(r"[^\W\d_]+", phrase) for phrase in re.split(r"[^\w\s-]+", plain)]
    return [
        [word if word.isascii() else "" for word in words[:_WORDS]] for words in phrases[:_WORDS] if words
    ]


def _may_be_a_verb(word: str) -> bool:
    return word.endswith(("ing", "s"))


def _singulars(word: str) -> Iterator[str]:
    """Give what a word may be the plural of, itself first: so “glasses” are no glass."""
    yield word
    if word in _IRREGULAR:
        yield _IRREGULAR[word]
    endings = (("ves", "f"), ("ves", "fe"), ("s", ""), ("ies", "y"), ("es", ""), ("men", "man"))
    for ending, instead in endings:
        if word.endswith(ending):
            yield word.removesuffix(ending) + instead
