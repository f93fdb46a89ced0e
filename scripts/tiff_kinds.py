"""Kinds of TIFF that scanners and editors write.

`tiff_files.py` writes each from pixels that are known. What it must show is computed from the pixels that went in
(`tiff_samples.py`), so a reader's mistakes can't hide in it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import random

Pixels = NDArray[np.uint8]  # (height, width, 3), sRGB
PHOTOMETRIC = {
    "white-is-zero": 0,
    "grey": 1,
    "rgb": 2,
    "palette": 3,
    "cmyk": 5,
    "ycbcr": 6,
    "cielab": 8,
    "icclab": 9,
}
DEPTHS = {  # of numbers without a sign
    "white-is-zero": (1, 2, 4, 8, 12, 16, 32),
    "grey": (1, 2, 4, 8, 10, 12, 14, 16, 32),
    "rgb": (2, 4, 8, 10, 12, 16, 32),
    "palette": (1, 2, 4, 8, 16),
    "cmyk": (4, 8, 16),
    "ycbcr": (8,),
    "cielab": (8, 16),
    "icclab": (8, 16),
}
COMPRESSIONS = {"none": 1, "lzw": 5, "deflate": 8, "old-deflate": 32946, "packbits": 32773, "lzma": 34925}
ALPHAS = {"unspecified": 0, "associated": 1, "unassociated": 2}
_LOSSY = {"cielab", "icclab", "ycbcr"}  # they go through another space of colours


@dataclass(frozen=True)
class Kind:
    """One way to write a TIFF."""

    colours: str = "rgb"
    bits: int = 8
    numbers: str = "unsigned"
    alpha: str = ""
    extra_channels: int = 0  # behind colours and alpha, which say nothing of what is seen
    in_planes: bool = False
    compression: str = "none"
    predictor: int = 1
    tile: int = 0  # 0: strips
    rows_per_strip: int = 7
    order: str = "<"
    is_big: bool = False
    reversed_bits: bool = False
    orientation: int = 1
    has_thumbnail: bool = False  # as the first page
    pages_behind: int = 0

    def __str__(self) -> str:
        """Name what is unusual of it."""
        usual = Kind()
        names = [f"{self.colours}-{self.numbers}{self.bits}"]
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            if name not in {"colours", "bits", "numbers"} and value != getattr(usual, name):
                names.append(f"{name}={value}")
        return " ".join(names)


def any_kind(rng: random.Random) -> Kind:
    """Give a kind by chance, among those that are allowed."""
    colours = rng.choice(sorted(DEPTHS))
    kind = Kind(
        colours,
        rng.choice(DEPTHS[colours]),
        in_planes=rng.random() < 0.4,  # noqa: PLR2004 (a share)
        compression=rng.choice(sorted(COMPRESSIONS)),
        tile=rng.choice([0, 0, 16, 32, 48]),
        rows_per_strip=rng.choice([1, 7, 16, 1000]),
        order=rng.choice("<>"),
        is_big=rng.random() < 0.25,  # noqa: PLR2004 (a share)
        reversed_bits=rng.random() < 0.15,  # noqa: PLR2004 (a share)
        orientation=rng.choice([1, 1, 1, *range(2, 9)]),
        has_thumbnail=rng.random() < 0.15,  # noqa: PLR2004 (a share)
        pages_behind=rng.choice([0, 0, 0, 2]),
        extra_channels=rng.choice([0, 0, 0, 0, 1, 2]),
    )
    if colours in {"grey", "white-is-zero", "rgb"} and rng.random() < 0.3:  # noqa: PLR2004 (a share)
        kind = replace(kind, numbers=rng.choice(["signed", "float"]))
        kind = replace(kind, bits=rng.choice([16, 32, 64] if kind.numbers == "float" else [8, 16, 32]))
    if colours != "ycbcr" and kind.bits >= 4 and rng.random() < 0.35:  # noqa: PLR2004 (bits, a share)
        kind = replace(kind, alpha=rng.choice(sorted(ALPHAS)))
    if kind.compression not in {"none", "packbits"} and rng.random() < 0.5:  # noqa: PLR2004 (a share)
        predictor = 3 if kind.numbers == "float" else 2
        kind = replace(kind, predictor=predictor if kind.bits in {8, 16, 32, 64} else 1)
    if colours == "ycbcr":
        kind = replace(kind, in_planes=True)
    return kind


def tolerance(kind: Kind) -> float:
    """Give by how much a right picture may be off, on average, of 255: by what rounding takes."""
    if kind.alpha and kind.bits < 8:  # noqa: PLR2004 (alpha has few steps, too)
        return 8.0
    return 4.0 if kind.colours in _LOSSY else 1.5
