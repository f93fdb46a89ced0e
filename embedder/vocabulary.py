"""Which words the model that ships knows, read from its own files."""

import json
from functools import cache
from pathlib import Path

from photoseek.embedder.other_languages import FILE_NAME, DamagedLanguages, OtherLanguages, hashes_of

_FOLDER = Path(__file__).parent / "embedded"


class Vocabulary:
    """The words of English captions and texts, and of captions in other languages; lower case.

    If the files are damaged, every word is known and none is of captions; embedding raises the error.
    """

    def __init__(self) -> None:
        """Nothing is read before it is asked for."""
        self._others = OtherLanguages(_FOLDER / FILE_NAME)

    def knows(self, word: str) -> bool:
        """Return whether captions in any language, or English texts, have the word."""
        try:
            return self._others.has(word) or word in _words_of_texts()
        except DamagedLanguages:
            return True

    def is_foreign(self, text: str) -> bool:
        """Return whether a text is in a language other than English that is read."""
        try:
            return self._others.reads(text)
        except DamagedLanguages:
            return False

    def of_captions(self) -> frozenset[str]:
        """Return the words that English captions have."""
        return self._in_captions(sorted(_words_of_texts()))

    def is_of_captions(self, word: str) -> bool:
        """Return whether English captions have a word."""
        return word in _words_of_texts() and bool(self._in_captions([word]))

    def _in_captions(self, words: list[str]) -> frozenset[str]:
        try:
            english = self._others.are_english(hashes_of(words))
        except DamagedLanguages:
            return frozenset()
        return frozenset(word for word, is_english in zip(words, english, strict=True) if is_english)


@cache
def _words_of_texts() -> frozenset[str]:
    """Return the whole words among the tokenizer's pieces; none where its file is gone or damaged."""
    try:
        pieces = json.loads((_FOLDER / "tokenizer.json").read_bytes())["model"]["vocab"]
    except (OSError, ValueError, KeyError):  # whatever embeds says so
        return frozenset()
    return frozenset(piece for piece in pieces if piece.isalpha())
