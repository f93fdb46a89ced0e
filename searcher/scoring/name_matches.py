"""Which photos have names with a question's words? Names are files, folders, titles, descriptions and keywords.

Most words of a question say what a photo shows rather than what somebody named it. So a name counts if it has all
words of the question, or one that is rare in the library and not a word of captions: `beach` in a long sentence is
a sight, `quokka` or `grandma` is somebody's own word.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from photoseek.searcher.query.photos_named import significant
from photoseek.searcher.query.query import Query, Reading, Words
from photoseek.searcher.scoring.background import ordinary_words
from photoseek.searcher.scoring.relevance import Relevance
from photoseek.storage import Photo, Transaction, Word, pieces, spellings, words_asked, words_stored

_FEW_PHOTOS = 5  # a question of one ordinary word is taken as a name if so few photos have it
_RARE_PHOTOS, _RARE_SHARE = 10, 1 / 200  # of the library's photos, at most, that have a rare word
_BEGUN_SHARE = 1 / 10  # of the library's photos, at most, found by the beginnings of words
SHORTEST = 3  # letters of a rare word: a shorter one is found by chance
MOST_BEGINNINGS = 4  # words: longer questions are matched by whole words only


class NameMatch(Enum):
    """How much of a question a name has."""

    EXACTLY = "all of it"
    WITH_ALL = "all of it, in a word that many photos show as well"
    WITH_A_RARE_WORD = "one rare word"
    OTHERWISE = "nothing"


_BEST_FIRST = list(NameMatch)

# The standing of hits by name match and by grade.
_STANDINGS: dict[NameMatch, dict[Relevance, float]] = {
    NameMatch.EXACTLY: {"strong": 5, "possible": 5, "weak": 5},
    NameMatch.WITH_ALL: {"strong": 4, "possible": 2.5, "weak": 1},
    NameMatch.WITH_A_RARE_WORD: {"strong": 3, "possible": 2, "weak": 1},
    NameMatch.OTHERWISE: {"strong": 3, "possible": 2, "weak": 0},
}


@dataclass(frozen=True, slots=True)
class NameGroup:
    """Photos whose names match the same words of a question."""

    photo_ids: frozenset[int]
    words: tuple[str, ...]
    match: NameMatch


def standing(match: NameMatch, relevance: Relevance | None, score: float | None) -> float:
    """Return a hit's standing in the one list: first by name match and grade, then by score (-1 to 1)."""
    return 2 * _STANDINGS[match][relevance or "weak"] + (score or 0.0)


def name_groups(transaction: Transaction, query: Query) -> list[NameGroup]:
    """Return the photos whose names match words of a query, each photo once, the best matches first."""
    asked = telling(words_asked(asked_text(query)))
    if not asked:
        return []
    # Together with words that were read as filters, a name may have the whole question.
    read = " ".join(made.words for made in query.filters if isinstance(made, Reading))
    whole = list(dict.fromkeys([*asked, *significant(words_asked(read))]))
    counts = transaction.words.how_many_have(whole)
    found: list[NameGroup] = []
    seen: set[int] = set()

    def add(photo_ids: set[int], words: Iterable[Word], match: NameMatch) -> None:
        if new := frozenset(photo_ids - seen):
            found.append(NameGroup(new, tuple(map("".join, words)), match))
            seen.update(new)

    if len(whole) > len(asked) and all(counts.values()):
        add(transaction.words.with_all(whole), whole, NameMatch.EXACTLY)
    if all(counts[word] for word in asked):
        # Somebody chose a keyword to say what the photo shows.
        add(transaction.words.with_all(asked, kind="keyword"), asked, NameMatch.EXACTLY)
        photo_ids = transaction.words.with_all(asked)
        decides = len(asked) > 1 or not is_ordinary(asked[0]) or len(photo_ids) <= _FEW_PHOTOS
        add(photo_ids, asked, NameMatch.EXACTLY if decides else NameMatch.WITH_ALL)
    rare = rarest(transaction)
    for word in asked:
        if 0 < counts[word] <= rare and len("".join(word)) >= SHORTEST and not is_ordinary(word):
            add(transaction.words.with_all([word]), [word], NameMatch.WITH_A_RARE_WORD)
    if len(asked) <= MOST_BEGINNINGS and not all(map(is_ordinary, asked)):
        begun = transaction.words.with_all(asked, prefix=True)
        if len(begun) <= fewest_begun(transaction):
            add(begun, asked, NameMatch.WITH_A_RARE_WORD)
    return found


def without(photo_ids: frozenset[int], groups: Iterable[NameGroup]) -> list[NameGroup]:
    """Return the groups without these photos."""
    left = [replace(group, photo_ids=group.photo_ids - photo_ids) for group in groups]
    return [group for group in left if group.photo_ids]


def names_with(words: Sequence[str], photo: Photo) -> tuple[tuple[str, str], ...]:
    """Return for each of a hit's words in which of the photo's names it stands, or begins a word, if in any."""
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

    def stands_in(word: str) -> str | None:
        asked = words_asked(word)
        ways = [" ".join(way) for way in (spellings(asked[0]) if len(asked) == 1 else [tuple(pieces(word))])]
        return next((w for w, text in stored.items() if any(f" {way}" in text for way in ways)), None)

    found = ((word, stands_in(word)) for word in words)
    return tuple((word, where) for word, where in found if where is not None)


def asked_text(query: Query) -> str:
    """Return the words that a query asks for, as they were typed; none if it has pictures."""
    if not all(isinstance(part.what, Words) for part in query.parts):
        return ""
    texts = [part.what.text for part in query.parts if isinstance(part.what, Words) and part.weight > 0]
    return " ".join([query.text, *texts])


def telling(words: Iterable[Word]) -> list[Word]:
    """Return words, each once, without too common ones, unless nothing else would be left of several."""
    once = list(dict.fromkeys(words))
    return significant(once) or (once if len(once) > 1 else [])


def is_ordinary(word: Word) -> bool:
    """Return whether captions have a word, so that it says what a photo shows."""
    return "".join(word) in ordinary_words()


def rarest(transaction: Transaction) -> int:
    """Return how many photos may have a word that counts as rare."""
    return max(_RARE_PHOTOS, round(_RARE_SHARE * transaction.words.count()))


def fewest_begun(transaction: Transaction) -> int:
    """Return how many photos may be found by the beginnings of words."""
    return max(_RARE_PHOTOS, round(_BEGUN_SHARE * transaction.words.count()))


def best_of_each(groups: Iterable[NameGroup]) -> list[NameGroup]:
    """Return the groups with each photo only in its best one, the best first; of equals, the first given."""
    left = []
    seen: set[int] = set()
    for group in sorted(groups, key=lambda group: _BEST_FIRST.index(group.match)):
        if new := group.photo_ids - seen:
            left.append(replace(group, photo_ids=new))
            seen |= new
    return left
