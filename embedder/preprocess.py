"""From a photo to the square of pixels that a model was trained on."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL import Image

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Preprocess:
    """How a model wants its photos; plain data, so that a decoding worker can carry it."""

    size: int  # pixels a side
    resize: Literal["squash", "crop"]  # the whole photo, distorted; or its middle, true to shape
    interpolation: Literal["bicubic", "bilinear"] = "bicubic"

    def seen(self, size: tuple[int, int]) -> tuple[int, int, int, int]:
        """Give the box (left, top, right, bottom) of a photo of this size, in pixels, that the model sees."""
        if self.resize == "squash":
            return 0, 0, *size
        shorter = min(size)
        left, top = ((side - shorter) // 2 for side in size)
        return left, top, left + shorter, top + shorter

    def __call__(self, photo: "Image.Image") -> Pixels:
        """Give an upright RGB photo as (size, size, 3) uint8."""
        from PIL import Image  # a question has no pixels

        resampling = Image.Resampling[self.interpolation.upper()]
        if self.resize == "squash":
            return np.asarray(photo.resize((self.size, self.size), resampling))
        width, height = photo.size
        shorter = min(width, height)
        # Truncated and rounded as torchvision's Resize and CenterCrop do: a pixel's shift moves the vector.
        scaled = int(self.size * width / shorter), int(self.size * height / shorter)
        left, top = (round((side - self.size) / 2) for side in scaled)
        resized = photo.resize(scaled, resampling)
        return np.asarray(resized.crop((left, top, left + self.size, top + self.size)))
