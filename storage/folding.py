"""Words in the form in which they are stored and searched: without case, accents or other variants.

All text that is searched is folded here, once when it is stored and once when it is searched, so that the database
compares plain strings and needs no rules of its own.
"""

import re
import unicodedata

_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe"})
_APOSTROPHES = str.maketrans(dict.fromkeys("'’ʼ＇"))
_NOT_IN_ASCII_WORDS = re.compile(r"[^a-z0-9]+")
_CASE_CHANGES = re.compile(r"(?<=[a-z])(?=[A-Z])")
# IMG2041, 2019summer; not a hash such as 69b08cb0.
_ONE_CHANGE = re.compile(r"([^\W\d_]+)(\d+)|(\d+)([^\W\d_]+)")
# Scripts without spaces between words: each character is stored as a word, and a searched word is a phrase.
_UNSPACED = (
    "([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u30ff\u31f0-\u31ff\u3400-\u9fff\U00020000-\U0003ffff])"
)


def folded(text: str) -> str:
    """Return words without case, accents and punctuation, separated by spaces: NFKC without combining marks."""
    if text.isascii():
        return " ".join(_NOT_IN_ASCII_WORDS.sub(" ", text.lower().replace("'", "")).split())
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_APOSTROPHES).translate(_LETTERS)
    plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    plain = unicodedata.normalize("NFKC", plain)
    # Vowel signs of Indian scripts are combining marks of class 0, and belong to the word.
    kept = (c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in plain)
    return " ".join("".join(kept).split())


def words_asked(text: str) -> list[tuple[str, ...]]:
    """Return the words of a question in stored form, each as a tuple of adjacent stored words."""
    return [tuple(_pieces(word)) for word in folded(text).split()]


def phrases_asked(text: str) -> list[tuple[str, ...]]:
    """Return what was typed between spaces, each as a tuple of adjacent stored words: `12.50` as 12 beside 50."""
    return [found for typed in text.split() if (found := tuple(pieces(typed)))]


def pieces(text: str) -> list[str]:
    """Return a text's words in stored form, each character of a script without spaces as one."""
    return [piece for word in folded(text).split() for piece in _pieces(word)]


def words_stored(text: str) -> str:
    """Return the stored form of a text: its words, and the parts of compound ones (GrandmasBirthday, IMG2041)."""
    words: list[str] = []
    for written in text.split():
        for word in folded(written).split():
            words += _pieces(word)
            words += _parts_of_number(word)
        if len(parts := _CASE_CHANGES.split(written)) > 1:
            words += folded(" ".join(parts)).split()
    return " ".join(words)


def spellings(word: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return the forms in which a word may be stored: `img2041` also as `img 2041`."""
    parts = tuple(_parts_of_number(word[0])) if len(word) == 1 else ()
    return [word, parts] if parts else [word]


def _pieces(word: str) -> list[str]:
    # Compiled at the first such word, since that takes 5 ms.
    return [word] if word.isascii() else re.sub(_UNSPACED, r" \1 ", word).split()


def _parts_of_number(word: str) -> list[str]:
    changed = _ONE_CHANGE.fullmatch(word)
    return [part for part in changed.groups() if part] if changed else []
