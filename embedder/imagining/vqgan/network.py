"""The networks of a VQGAN (Esser et al. 2021, "Taming Transformers"), with that project's names of weights."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

_GROUPS = 32


@dataclass(frozen=True, slots=True)
class Shape:
    """What taming-transformers' configuration calls `ddconfig`, with `n_embed` and `embed_dim`."""

    ch: int  # channels of the largest maps
    ch_mult: tuple[int, ...]  # times as many at each size, from the largest
    num_res_blocks: int
    attn_resolutions: tuple[int, ...]
    resolution: int  # pixels a side that it was trained on
    z_channels: int
    n_embed: int  # codes
    embed_dim: int

    @property
    def factor(self) -> int:
        """Pixels a side for each code."""
        return 1 << (len(self.ch_mult) - 1)


class _Block(nn.Module):
    def __init__(self, given: int, gives: int) -> None:
        super().__init__()
        self.norm1 = _norm(given)
        self.conv1 = nn.Conv2d(given, gives, 3, padding=1)
        self.norm2 = _norm(gives)
        self.conv2 = nn.Conv2d(gives, gives, 3, padding=1)
        if given != gives:
            self.nin_shortcut = nn.Conv2d(given, gives, 1)

    def forward(self, x: Tensor) -> Tensor:
        h = self.conv1(functional.silu(self.norm1(x)))
        h = self.conv2(functional.silu(self.norm2(h)))
        added: Tensor = (self.nin_shortcut(x) if hasattr(self, "nin_shortcut") else x) + h
        return added


class _Attention(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = _norm(channels)
        self.q, self.k, self.v, self.proj_out = (nn.Conv2d(channels, channels, 1) for _ in range(4))

    def forward(self, x: Tensor) -> Tensor:
        h = self.norm(x)
        query, key, value = (part(h).flatten(2).transpose(1, 2) for part in (self.q, self.k, self.v))
        seen = functional.scaled_dot_product_attention(query, key, value)
        attended: Tensor = self.proj_out(seen.transpose(1, 2).reshape(x.shape))
        return x + attended


class _Resample(nn.Module):
    def __init__(self, channels: int, *, halve: bool) -> None:
        super().__init__()
        self.halve = halve
        self.conv = nn.Conv2d(channels, channels, 3, stride=2 if halve else 1, padding=0 if halve else 1)

    def forward(self, x: Tensor) -> Tensor:
        changed: Tensor = self.conv(
            functional.pad(x, (0, 1, 0, 1)) if self.halve else functional.interpolate(x, scale_factor=2.0)
        )
        return changed


class _Level(nn.Module):
    """The blocks of one size, and what brings its maps to the next."""

    def __init__(self, given: int, gives: int, blocks: int, *, attends: bool) -> None:
        super().__init__()
        self.block = nn.ModuleList(_Block(given if not at else gives, gives) for at in range(blocks))
        self.attn = nn.ModuleList(_Attention(gives) for _ in range(blocks if attends else 0))

    def forward(self, x: Tensor) -> Tensor:
        for at, block in enumerate(self.block):
            x = block(x)
            if len(self.attn):
                x = self.attn[at](x)
        for name in ("downsample", "upsample"):
            if hasattr(self, name):
                x = getattr(self, name)(x)
        return x


class _Middle(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.block_1, self.attn_1, self.block_2 = (
            _Block(channels, channels),
            _Attention(channels),
            _Block(channels, channels),
        )

    def forward(self, x: Tensor) -> Tensor:
        middle: Tensor = self.block_2(self.attn_1(self.block_1(x)))
        return middle


class _Encoder(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.conv_in = nn.Conv2d(3, shape.ch, 3, padding=1)
        self.down = nn.ModuleList()
        size, given = shape.resolution, shape.ch
        for at, times in enumerate(shape.ch_mult):
            level = _Level(
                given, shape.ch * times, shape.num_res_blocks, attends=size in shape.attn_resolutions
            )
            given = shape.ch * times
            if at + 1 < len(shape.ch_mult):
                level.downsample = _Resample(given, halve=True)
                size //= 2
            self.down.append(level)
        self.mid = _Middle(given)
        self.norm_out = _norm(given)
        self.conv_out = nn.Conv2d(given, shape.z_channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        h = self.conv_in(x)
        for level in self.down:
            h = level(h)
        seen: Tensor = self.conv_out(functional.silu(self.norm_out(self.mid(h))))
        return seen


class _Decoder(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        given = shape.ch * shape.ch_mult[-1]
        self.conv_in = nn.Conv2d(shape.z_channels, given, 3, padding=1)
        self.mid = _Middle(given)
        levels: list[_Level] = []
        size = shape.resolution // shape.factor
        for at, times in reversed(list(enumerate(shape.ch_mult))):
            level = _Level(
                given, shape.ch * times, shape.num_res_blocks + 1, attends=size in shape.attn_resolutions
            )
            given = shape.ch * times
            if at:
                level.upsample = _Resample(given, halve=False)
                size *= 2
            levels.insert(0, level)  # the project counts them from the largest maps
        self.up = nn.ModuleList(levels)
        self.norm_out = _norm(given)
        self.conv_out = nn.Conv2d(given, 3, 3, padding=1)

    def forward(self, z: Tensor) -> Tensor:
        h = self.mid(self.conv_in(z))
        for level in reversed(list(self.up)):
            h = level(h)
        drawn: Tensor = self.conv_out(functional.silu(self.norm_out(h)))
        return drawn


class _Codebook(nn.Module):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.embedding = nn.Embedding(shape.n_embed, shape.embed_dim)


class Vqgan(nn.Module):
    """From pictures of -1 to 1 to codes, and back."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.encoder, self.decoder, self.quantize = _Encoder(shape), _Decoder(shape), _Codebook(shape)
        self.quant_conv = nn.Conv2d(shape.z_channels, shape.embed_dim, 1)
        self.post_quant_conv = nn.Conv2d(shape.embed_dim, shape.z_channels, 1)

    def encoded(self, pictures: Tensor) -> Tensor:
        """Return (n, embed_dim, height, width) before they become codes."""
        z: Tensor = self.quant_conv(self.encoder(pictures))
        return z

    def nearest(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """Return each place's nearest vector of the codebook, and which one it is."""
        flat = z.movedim(1, -1)
        book = self.quantize.embedding.weight
        far = book.square().sum(1) - 2 * flat @ book.T
        codes = far.argmin(-1)
        return functional.embedding(codes, book).movedim(-1, 1), codes

    def drawn(self, z: Tensor) -> Tensor:
        """Return the pictures of vectors of the codebook, about -1 to 1."""
        pictures: Tensor = self.decoder(self.post_quant_conv(z))
        return pictures


def straight_through(z: Tensor, nearest: Tensor) -> Tensor:
    """Return the nearest vectors; backwards, what reaches them reaches `z` (van den Oord et al. 2017)."""
    return z + (nearest - z).detach()


def _norm(channels: int) -> nn.GroupNorm:
    return nn.GroupNorm(_GROUPS, channels, eps=1e-6)


def random_vqgan(shape: Shape, seed: int = 0) -> Vqgan:
    """Return one that has learnt nothing."""
    torch.manual_seed(seed)
    return Vqgan(shape)
