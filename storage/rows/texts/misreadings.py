"""Words as a reader may have misread them: a letter more, fewer or other, or letters that look alike."""

from collections.abc import Iterator, Sequence
from string import ascii_lowercase

from photoseek.storage.rows.words import Word

_SHORTEST, _LONGEST = 3, 24  # characters of a word that is looked for among misread ones
_SHORTEST_EDITED = (
    5  # of one in which any letter may be wrong: one edit makes a shorter word into many others
)
# What readers take for one another in print of a few pixels: each for each.
_ALIKE = ("0odq", "1il", "5s", "8b", "2z", "6g", "4a", "uv", "ce")
_ALIKE_TOGETHER = (("m", "rn"), ("w", "vv"), ("d", "cl"), ("h", "li"), ("n", "ri"))


def misreadings(word: Word) -> set[Word]:
    """Return the forms that a folded word may have been read as, without itself.

    A digit is exchanged only for a letter that looks like it: 12 is no misread 13. Digits alone have none.
    """
    letters = "".join(word)
    if not _SHORTEST <= len(letters) <= _LONGEST or not any(map(str.isalpha, letters)):
        return set()
    forms = {(*word[:at], form, *word[at + 1 :]) for at, one in enumerate(word) for form in _confused(one)}
    if len(word) == 1 and len(letters) >= _SHORTEST_EDITED:
        forms |= {(form,) for form in _edited(letters)}
    return forms - {word}


def misread(words: Sequence[str], asked: Word) -> list[range]:
    """Return the places in a text's folded words where a misreading of a word stands, as numbers of words."""
    forms = misreadings(asked)
    starts = range(len(words) - len(asked) + 1) if forms else range(0)
    ranges = (range(start, start + len(asked)) for start in starts)
    return [one for one in ranges if tuple(words[one.start : one.stop]) in forms]


def _confused(word: str) -> Iterator[str]:
    for at, letter in enumerate(word):
        for alike in _ALIKE:
            if letter in alike:
                yield from (word[:at] + other + word[at + 1 :] for other in alike)
    for one, two in _ALIKE_TOGETHER:
        for old, new in ((one, two), (two, one)):
            at = word.find(old)
            while at >= 0:
                yield word[:at] + new + word[at + len(old) :]
                at = word.find(old, at + 1)


def _edited(word: str) -> Iterator[str]:
    """Yield the word with one letter more, fewer, or other."""
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        yield from (before + letter + after for letter in ascii_lowercase)
        if after and after[0].isalpha():
            yield before + after[1:]
            yield from (before + letter + after[1:] for letter in ascii_lowercase)
