"""Random views of a picture: what looks right in all of them is no pattern that only fools the model."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

_SMALLEST = 0.5  # of the picture's side
_NOISE = 0.04


@dataclass(frozen=True, slots=True)
class Views:
    """How a picture is looked at: the whole, and random crops, half of them flipped, all with noise."""

    crops: int
    size: int  # what the model sees, pixels a side

    def __call__(self, picture: Tensor, generator: torch.Generator) -> Tensor:
        """Return (1 + crops, 3, size, size) views of a (1, 3, height, width) picture; the first is the whole."""
        seen = [_resized(picture, self.size)]
        height, width = picture.shape[2:]
        for _ in range(self.crops):
            share, across, down, flip = torch.rand(4, generator=generator).tolist()
            part = _SMALLEST + (1 - _SMALLEST) * share
            tall, wide = max(1, round(height * part)), max(1, round(width * part))
            top, left = round((height - tall) * down), round((width - wide) * across)
            view = _resized(picture[:, :, top : top + tall, left : left + wide], self.size)
            seen.append(view.flip(3) if flip < 1 / 2 else view)
        noise = torch.randn((self.crops, 3, self.size, self.size), generator=generator) * _NOISE
        views = torch.cat(seen)
        return torch.cat([views[:1], views[1:] + noise]) if self.crops else views


def _resized(picture: Tensor, size: int) -> Tensor:
    if picture.shape[2:] == (size, size):
        return picture
    # Without `antialias`, a picture larger than the model's square would be seen at single points.
    larger = max(picture.shape[2:]) > size
    return functional.interpolate(
        picture, (size, size), mode="bilinear", align_corners=False, antialias=larger
    )
