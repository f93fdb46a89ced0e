"""What the nouns of two texts have to do with each other: one is a kind of the other, or they are siblings.

A duck is a bird, and a guitar is no violin, however alike a model finds the words. `nouns.npz` is made from
WordNet (Fellbaum 1998) by `scripts/nouns.py`: the meanings of a noun, and the wider ones of which each is a kind.
"""

import hashlib
import re
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
_WORDS = 100  # of a text are read: no model that ships hears many more
# What half of all captions say, whatever else they show; and words of place and number.
_SAY_LITTLE = frozenset(
    {
        "a",
        "an",
        "and",
        "are",
        "at",
        "by",
        "child",
        "children",
        "close",
        "for",
        "from",
        "front",
        "her",
        "his",
        "in",
        "is",
        "it",
        "its",
        "lot",
        "man",
        "many",
        "men",
        "of",
        "on",
        "one",
        "or",
        "out",
        "people",
        "person",
        "some",
        "the",
        "three",
        "to",
        "two",
        "up",
        "with",
        "woman",
        "women",
    }
)

Numbers = NDArray[np.int32]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Kin:
    """What captions have to do with a text, each (captions,)."""

    same: Flags  # each of the text's nouns is a kind of something that the caption names, or the other way round
    siblings: Flags  # one of the text's nouns has a sibling there, and nothing of its kind


@dataclass(frozen=True)
class Nouns:
    """What WordNet knows of nouns."""

    names: NDArray[np.bytes_]  # sorted, in small letters
    meanings: Numbers  # (names, 2) the commonest; NONE where there is but one
    wider: Numbers  # (meanings, 2) of which each is a kind; NONE where there is but one, or none
    depths: Numbers  # (meanings,) how far below the widest; that itself lies at 1

    def said(self, text: str) -> list[list[int]]:
        """Give the meanings of each noun of a text, read as the longest nouns that its words make.

        Of nouns side by side the last alone: a game controller is a controller, and no game.
        """
        words = re.findall("[a-z]+", text.lower())[:_WORDS]
        found = list(self._rows(words))
        followed = {start for start, _, _ in found}
        return [
            [meaning for meaning in self.meanings[row].tolist() if meaning != NONE]
            for _, end, row in found
            if end not in followed
        ]

    def steps_up(self, meaning: int) -> dict[int, int]:
        """Give all that a meaning is a kind of, and itself, by how many steps up that lies."""
        steps, reached = {meaning: 0}, [meaning]
        for at in reached:  # which grows
            for above in self.wider[at].tolist():
                if above != NONE and above not in steps:
                    steps[above] = steps[at] + 1
                    reached.append(above)
        return steps

    def _rows(self, words: Sequence[str]) -> Iterator[tuple[int, int, int]]:
        """Give where each noun begins and ends among the words, and its row."""
        start = 0
        while start < len(words):
            for count in range(min(LONGEST, len(words) - start), 0, -1):
                row = self._row(words[start : start + count])
                if row is not None:
                    yield start, start + count, row
                    break
            start += count

    def _row(self, words: Sequence[str]) -> int | None:
        if len(words) == 1 and words[0] in _SAY_LITTLE:
            return None
        for last in _singulars(words[-1]):
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
        same, siblings = np.full(self.count, bool(asked)), np.zeros(self.count, bool)
        for meanings in asked:
            a_kind, alike = self._related(meanings)
            same &= a_kind
            siblings |= alike & ~a_kind
        return Kin(same, siblings)

    def _related(self, meanings: Sequence[int]) -> tuple[Flags, Flags]:
        """Say which captions name a kind of one of the meanings, or what it is a kind of; and which are alike."""
        count = len(self.said) and int(self.said[:, 1].max()) + 1
        kinds, alike = np.zeros(count, bool), np.zeros(count, bool)
        mine = np.full(len(self.nouns.depths), NONE, np.int32)
        for meaning in meanings:
            wider = self.nouns.steps_up(meaning)
            mine[list(wider)] = list(wider.values())
            of, shared, steps = self.above[mine[self.above[:, 1]] != NONE].T
            up, depths = mine[shared], 2 * self.nouns.depths[shared]
            kinds[of[(up == 0) | (steps == 0)]] = True
            alike[of[depths >= _ALIKE * (depths + up + steps)]] = True
            mine[list(wider)] = NONE
        return self._captions(kinds), self._captions(alike)

    def _captions(self, meanings: Flags) -> Flags:
        """Give those that say one of the meanings."""
        found = np.zeros(self.count, bool)
        found[self.said[meanings[self.said[:, 1]], 0]] = True
        return found


def nouns_of(nouns: Nouns, captions: Sequence[str]) -> NounsOfCaptions:
    """Look up what captions say: a second or two for those that ship."""
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


def _singulars(word: str) -> Iterator[str]:
    """Give what a word may be the plural of, itself first: so “glasses” are no glass."""
    yield word
    for ending, instead in (("ies", "y"), ("ves", "f"), ("es", ""), ("men", "man"), ("s", "")):
        if word.endswith(ending):
            yield word.removesuffix(ending) + instead
