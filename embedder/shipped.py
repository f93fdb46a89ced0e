"""The model that ships: its texts are few enough operations that a question needs no OpenVINO."""

from functools import cached_property
from pathlib import Path

import numpy as np

from embedder.compiled import EMBEDDED_FOLDER, CompiledEmbedder
from embedder.errors import ModelNotUsable
from embedder.plain_graph import PlainGraph
from embedder.protocol import Vectors


class ShippedEmbedder(CompiledEmbedder):
    """Embeds photos and many texts by OpenVINO, a question by NumPy."""

    def __init__(self, cache_folder: Path) -> None:
        """Compiled graphs are kept in `cache_folder`, which may be deleted. Raises ModelNotUsable."""
        super().__init__(EMBEDDED_FOLDER, cache_folder)

    def embed_question(self, text: str) -> Vectors:
        """Embed one text as (dimension,) float32, unit length.

        Raises UnreadableText if the model can read nothing of it.
        """
        self._refuse_unreadable(text)
        encoded = self._tokenizer.encode(text)
        vector: Vectors = self._plain_texts(np.array([encoded.ids]), np.array([encoded.attention_mask]))[0]
        return vector

    @cached_property
    def _plain_texts(self) -> PlainGraph:
        try:
            return PlainGraph(self._folder / "texts.xml")
        except (OSError, ValueError) as error:
            raise ModelNotUsable(f"the model in {self._folder} can't be loaded: {self._remedy}") from error
