"""What every way of making a picture is given, and what it gives."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from photoseek.embedder.imagining.request import Request
from photoseek.embedder.imagining.steering import OnStep
from photoseek.embedder.preprocess import Pixels
from photoseek.embedder.protocol import Embedder, Vectors
from photoseek.embedder.source import ModelSource

if TYPE_CHECKING:
    from PIL import Image


@dataclass(frozen=True)
class Work:
    """What is asked for, and the model that says how near a picture is."""

    request: Request
    source: ModelSource
    embedder: Embedder
    on_step: OnStep

    @cached_property
    def towards(self) -> Vectors:
        """Return the vector of the words. Raises UnreadableText."""
        return self.embedder.embed_question(self.request.words)

    def similarity(self, pixels: Pixels) -> float:
        """Return the cosine of a picture and the words, as a search would see it."""
        from PIL import Image

        seen = self.embedder.facts.preprocess(Image.fromarray(pixels))
        return float(self.embedder.embed_photos(np.stack([seen]))[0] @ self.towards)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture."""

    pixels: Pixels  # (size, size, 3)
    steps: int  # how many were taken


def resized(picture: "Image.Image", size: int) -> Pixels:
    """Return a picture as (size, size, 3), its middle where it isn't square."""
    from PIL import ImageOps

    pixels: Pixels = np.asarray(ImageOps.fit(picture.convert("RGB"), (size, size)), np.uint8)
    return pixels
