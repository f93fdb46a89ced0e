"""Stored captions of what else a photo might show. The words of a question compete with them.

`background.txt` holds them: everyday sights in plain words, written for photoseek and from no data set. Beside it
are their vectors by the model that ships, which `scripts/embed_background.py` makes.
"""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photoseek.embedder import Embedder, Vectors, Vocabulary, unit_length
from photoseek.searcher.scoring.nouns import Kin, NounsOfCaptions, nouns_of_captions
from photoseek.storage import folded, read_checked, write_checked

SHIPPED_FOLDER = Path(__file__).parent
_CAPTIONS = SHIPPED_FOLDER / "background.txt"
_CAPTIONS_AT_ONCE = 256
_NAME_DIGITS = 16
_DISTINCT = 0.5  # share of distinct vectors below which a model can't use captions


@dataclass(frozen=True)
class Background:
    """The captions as one model sees them."""

    middle: Vectors  # (dimension,) their mean, which all texts have in common
    directions: (
        Vectors  # (captions, dimension) each less the mean, unit length; no rows if the model can't use them
    )
    captions: Sequence[str]  # their texts

    def direction(self, text: Vectors) -> Vectors:
        """Return a text's vector less the captions' mean, at unit length."""
        return unit_length(text - self.middle)

    def nearest(self, photos: Vectors) -> tuple[NDArray[np.int64], Vectors]:
        """Return the number of the caption nearest to each of (n, dimension) photos, and its cosine, both (n,)."""
        cosines = (photos @ self.directions.T) * self._lengths
        numbers = cosines.argmax(axis=1)
        highest: Vectors = cosines[np.arange(len(photos)), numbers] + photos @ self.middle
        return numbers, highest

    def kin(self, text: str) -> Kin:
        """Return how the nouns of each caption relate to those of a text."""
        return self._nouns.kin(text)

    @cached_property
    def _nouns(self) -> NounsOfCaptions:
        return nouns_of_captions(self.captions)

    @cached_property
    def _lengths(self) -> Vectors:
        """(captions,) factors by which a direction, added to the mean, has unit length."""
        along = self.directions @ self.middle
        lengths: Vectors = np.sqrt(along**2 + 1 - self.middle @ self.middle) - along
        return lengths

    def rows(self) -> Vectors:
        """Return one table with the mean as its first row, as it is stored."""
        return np.concatenate([self.middle[np.newaxis], self.directions])


@cache
def stored_captions() -> tuple[str, ...]:
    """Return the captions that ship."""
    return tuple(_CAPTIONS.read_text("utf-8").splitlines())


@cache
def vocabulary() -> Vocabulary:
    """Return the one shared vocabulary, which caches its files."""
    return Vocabulary()


@cache
def ordinary_words() -> frozenset[str]:
    """Return the words of the captions that ship, folded: common words for what photos show."""
    # Each as it is written, once; one by one, for nearly all are ASCII, which is folded in a tenth of the time.
    written = {word for caption in stored_captions() for word in caption.split()}
    return frozenset(word for one in written for word in folded(one).split())


def background_of(embedder: Embedder, captions: Sequence[str]) -> Background:
    """Embed the captions, in a second or two by the model that ships."""
    some = range(0, len(captions), _CAPTIONS_AT_ONCE)
    vectors = np.concatenate([embedder.embed_texts(captions[at : at + _CAPTIONS_AT_ONCE]) for at in some])
    middle: Vectors = vectors.mean(axis=0)
    if len(np.unique(vectors.round(3), axis=0)) < _DISTINCT * len(captions):
        return Background(middle, np.empty((0, vectors.shape[1]), np.float32), ())
    return Background(middle, unit_length(vectors - middle), captions)


class BackgroundCache:
    """Stores a model's background in a folder, unless it ships. Deleting it costs only a second or two."""

    def __init__(self, folder: Path, model_name: str, captions: Sequence[str] | None = None) -> None:
        """Name the file after the model and the captions (those of `background.txt`, unless given)."""
        self._captions = stored_captions() if captions is None else captions
        text = "\n".join([model_name, *self._captions]).encode()
        name = f"background-{hashlib.sha256(text).hexdigest()[:_NAME_DIGITS]}.npy"
        self.shipped = SHIPPED_FOLDER / name  # the path of the one that ships, if there is one
        self._path = folder / name

    def exists(self) -> bool:
        """Return whether `read` finds a file, so that it embeds nothing."""
        return self.shipped.exists() or self._path.exists()

    def read(self, embedder: Embedder) -> Background:
        """Return the background, from a file if it is there and its checksum is right."""
        for path in (self.shipped, self._path):
            with suppress(OSError, ValueError, EOFError):
                content = read_checked(path)
                rows = np.load(BytesIO(content or b""))
                if rows.ndim == 2 and rows.shape[1] == embedder.facts.dimension:  # noqa: PLR2004
                    return Background(
                        np.array(rows[0], np.float32), np.array(rows[1:], np.float32), self._captions
                    )
        made = background_of(embedder, self._captions)
        with suppress(OSError):  # if the folder can't be written, it is made again next time
            self._write(made.rows())
        return made

    def _write(self, rows: Vectors) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        write_rows(self._path, rows)


def write_rows(path: Path, rows: NDArray[np.floating]) -> None:
    """Write a background's table as `BackgroundCache` reads it, with a checksum. Raises OSError."""
    content = BytesIO()
    np.save(content, rows)
    write_checked(path, content.getvalue())
