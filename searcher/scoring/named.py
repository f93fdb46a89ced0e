"""Which photos are called what a question says? Their names, folders, titles, descriptions and keywords are asked.

Most words of a question tell more about what a photo shows than about what somebody called it. So a name counts
if it has all the words of the question, or one that is rare in the library and is not one of those that captions
are made of: `beach` in a long sentence is a sight, `quokka` or `grandma` is somebody's own word.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from photoseek.searcher.query.called import telling
from photoseek.searcher.query.query import Query, Reading, Words
from photoseek.searcher.scoring.background import ordinary_words
from photoseek.searcher.scoring.relevance import Relevance
from photoseek.storage import Photo, Transaction, Word, spellings, words_asked, words_stored

_FEW_PHOTOS = 5  # an ordinary word that alone is asked for names so few rather than what many show
_RARE_PHOTOS, _RARE_SHARE = 10, 1 / 200  # of the library's photos that may have a rare word
_BEGUN_SHARE = 1 / 10  # of the library's photos, at most, whose names have words that only begin so
_SHORTEST = 3  # letters of a rare word: a shorter one is found by chance
_MOST_BEGINNINGS = 4  # words: of longer questions, whole words alone are looked for


class Called(Enum):
    """How much a name says of a question."""

    EXACTLY = "all of it"
    WITH_ALL = "all of it, in a word that many photos show as well"
    WITH_A_RARE_WORD = "one rare word"
    OTHERWISE = "nothing"


# Where hits stand by what they are called and by the grade of what they show.
_STANDINGS: dict[Called, dict[Relevance, float]] = {
    Called.EXACTLY: {"strong": 5, "possible": 5, "weak": 5},
    Called.WITH_ALL: {"strong": 4, "possible": 2.5, "weak": 1},
    Called.WITH_A_RARE_WORD: {"strong": 3, "possible": 2, "weak": 1},
    Called.OTHERWISE: {"strong": 3, "possible": 2, "weak": 0},
}


@dataclass(frozen=True, slots=True)
class Named:
    """Photos whose names have the same words of a question."""

    photo_ids: frozenset[int]
    words: tuple[str, ...]
    called: Called


def standing(called: Called, relevance: Relevance | None, score: float | None) -> float:
    """Say where a hit stands in the one list: first by name and grade, then by its score, which is -1 to 1."""
    return 2 * _STANDINGS[called][relevance or "weak"] + (score or 0.0)


def named(transaction: Transaction, query: Query) -> list[Named]:
    """Give the photos whose names have to do with a query's words, each photo once, those that say most first."""
    asked = _asked(query)
    if not asked:
        return []
    # With the words that were understood as filters, a name may say the whole question.
    read = " ".join(made.words for made in query.filters if isinstance(made, Reading))
    whole = list(dict.fromkeys([*asked, *telling(words_asked(read))]))
    counts = transaction.words.how_many_have(whole)
    found: list[Named] = []
    seen: set[int] = set()

    def add(photo_ids: set[int], words: Iterable[Word], called: Called) -> None:
        if new := frozenset(photo_ids - seen):
            found.append(Named(new, tuple(map("".join, words)), called))
            seen.update(new)

    if len(whole) > len(asked) and all(counts.values()):
        add(transaction.words.with_all(whole), whole, Called.EXACTLY)
    if all(counts[word] for word in asked):
        # A keyword is somebody's own answer to what the photo shows.
        add(transaction.words.with_all(asked, kind="keyword"), asked, Called.EXACTLY)
        photo_ids = transaction.words.with_all(asked)
        decides = len(asked) > 1 or not _is_ordinary(asked[0]) or len(photo_ids) <= _FEW_PHOTOS
        add(photo_ids, asked, Called.EXACTLY if decides else Called.WITH_ALL)
    rarest = max(_RARE_PHOTOS, round(_RARE_SHARE * transaction.words.count()))
    for word in asked:
        if 0 < counts[word] <= rarest and len("".join(word)) >= _SHORTEST and not _is_ordinary(word):
            add(transaction.words.with_all([word]), [word], Called.WITH_A_RARE_WORD)
    if len(asked) <= _MOST_BEGINNINGS and not all(map(_is_ordinary, asked)):
        begun = transaction.words.with_all(asked, prefix=True)
        if len(begun) <= max(_RARE_PHOTOS, _BEGUN_SHARE * transaction.words.count()):
            add(begun, asked, Called.WITH_A_RARE_WORD)
    return found


def names_with(words: Sequence[str], photo: Photo) -> tuple[tuple[str, str], ...]:
    """Say for each of a hit's words which of the photo's names has it, or has one that begins so."""
    facts = photo.facts
    stems = " ".join(os.path.splitext(os.path.basename(path))[0] for path in photo.paths)  # noqa: PTH119, PTH122 (paths stay str)
    folders = " ".join(os.path.dirname(path).replace(os.sep, " ") for path in photo.paths)  # noqa: PTH120 (as above)
    names = {
        "its file’s name": stems,
        "its folder": folders,
        "its title": facts.title or "",
        "its description": facts.description or "",
        "its keywords": " ".join(facts.keywords),
    }
    stored = {where: f" {words_stored(text)}" for where, text in names.items()}

    def stands_in(word: str) -> str:
        ways = [" ".join(way) for way in spellings(words_asked(word)[0])]
        return next((w for w, text in stored.items() if any(f" {way}" in text for way in ways)), "its names")

    return tuple((word, stands_in(word)) for word in words)


def _asked(query: Query) -> list[Word]:
    """Give the words that a query looks for, each once, but for those that say nothing; none beside pictures."""
    if not all(isinstance(part.what, Words) for part in query.parts):
        return []
    said = [part.what.text for part in query.parts if isinstance(part.what, Words) and part.weight > 0]
    words = list(dict.fromkeys(words_asked(" ".join([query.text, *said]))))
    return telling(words) or (words if len(words) > 1 else [])


def _is_ordinary(word: Word) -> bool:
    return "".join(word) in ordinary_words()
