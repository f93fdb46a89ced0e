"""Which photos have names with the words of a question that were read as a date or a place?"""

from collections.abc import Iterable

from photoseek.storage import Transaction, Word, words_asked
from photoseek.storage.rows import conditions

# Words too common to find a name by.
# fmt: off
_LITTLE = frozenset({
    "a", "an", "and", "are", "around", "as", "at", "be", "by", "for", "from", "has", "have", "he", "her",
    "his", "i", "in", "is", "it", "its", "me", "my", "near", "of", "on", "or", "our", "she", "that",
    "the", "their", "there", "they", "this", "to", "was", "we", "were", "while", "who", "with", "you", "your",
    "image", "images", "photo", "photos", "picture", "pictures",
})
# fmt: on
# Words that names have by chance rather than for a date or a place.
_TIME_WORDS = frozenset(
    {"between", "since", "before", "after", "until", "till", "through", "during", "taken", "shot"}
)


def photos_named(transaction: Transaction, typed: str) -> set[int]:
    """Return the ids of photos whose names have all of the words that were read as a date or a place.

    If all words are digits, file names count only for photos without a date: the 2019 of IMG_2019 is no year.
    """
    words = [word for word in significant(words_asked(typed)) if word[0] not in _TIME_WORDS]
    if not words:
        return set()
    if not all(word[0].isdigit() for word in words):
        return transaction.words.with_all(words)
    undated = transaction.photos.which([conditions.unless(conditions.dated())])
    named_so = transaction.words.with_all(words, prefix=True, kind="name") & undated
    kinds = (transaction.words.with_all(words, kind=kind) for kind in ("text", "keyword"))
    return named_so.union(*kinds)


def significant(words: Iterable[Word]) -> list[Word]:
    """Return the words without those too common to find a name by."""
    return [word for word in words if word[0] not in _LITTLE]
