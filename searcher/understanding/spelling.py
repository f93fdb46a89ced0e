"""Which words of a question may be misspelt? “flowres in the gardn” may mean “flowers in the garden”.

A word counts as misspelt if no word list has it, and one edit (a letter more, fewer, or other, or two swapped:
Damerau 1964) makes exactly one word that captions or the library’s own names and texts have.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from string import ascii_lowercase
from typing import Protocol

from photoseek.searcher.query.query import Query
from photoseek.searcher.scoring.background import ordinary_words, vocabulary
from photoseek.storage import Word

_SHORTEST = 4  # letters: one edit turns a shorter word into many others
_LONGEST = 20
_MOST_WORDS = 20  # of a question are checked
_KEPT = 1000
_WORD = re.compile(r"[A-Za-z]+")
_ENDINGS = ("s", "es", "d", "ed", "ing", "er", "ers", "y", "ly", "less", "like")


class Names(Protocol):
    """The words that the library has."""

    def beginning(self, letters: str) -> list[str]:
        """Return the words that begin with these letters."""

    def how_many_have(self, words: Sequence[Word]) -> dict[Word, int]:
        """Return the number of photos that have each word."""


def corrected(query: Query, names: Names, understood: Iterable[str] = ()) -> str | None:
    """Return a query's line with misspelt words corrected; None if there is none.

    Words `understood` as dates or places are spelt right.
    """
    right = frozenset(word for words in understood for word in words.split())
    sides = [(side, suggested(side.text, names, right)) for side in query.sides]
    if all(text is None for _, text in sides):
        return None
    first, *others = (side if text is None else replace(side, text=text) for side, text in sides)
    return str(replace(first, sort=query.sort, others=tuple(others)))


def suggested(text: str, names: Names, right: Collection[str] = ()) -> str | None:
    """Return a text with misspelt words corrected; None if there is none."""
    typed = text.split()
    unknown = {
        word
        for number, word in enumerate(typed[:_MOST_WORDS])
        if word not in right
        and _WORD.fullmatch(word)
        and (number == 0 or word.islower())
        and not _is_known(word.lower())
    }
    unknown = {word for word in unknown if not names.beginning(word.lower())}
    if not unknown or vocabulary().is_foreign(text):
        return None
    meant = {word: _meant(word.lower(), names) for word in unknown}
    if not any(meant.values()):
        return None
    return " ".join(meant.get(word) or word for word in typed)


def _meant(word: str, names: Names) -> str | None:
    edits = {edit for edit in _edits(word) if len(edit) >= _SHORTEST}
    named = names.how_many_have([(edit,) for edit in sorted(edits)])
    found = (edits & _of_captions()) | {edit for (edit,), count in named.items() if count}
    frequent = found & ordinary_words() if len(found) > 1 else found
    return next(iter(frequent)) if len(frequent) == 1 else None


@lru_cache(_KEPT)
def _is_known(word: str) -> bool:
    if not _SHORTEST <= len(word) <= _LONGEST or word in ordinary_words():
        return True
    known = vocabulary()
    stems = [word, *(word.removesuffix(end) for end in _ENDINGS if word.endswith(end))]
    if any(len(stem) >= _SHORTEST and known.knows(stem) for stem in [*stems, f"{word}s"]):
        return True
    halves = ((word[:at], word[at:]) for at in range(_SHORTEST, len(word) - _SHORTEST + 1))
    return any(first in _of_captions() and second in _of_captions() for first, second in halves)


@cache
def _of_captions() -> frozenset[str]:
    return frozenset(word for word in vocabulary().of_captions() | ordinary_words() if len(word) >= _SHORTEST)


def _edits(word: str) -> Iterator[str]:
    """Yield all words that are one edit away."""
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        if after:
            yield before + after[1:]
            yield from (before + letter + after[1:] for letter in ascii_lowercase)
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        yield from (before + letter + after for letter in ascii_lowercase)
