"""A prior as DALL·E 2 has (Ramesh et al. 2022): from a text's vector to where its photo's lies."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from photoseek.embedder import Embedder, Pixels, Vectors, unit_length

_WIDTH = 1024


class Network(nn.Module):
    """One that leaves a text where it is until it has learnt something."""

    def __init__(self, dimension: int) -> None:
        super().__init__()
        self.first, self.last = nn.Linear(dimension, _WIDTH), nn.Linear(_WIDTH, dimension)
        self.dropout = nn.Dropout(0.3)
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)

    def forward(self, texts: Tensor) -> Tensor:
        """Return (n, dimension) unit vectors."""
        inner = self.dropout(functional.gelu(self.first(texts)))
        return functional.normalize(texts + self.last(inner))


@dataclass(frozen=True, slots=True)
class Prior:
    """A network, and how far it is followed."""

    network: nn.Module
    share: float
    about: str = ""

    def moved(self, texts: Vectors) -> Vectors:
        """Return unit vectors nearer to where the photos of some texts lie."""
        with torch.inference_mode():
            towards = self.network(torch.from_numpy(texts)).numpy()
        return unit_length((1 - self.share) * texts + self.share * towards)


def load_prior(file: Path) -> Prior:
    """Read what `--out` kept, to be followed all the way."""
    kept = torch.load(file, weights_only=True)
    network = Network(len(kept["last.bias"]))
    network.load_state_dict(kept)
    return Prior(network.eval(), 1.0)


class MovedEmbedder(Embedder):
    """A model whose texts are moved."""

    def __init__(self, embedder: Embedder, prior: Prior) -> None:
        super().__init__(embedder.facts)
        self._embedder, self._prior = embedder, prior

    def embed_photos(self, batch: Pixels) -> Vectors:
        """Embed photos as the model does."""
        return self._embedder.embed_photos(batch)

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        """Embed texts, and move them."""
        return self._prior.moved(self._embedder.embed_texts(texts))
