"""The words that a library's own photos have, by which misspelt ones are known."""

from collections.abc import Sequence

from photoseek.storage import Transaction, Word


class WordsOfLibrary:
    """The words in photos' names, and those that can be read in photos."""

    def __init__(self, transaction: Transaction) -> None:
        """Take what reads them."""
        self._names, self._texts = transaction.words, transaction.texts

    def beginning(self, letters: str) -> list[str]:
        """Return the words that begin with these letters."""
        return self._names.beginning(letters) or self._texts.beginning(letters)

    def how_many_have(self, words: Sequence[Word]) -> dict[Word, int]:
        """Return the number of photos that have each word; one that has it twice over counts twice."""
        read = self._texts.how_many_have(words)
        return {word: count + read[word] for word, count in self._names.how_many_have(words).items()}
