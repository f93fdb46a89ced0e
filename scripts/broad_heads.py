"""Two sides of one space that hold what captions taught and what the photo tower's classifier knows."""

import copy
import math
from collections.abc import Sequence

import torch
from heads import Head
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 (its usual name)

MEANING_WIDTH = 384  # of the text features: the text tower's last layer, which come first


class Knowledge(nn.Module):
    """Photo features to the mean of the class names' text vectors, by how likely each class is, unit length.

    ConSE (Norouzi et al. 2014), over all classes: a photo lies where the names of what it may show lie, and so
    near the names of things that no class is called by.
    """

    read: Tensor  # (features, classes)
    bias: Tensor
    names: Tensor  # (classes, 384) unit length

    def __init__(self, read: Tensor, bias: Tensor, names: Tensor) -> None:
        super().__init__()
        self.classifier = nn.Linear(*read.shape)
        self.names = nn.Parameter(names, requires_grad=False)
        with torch.no_grad():
            self.classifier.weight.copy_(read.T)
            self.classifier.bias.copy_(bias)
        self.requires_grad_(requires_grad=False)

    def forward(self, features: Tensor) -> Tensor:
        """Return (n, 384)."""
        likely = torch.softmax(self.classifier(features), dim=-1)
        return F.normalize(likely @ self.names, dim=-1)


class QueryHead(nn.Module):
    """Text features to the text tower's own sentence vector, (n, 384), unit length."""

    def forward(self, features: Tensor) -> Tensor:
        """Return the means of the last layer's states at length 1."""
        return F.normalize(features[:, :MEANING_WIDTH], dim=-1)


class Side(nn.Module):
    """One side: two heads' vectors and the knowledge of classes beside them, as one unit vector.

    A cosine of two sides is the mean of the heads' cosines and `share` of the knowledge's.
    """

    def __init__(self, heads: Sequence[Head], known: nn.Module, share: float) -> None:
        super().__init__()
        self.heads = nn.ModuleList(heads)
        self.known = known
        self.of_known = math.sqrt(share)
        self.whole = math.sqrt(len(heads) + share)

    def forward(self, features: Tensor) -> Tensor:
        """Return (n, 512 · heads + 384) unit vectors."""
        parts = [head(features) for head in self.heads]
        return torch.cat([*parts, self.of_known * self.known(features)], dim=-1) / self.whole


class Projected(nn.Module):
    """A side brought down to fewer numbers, unit length."""

    projection: Tensor

    def __init__(self, side: Side, projection: Tensor) -> None:
        super().__init__()
        self.side = side
        self.projection = nn.Parameter(projection.contiguous(), requires_grad=False)

    def forward(self, features: Tensor) -> Tensor:
        """Return (n, dimension)."""
        return F.normalize(self.side(features) @ self.projection, dim=-1)


@torch.no_grad()
def projected(
    photo: Side, text: Side, photos: Tensor, texts: Tensor, dimension: int
) -> tuple[Projected, Projected]:
    """Keep the so many axes along which the vectors of photos and of texts reach farthest."""
    spread = torch.zeros(1, dtype=torch.float64)
    for side, features in ((photo, photos), (text, texts)):
        vectors = torch.cat([side(some) for some in torch.split(features, 1024)]).double()
        spread = spread + vectors.T @ vectors / len(vectors)
    axes = torch.linalg.eigh(spread).eigenvectors[:, -dimension:].float()
    return Projected(copy.deepcopy(photo), axes), Projected(copy.deepcopy(text), axes)
