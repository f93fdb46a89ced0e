"""In which photos can a question's words be read?

A text counts as a name does if it has all words of the question, or one that is rare in the library. Some of the
words may stand in the photo's names instead. But a page or a menu has many words of captions, which mostly say
what a photo shows. So if a question has no other words, all that was typed must stand there in one piece; else the
photo ranks by what it shows, only before others that show it as well.
"""

import string

from photoseek.searcher.query.query import Query
from photoseek.searcher.scoring.background import vocabulary
from photoseek.searcher.scoring.name_matches import (
    MOST_BEGINNINGS,
    SHORTEST,
    NameGroup,
    NameMatch,
    asked_text,
    fewest_begun,
    is_ordinary,
    rarest,
    telling,
)
from photoseek.storage import Transaction, Word, phrases_asked, pieces, words_asked

_MOST_WORDS = 12  # of a question: a longer one is a sentence about a photo
_FEW_TEXTS = 200  # are read rather than looked for
_SHORTEST_PART = 5  # letters of a word that may stand inside another, unless it has a digit


def text_groups(transaction: Transaction, query: Query) -> list[NameGroup]:
    """Return the photos in which words of a query can be read; some of the words may stand in their names."""
    text = asked_text(query)
    words = telling(phrases_asked(text))
    if not words or len(words) > _MOST_WORDS or not transaction.texts.is_any():
        return []
    rare_ones = [word for word in words if _may_be_rare(word)]
    read = {
        word: transaction.texts.with_word(word) if word in rare_ones else transaction.texts.with_exact(word)
        for word in words
    }
    typed = {tuple(pieces(one)): one.strip(string.punctuation).lower() for one in text.split()}

    def group(photo_ids: set[int], of: list[Word], match: NameMatch) -> NameGroup:
        return NameGroup(frozenset(photo_ids), tuple(typed[word] for word in of), match)

    every = _with_all(transaction, read)
    found = [group(every, words, NameMatch.EXACTLY if rare_ones else NameMatch.WITH_ALL)]
    if len(typed) > 1:
        beside = frozenset(transaction.texts.with_word(tuple(pieces(text))))
        found.append(NameGroup(beside, (" ".join(text.lower().split()),), NameMatch.EXACTLY))
    most = rarest(transaction)
    found += [
        group(read[word], [word], NameMatch.WITH_A_RARE_WORD) for word in rare_ones if len(read[word]) <= most
    ]
    if rare_ones and len(words) <= MOST_BEGINNINGS:
        begun = _with_parts(transaction, read)
        if len(begun) <= fewest_begun(transaction):
            found.append(group(begun, words, NameMatch.WITH_A_RARE_WORD))
    return [one for one in found if one.photo_ids]


def _with_all(transaction: Transaction, read: dict[Word, set[int]]) -> set[int]:
    """Return the photos with all words, at least one of them read and the others perhaps in their names."""
    some = set[int]().union(*read.values())
    if not some:
        return some
    for word, photo_ids in read.items():
        if not some <= photo_ids:
            some &= photo_ids | transaction.words.with_all(words_asked(" ".join(word)))
    return some


def _with_parts(transaction: Transaction, read: dict[Word, set[int]]) -> set[int]:
    """Return the photos with all words in their text or names, of which those that may can be parts of words."""
    some: set[int] | None = None
    for word in sorted(read, key=lambda word: (not may_be_part(word), len(read[word]))):
        there = read[word] | transaction.words.with_all(words_asked(" ".join(word)))
        if may_be_part(word) and some is None:
            there |= transaction.texts.with_part(word)
        elif may_be_part(word) and some is not None and len(some - there) <= _FEW_TEXTS:
            there |= transaction.texts.which_have_part(word, some - there)
        some = there if some is None else some & there
    return some or set()


def may_be_part(word: Word) -> bool:
    """Return whether a question's word may also begin a word of a text, or stand inside one."""
    joined = "".join(word)
    return len(joined) >= _SHORTEST_PART or (len(joined) >= SHORTEST and any(map(str.isdigit, joined)))


def _may_be_rare(word: Word) -> bool:
    """Return whether a word is one that no caption has, however seldom."""
    # Of scripts without spaces, two characters are a word, and each is stored by itself.
    is_long = len(word) > 1 or len(word[0]) >= SHORTEST
    return is_long and not is_ordinary(word) and not vocabulary().is_of_captions("".join(word))
