"""From a photo to the square of pixels that a model was trained on."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from photoseek.embedder.resizing import Box, Interpolation, resized

if TYPE_CHECKING:
    from PIL import Image

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Preprocess:
    """How a model wants its photos; plain data, so that a decoding worker can carry it."""

    size: int  # pixels a side
    resize: Literal["squash", "crop"]  # the whole photo, distorted; or its middle, true to shape
    interpolation: Interpolation = "bicubic"

    def seen(self, size: tuple[int, int]) -> tuple[int, int, int, int]:
        """Return the box (left, top, right, bottom) of a photo of this size, in pixels, that the model sees."""
        if self.resize == "squash":
            return 0, 0, *size
        shorter = min(size)
        left, top = ((side - shorter) // 2 for side in size)
        return left, top, left + shorter, top + shorter

    def __call__(self, photo: "Image.Image") -> Pixels:
        """Return an upright RGB photo as (size, size, 3) uint8."""
        return np.asarray(resized(photo, self._box(photo.size), self.size, self.interpolation))

    def _box(self, size: tuple[int, int]) -> Box:
        """Return what of a photo becomes the square, where the whole would be resized first and then cropped."""
        if self.resize == "squash":
            return 0, 0, *size
        shorter = min(size)
        # Truncated and rounded as torchvision's Resize and CenterCrop do: a pixel's shift moves the vector.
        scaled = [int(self.size * side / shorter) for side in size]
        before = [round((side - self.size) / 2) for side in scaled]
        left, top = (cut * side / of for cut, side, of in zip(before, size, scaled, strict=True))
        width, height = (self.size * side / of for side, of in zip(size, scaled, strict=True))
        return left, top, min(left + width, size[0]), min(top + height, size[1])
