"""How the nouns of two texts are related: one is a kind of the other, or they are siblings.

A duck is a bird, and a guitar is no violin, however alike a model finds the words. `nouns.npz` is made from
WordNet 3.1 (Fellbaum 1998) by `scripts/nouns.py`: the meanings of a noun, and the wider ones of which each is a
kind. `nouns.txt` lists what it doesn't say: words that name nothing, and plurals that no ending makes.
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
_LISTED_FILE = Path(__file__).with_name("nouns.txt")
NONE = -1
LONGEST = 3  # words of a noun: “hot air balloon”

_ALIKE = 0.7  # siblings have at least this similarity (Wu and Palmer 1994)
_WORDS = 100  # words of a phrase, and phrases, that are read: models read hardly more

Numbers = NDArray[np.int32]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Kin:
    """How captions relate to a text. Each field is (captions,)."""

    same: Flags  # each of the text's nouns is a kind of something that the caption names, or the other way round
    # One of the text's nouns has a sibling in the caption that the text doesn't name, and nothing of its own kind
    # there.
    siblings: Flags


@dataclass(frozen=True)
class Nouns:
    """WordNet's nouns."""

    names: NDArray[np.bytes_]  # sorted, lower case
    meanings: Numbers  # (names, 2) the two most common; NONE if there is only one
    wider: Numbers  # (meanings, 2) hypernyms; NONE if there are fewer
    depths: Numbers  # (meanings,) depth below the root, which has 1

    def meanings_of(self, text: str) -> list[list[int]]:
        """Return the meanings of each noun of a text, read as the longest nouns of its words.

        Of adjacent nouns only the last counts: a game controller is a controller, not a game. But a plural or an
        -ing word may be a verb, so the noun before it counts too: “a dog runs”, “a dog running”.
        """
        found = [noun for words in _phrases(text) for noun in self._nouns(words)]
        return [[meaning for meaning in self.meanings[row].tolist() if meaning != NONE] for row in found]

    def have(self, words: Sequence[str]) -> bool:
        """Return whether lower-case words together are a noun, in the singular or the plural."""
        return self._row(words) is not None

    def steps_up(self, meaning: int) -> dict[int, int]:
        """Return a meaning and all its hypernyms, with the number of steps up to each."""
        steps, reached = {meaning: 0}, [meaning]
        for at in reached:  # grows meanwhile
            for above in self.wider[at].tolist():
                if above != NONE and above not in steps:
                    steps[above] = steps[at] + 1
                    reached.append(above)
        return steps

    def _nouns(self, words: Sequence[str]) -> list[int]:
        """Return the rows of the nouns in words without punctuation between them."""
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
            if len(words) == 1 and last in _listed().say_little:
                return None
            name = " ".join([*words[:-1], last]).encode()
            row = int(np.searchsorted(self.names, name))
            if row < len(self.names) and self.names[row] == name:
                return row
        return None


@dataclass(frozen=True)
class NounsOfCaptions:
    """The nouns of captions, to be compared with those of a text."""

    nouns: Nouns
    count: int  # of captions
    caption_meanings: Numbers  # (n, 2) a caption's index, and the index of a meaning that it names
    above: Numbers  # (n, 3) the index of a meaning, one of its hypernyms, and the steps up to it

    def kin(self, text: str) -> Kin:
        """Return how the captions relate to a text; not at all if WordNet knows none of its words."""
        asked = self.nouns.meanings_of(text)
        related = [self._related(meanings) for meanings in asked]
        named = np.logical_or.reduce([kinds for kinds, _ in related], axis=0)
        same, siblings = np.full(self.count, bool(asked)), np.zeros(self.count, bool)
        for kinds, alike in related:
            has_kind = self._saying(kinds)
            same &= has_kind
            siblings |= self._saying(alike & ~named) & ~has_kind
        return Kin(same, siblings)

    def _related(self, meanings: Sequence[int]) -> tuple[Flags, Flags]:
        """Return which of the captions' meanings are hyponyms or hypernyms of these, and which are siblings."""
        count = len(self.caption_meanings) and int(self.caption_meanings[:, 1].max()) + 1
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
        """Return which captions name one of the meanings, (captions,)."""
        found = np.zeros(self.count, bool)
        found[self.caption_meanings[meanings[self.caption_meanings[:, 1]], 0]] = True
        return found


def nouns_of(nouns: Nouns, captions: Sequence[str]) -> NounsOfCaptions:
    """Look up the nouns of captions: about 0.1 s for those that ship."""
    found = [
        (n, meaning)
        for n, text in enumerate(captions)
        for some in nouns.meanings_of(text)
        for meaning in some
    ]
    counted: dict[int, int] = {}
    pairs = [(n, counted.setdefault(meaning, len(counted))) for n, meaning in found]
    above = [(of, *pair) for meaning, of in counted.items() for pair in nouns.steps_up(meaning).items()]
    return NounsOfCaptions(
        nouns,
        len(captions),
        np.array(pairs, np.int32).reshape(-1, 2),
        np.array(above, np.int32).reshape(-1, 3),
    )


@cache
def known_nouns() -> Nouns:
    """Read the nouns that ship."""
    kept = _kept()
    return Nouns(kept["names"], kept["meanings"], kept["wider"], kept["depths"])


def nouns_of_captions(captions: Sequence[str]) -> NounsOfCaptions:
    """Return the nouns of captions; for those that ship, they are stored."""
    kept = _kept()
    if str(kept["captions"]) != digest(captions):
        return nouns_of(known_nouns(), captions)
    return NounsOfCaptions(known_nouns(), len(captions), kept["said"], kept["above"])


def digest(captions: Sequence[str]) -> str:
    """Return a digest that identifies captions."""
    return hashlib.sha256("\n".join(captions).encode()).hexdigest()


@dataclass(frozen=True)
class _Listed:
    """What WordNet doesn't say of words."""

    say_little: frozenset[str]
    singular_of: dict[str, str]


@cache
def _listed() -> _Listed:
    lines = [line for line in _LISTED_FILE.read_text("utf-8").splitlines() if not line.startswith("#")]
    pairs = [line.partition(": ") for line in lines]
    return _Listed(
        frozenset(word for word, colon, _ in pairs if not colon),
        {plural: singular for plural, colon, singular in pairs if colon},
    )


@cache
def _kept() -> dict[str, Any]:
    with np.load(NOUNS_FILE) as kept:
        return dict(kept)


def _phrases(text: str) -> list[list[str]]:
    """Return the words between punctuation, in lower case without accents; words in other scripts become ""."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    plain = re.sub("['’]s?\\b", "", plain)
    phrases = [re.findall(r"[^\W\d_]+", phrase) for phrase in re.split(r"[^\w\s-]+", plain)]
    return [
        [word if word.isascii() else "" for word in words[:_WORDS]] for words in phrases[:_WORDS] if words
    ]


def _may_be_a_verb(word: str) -> bool:
    return word.endswith(("ing", "s"))


def _singulars(word: str) -> Iterator[str]:
    """Yield a word and what it may be the plural of. The word comes first, so that “glasses” are not a glass."""
    yield word
    if word in _listed().singular_of:
        yield _listed().singular_of[word]
    endings = (("ves", "f"), ("ves", "fe"), ("s", ""), ("ies", "y"), ("es", ""), ("men", "man"))
    for ending, instead in endings:
        if word.endswith(ending):
            yield word.removesuffix(ending) + instead
