"""A model for tests: it embeds colours and their names, in microseconds and without weights."""

from collections.abc import Sequence

import numpy as np

from photoseek.embedder.preprocess import Pixels, Preprocess
from photoseek.embedder.protocol import Embedder, ModelFacts, Vectors, unit_length

COLOURS: dict[str, tuple[int, int, int]] = {
    "red": (220, 30, 30),
    "green": (30, 180, 40),
    "blue": (30, 60, 220),
    "yellow": (240, 220, 40),
    "purple": (140, 40, 180),
    "white": (250, 250, 250),
    "black": (5, 5, 5),
}
_GRID = 4  # cells a side whose mean colours are the vector
_SIZE = 32


class FakeEmbedder(Embedder):
    """Deterministic stand-in: a photo's vector is its coarse colours, a text's those it names."""

    def __init__(self, model_id: str = "fake") -> None:
        dimension = _GRID * _GRID * 3 + 1
        super().__init__(
            ModelFacts(
                model_id=model_id,
                dimension=dimension,
                preprocess=Preprocess(_SIZE, "squash"),
                logit_scale=20.0,
                templates=("a {} photo",),
                scripts=frozenset({"LATIN"}),
            )
        )
        self.photos_embedded = 0

    def embed_photos(self, batch: Pixels) -> Vectors:
        """Embed photos by the mean colour of each cell of a grid."""
        self.photos_embedded += len(batch)
        return _by_colour(batch)

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as the flat photos of the colours they name; grey if they name none."""
        flat = np.empty((len(texts), _SIZE, _SIZE, 3), np.uint8)
        for photo, text in zip(flat, texts, strict=True):
            named = [rgb for name, rgb in COLOURS.items() if name in text.lower().split()]
            photo[:] = np.mean(named, axis=0) if named else 128
        return _by_colour(flat)


def _by_colour(batch: Pixels) -> Vectors:
    cell = _SIZE // _GRID
    cells = batch.reshape(len(batch), _GRID, cell, _GRID, cell, 3).astype(np.float32).mean(axis=(2, 4))
    centred = cells.reshape(len(batch), -1) / 127.5 - 1
    # A constant beside the colours: a wholly grey photo would have no direction otherwise.
    return unit_length(np.concatenate([centred, np.full((len(batch), 1), 0.1, np.float32)], axis=1))
