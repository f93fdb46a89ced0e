"""A transformer over one stream: pieces of a text, then a picture's codes (Ramesh et al. 2021, "DALL·E").

Unlike there, only codes are predicted: nothing here asks for a text.
"""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

_WIDER = 4  # times, between the two layers of each block
_DEVIATION = 0.02


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a network is."""

    words: int  # pieces of text that it knows, with `words.NOTHING` and `words.UNKNOWN`
    codes: int  # of the VQGAN
    side: int  # codes a side of a picture
    text: int = 32  # pieces of a text that are read; the rest is cut off
    width: int = 256
    depth: int = 8
    heads: int = 4

    @property
    def places(self) -> int:
        """Codes of a picture."""
        return self.side * self.side


class Kept(NamedTuple):
    """What a block has computed of the stream so far: (n, heads, so far, width / heads) each."""

    keys: Tensor
    values: Tensor


class _Block(nn.Module):
    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        width = shape.width
        self.heads, self.dropout = shape.heads, dropout
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.seen, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.wide, self.narrow = nn.Linear(width, _WIDER * width), nn.Linear(_WIDER * width, width)

    def forward(self, x: Tensor, kept: Kept | None) -> tuple[Tensor, Kept]:
        """Return what comes of the next part of the stream; it sees itself and what was kept."""
        apart = self.seen(self.norm1(x)).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        query, keys, values = apart.unbind()
        if kept is not None:
            keys, values = torch.cat([kept.keys, keys], 2), torch.cat([kept.values, values], 2)
        # No dropout in attention: with it, torch on a CPU takes another way, twice as long.
        attended = functional.scaled_dot_product_attention(query, keys, values, is_causal=kept is None)
        x = x + functional.dropout(self.out(attended.transpose(1, 2).flatten(2)), self.dropout, self.training)
        wide = functional.gelu(self.wide(self.norm2(x)))
        return x + functional.dropout(self.narrow(wide), self.dropout, self.training), Kept(keys, values)


class Tokens(nn.Module):
    """From a text and the codes so far to how likely each next code is."""

    def __init__(self, shape: Shape, dropout: float = 0.0) -> None:
        super().__init__()
        self.shape = shape
        width = shape.width
        self.words, self.text_places = nn.Embedding(shape.words, width), nn.Embedding(shape.text, width)
        self.codes = nn.Embedding(shape.codes, width)
        self.rows, self.columns = nn.Embedding(shape.side, width), nn.Embedding(shape.side, width)
        self.blocks = nn.ModuleList(_Block(shape, dropout) for _ in range(shape.depth))
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, shape.codes)
        for name, weights in self.named_parameters():
            if weights.ndim > 1:
                nn.init.normal_(weights, std=_DEVIATION)
            elif name.endswith("bias"):
                nn.init.zeros_(weights)

    def forward(self, text: Tensor, codes: Tensor) -> Tensor:
        """Return (n, codes given + 1, codes) logits: of the first code, then of the one after each given."""
        logits, _ = self.begun(text, codes)
        return logits

    def begun(self, text: Tensor, codes: Tensor) -> tuple[Tensor, list[Kept]]:
        """Return the same, and what `next_to` goes on from; (n, `shape.text`) pieces and (n, some) codes."""
        read = self.words(text) + self.text_places.weight
        return self._through(torch.cat([read, self._placed(codes, 0)], 1), None, self.shape.text - 1)

    def next_to(self, codes: Tensor, place: int, kept: list[Kept]) -> tuple[Tensor, list[Kept]]:
        """Return (n, 1, codes) logits of what follows the (n, 1) codes at a place, all before which is kept."""
        return self._through(self._placed(codes, place), kept, 0)

    def _through(self, x: Tensor, kept: list[Kept] | None, first: int) -> tuple[Tensor, list[Kept]]:
        keeping = []
        for number, block in enumerate(self.blocks):
            x, of_block = block(x, None if kept is None else kept[number])
            keeping.append(of_block)
        logits: Tensor = self.head(self.norm(x[:, first:]))
        return logits, keeping

    def _placed(self, codes: Tensor, first: int) -> Tensor:
        places = torch.arange(first, first + codes.shape[1], device=codes.device)
        placed: Tensor = (
            self.codes(codes) + self.rows(places // self.shape.side) + self.columns(places % self.shape.side)
        )
        return placed
