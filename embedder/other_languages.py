"""Questions in languages that the text tower was not trained on: a small head on hashed parts of words.

A text becomes the sum of one table row for each of its words and character n-grams, found by their hashes
("hashing trick", Weinberger et al. 2009; subwords as in fastText, Bojanowski et al. 2017). One hidden layer
brings it into the space of the embedded model. It was trained on captions of photos in these languages
(scripts/other_language_training.py).
"""

import re
import unicodedata
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from photoseek.embedder.protocol import Vectors, unit_length

FILE_NAME = "other_languages.npz"
BUCKETS = 1 << 15
_GRAMS = (3, 4, 5)
_WORD = re.compile(r"\w+")
_IDEOGRAPHS = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
_MOST_PARTS = 4096  # of one text: far beyond any sentence

Ids = NDArray[np.int64]


def words_of(text: str) -> list[str]:
    """Return a text's words, case and compatibility forms folded; a run of ideographs counts as one word."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return [word for run in _WORD.findall(folded) for word in _split_by_script(run)]


def parts_of(text: str) -> Ids:
    """Return the table's rows, (parts,), of a text's words and n-grams."""
    parts = [part for word in words_of(text) for part in _parts_of_word(word)][:_MOST_PARTS]
    return np.array([_hashed(part) % BUCKETS for part in parts], np.int64)


def hashes_of(words: Sequence[str]) -> NDArray[np.uint32]:
    """Return each word's hash, (words,), by which vocabularies store words."""
    return np.array([_hashed(word) for word in words], np.uint32)


class DamagedLanguages(Exception):
    """The file of the head is missing or damaged. The model's own error says what to do."""


class OtherLanguages:
    """The head and its vocabularies. Only the parts of the file that a text needs are read."""

    def __init__(self, path: Path) -> None:
        """Take the `.npz` file that ships beside the model."""
        self.path = path
        self._read: dict[str, NDArray[Any]] = {}

    def reads(self, text: str) -> bool:
        """Return whether a text is in one of these languages rather than in English.

        It is if it holds ideographs, or more words that only these languages have than words that only English
        has. Raises DamagedLanguages.
        """
        if _IDEOGRAPHS.search(text):
            return True
        words = hashes_of(words_of(text))
        english, other = (_are_in(self._kept(name), words) for name in ("english", "other"))
        return bool((other & ~english).sum() > (english & ~other).sum())

    def has(self, word: str) -> bool:
        """Return whether captions in any language had this word, of lower case. Raises DamagedLanguages."""
        hashed = hashes_of([word])
        return any(bool(_are_in(self._kept(name), hashed).any()) for name in ("english", "other"))

    def are_english(self, hashes: NDArray[np.uint32]) -> NDArray[np.bool_]:
        """Tell for each word's hash, (words,), whether English captions had it. Raises DamagedLanguages."""
        return _are_in(self._kept("english"), hashes)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as (n, dimension) float32, unit length. Raises DamagedLanguages."""
        table, scale = self._kept("table"), self._kept("table_scale")
        sums = np.zeros((len(texts), table.shape[1]), np.float32)
        for row, text in zip(sums, texts, strict=True):
            parts = parts_of(text)
            if len(parts):
                row[:] = (table[parts] * scale[parts]).sum(axis=0) / np.sqrt(len(parts))
        hidden = np.maximum(sums @ self._kept("in_weight").T + self._kept("in_bias"), 0)
        curve = hidden @ self._kept("out_weight").T + self._kept("out_bias")
        return unit_length(curve + sums @ self._kept("line_weight").T)

    def _kept(self, name: str) -> NDArray[Any]:
        if name not in self._read:
            try:
                with np.load(self.path) as file:  # a ZIP file, whose parts carry checksums
                    self._read[name] = _in_floats(file[name])
            except (OSError, ValueError, KeyError, EOFError, zlib.error, BadZipFile) as error:
                raise DamagedLanguages(f"{self.path} can't be read ({error})") from error
        return self._read[name]


def _are_in(vocabulary: NDArray[np.uint32], words: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Return which words, (words,), an ascending vocabulary has; NumPy's own way looks at all of it each time."""
    if not len(vocabulary):
        return np.zeros(len(words), np.bool_)
    places = np.searchsorted(vocabulary, words).clip(max=len(vocabulary) - 1)
    found: NDArray[np.bool_] = vocabulary[places] == words
    return found


def _in_floats(array: NDArray[Any]) -> NDArray[Any]:
    return array.astype(np.float32) if array.dtype == np.float16 else array


def _split_by_script(run: str) -> list[str]:
    """Divide a run of letters where ideographs begin or end: Chinese puts no space between words."""
    return [piece for piece in re.split("([\u3400-\u4dbf\u4e00-\u9fff]+)", run) if piece]


def _parts_of_word(word: str) -> list[str]:
    if _IDEOGRAPHS.fullmatch(word):
        return [*word, *(word[at : at + 2] for at in range(len(word) - 1))]
    framed = f"<{word}>"
    grams = [framed[at : at + size] for size in _GRAMS for at in range(len(framed) - size + 1)]
    return [framed, *(gram for gram in grams if gram != framed)]


def _hashed(part: str) -> int:
    return zlib.crc32(part.encode())
