"""Which photos are called by words of a question that were read as a date or a place?"""

from collections.abc import Iterable

from photoseek.storage import Transaction, Word, words_asked
from photoseek.storage.rows import conditions

# Words that say nothing of a name.
# fmt: off
_LITTLE = frozenset({
    "a", "an", "and", "are", "around", "as", "at", "be", "by", "for", "from", "has", "have", "he", "her",
    "his", "i", "in", "is", "it", "its", "me", "my", "near", "of", "on", "or", "our", "she", "that",
    "the", "their", "there", "they", "this", "to", "was", "we", "were", "while", "who", "with", "you", "your",
    "image", "images", "photo", "photos", "picture", "pictures",
})
# fmt: on
# Words that a name has by chance rather than to say when or where.
_TIME_WORDS = frozenset(
    {"between", "since", "before", "after", "until", "till", "through", "during", "taken", "shot"}
)


def called_so(transaction: Transaction, said: str) -> set[int]:
    """Give the photos that are called by all of the words that were understood as a date or a place.

    Of figures alone the folder says nothing of a photo that tells its date: IMG_2019 is no year.
    """
    words = [word for word in telling(words_asked(said)) if word[0] not in _TIME_WORDS]
    if not words:
        return set()
    if not all(word[0].isdigit() for word in words):
        return transaction.words.with_all(words)
    undated = transaction.photos.which([conditions.unless(conditions.dated())])
    named_so = transaction.words.with_all(words, prefix=True, kind="name") & undated
    kinds = (transaction.words.with_all(words, kind=kind) for kind in ("text", "keyword"))
    return named_so.union(*kinds)


def telling(words: Iterable[Word]) -> list[Word]:
    """Leave out the words that say nothing of a name."""
    return [word for word in words if word[0] not in _LITTLE]
