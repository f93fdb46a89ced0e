"""What is trained: two heads that bring the towers' features into one space."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 (its usual name)
from towers import Features

DIMENSION = 512

_HIDDEN = 1024
_DROPOUT = 0.45


class Head(nn.Module):
    """Features (n, width) to vectors (n, 512), unit length: a line plus one hidden layer."""

    mean: Tensor
    scale: Tensor

    def __init__(self, features: Features) -> None:
        super().__init__()
        width = features.shape[1]
        self.register_buffer("mean", torch.from_numpy(features.mean(0)))
        self.register_buffer("scale", torch.from_numpy(1 / (features.std(0) + 1e-4)))
        self.line = nn.Linear(width, DIMENSION)
        self.curve = nn.Sequential(
            nn.Linear(width, _HIDDEN), nn.GELU(), nn.Dropout(_DROPOUT), nn.Linear(_HIDDEN, DIMENSION)
        )
        self.dropout = nn.Dropout(_DROPOUT)

    def forward(self, features: Tensor) -> Tensor:
        """Give unit vectors."""
        standard = self.dropout((features - self.mean) * self.scale)
        return F.normalize(self.line(standard) + self.curve(standard), dim=-1)


class Heads(nn.Module):
    """Both heads, and the temperature and bias that the loss learns."""

    def __init__(self, photos: Features, texts: Features) -> None:
        super().__init__()
        self.photo = Head(photos)
        self.text = Head(texts)
        self.log_scale = nn.Parameter(torch.tensor(math.log(10.0)))
        self.bias = nn.Parameter(torch.tensor(-10.0))
