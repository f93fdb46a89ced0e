"""What is trained: two heads that bring the towers' features into one space."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 (its usual name)
from towers import Features

DIMENSION = 512

_HIDDEN = 1024
_DROPOUT = 0.45


class Head(nn.Module):
    """Features to vectors (n, 512), unit length: a line plus one hidden layer, of the first `width` features."""

    mean: Tensor
    scale: Tensor

    def __init__(self, features: Features, width: int) -> None:
        super().__init__()
        features = features[:, :width]
        self.register_buffer("mean", torch.from_numpy(features.mean(0)))
        self.register_buffer("scale", torch.from_numpy(1 / (features.std(0) + 1e-4)))
        self.line = nn.Linear(width, DIMENSION)
        self.curve = nn.Sequential(
            nn.Linear(width, _HIDDEN), nn.GELU(), nn.Dropout(_DROPOUT), nn.Linear(_HIDDEN, DIMENSION)
        )
        self.dropout = nn.Dropout(_DROPOUT)

    def forward(self, features: Tensor) -> Tensor:
        """Return unit vectors."""
        standard = self.dropout((features[:, : len(self.mean)] - self.mean) * self.scale)
        # In floats again: training computes in float16, which is too coarse for a length.
        return F.normalize((self.line(standard) + self.curve(standard)).float(), dim=-1)


class Heads(nn.Module):
    """Both heads, and the temperature and bias that the loss learns."""

    def __init__(self, photos: Features, texts: Features, widths: tuple[int, int]) -> None:
        super().__init__()
        self.photo = Head(photos, widths[0])
        self.text = Head(texts, widths[1])
        self.log_scale = nn.Parameter(torch.tensor(math.log(10.0)))
        self.bias = nn.Parameter(torch.tensor(-10.0))


class Folded(nn.Module):
    """Several heads' vectors side by side, brought down to 512 numbers, unit length."""

    projection: Tensor

    def __init__(self, members: Sequence[Head], projection: Tensor) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)
        self.register_buffer("projection", projection)

    def forward(self, features: Tensor) -> Tensor:
        """Return unit vectors."""
        together = torch.cat([member(features) for member in self.members], dim=-1)
        return F.normalize(together @ self.projection, dim=-1)


@torch.no_grad()  # a tensor of inference mode could not be exported
def folded(trained: Sequence[Heads], photos: Tensor, texts: Tensor) -> tuple[Folded, Folded]:
    """Make one pair of heads of several, whose cosine is nearly the mean of theirs.

    The product of vectors side by side is that mean; kept are the 512 axes along which they reach farthest.
    """
    sides = (("photo", photos), ("text", texts))
    spread = torch.zeros(1)
    for side, features in sides:
        vectors = torch.cat([getattr(heads, side)(features) for heads in trained], dim=-1)
        spread = spread + vectors.T @ vectors / len(vectors)
    axes = torch.linalg.eigh(spread.double()).eigenvectors[:, -DIMENSION:].float()
    photo, text = (Folded([getattr(heads, side) for heads in trained], axes) for side, _ in sides)
    return photo, text
