"""The numbers that a TIFF of some kind stores for pixels, and what a reader must show of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

if TYPE_CHECKING:
    from tiff_kinds import Kind, Pixels

Numbers = NDArray[Any]
TURNS = {  # orientation → what a file of that orientation stores
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def samples_of(kind: Kind, pixels: Pixels) -> tuple[Numbers, Pixels, list[int]]:
    """Give the numbers to store, (height, width, channels), what they show, and a palette."""
    palette: list[int] = []
    alpha = np.linspace(0, 1, pixels.shape[1])[None, :, None].repeat(len(pixels), axis=0)
    if kind.colours == "palette":
        colours = Image.fromarray(pixels).quantize(min(256, 2**kind.bits))
        table = np.zeros((2**kind.bits, 3), np.int64)
        own = np.array(colours.getpalette("RGB")).reshape(-1, 3)
        table[: len(own)] = own
        palette = (table.T.reshape(-1) * 257).tolist()
        shares = np.asarray(colours)[..., None] / (2**kind.bits - 1)
        shown = table[np.asarray(colours)].astype(np.float64)
    else:
        shares, shown = _shares(kind, pixels)
    channels = [shares]
    if kind.alpha:
        if kind.alpha == "associated" and kind.colours != "palette":
            channels = [shares * alpha]
            if kind.colours in {"cielab", "icclab"}:  # a* and b* are multiplied as numbers with a sign
                middle = 128 / 255
                channels = [
                    np.concatenate([shares[..., :1] * alpha, (shares[..., 1:] - middle) * alpha + middle], 2)
                ]
        channels.append(alpha)
        if kind.alpha != "unspecified":
            shown = shown * alpha + 255 * (1 - alpha)
    channels += [1 - alpha] * kind.extra_channels
    together = np.concatenate(channels, axis=2)
    return _numbers(kind, together), np.rint(shown).astype(np.uint8), palette


def _shares(kind: Kind, pixels: Pixels) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give each colour as a share of its range, and what is seen of it."""
    most = 2 ** min(kind.bits, 16) - 1
    grey = np.asarray(Image.fromarray(pixels).convert("L"), np.float64)[..., None] / 255
    if kind.colours in {"grey", "white-is-zero"}:
        grey = np.rint(grey * most) / most
        stored = 1 - grey if kind.colours == "white-is-zero" else grey
        return stored, grey.repeat(3, axis=2) * 255
    if kind.colours in {"rgb", "cmyk"}:
        colours = np.rint(pixels / 255 * most) / most
        black = np.zeros_like(grey)
        return colours if kind.colours == "rgb" else np.concatenate([1 - colours, black], 2), colours * 255
    if kind.colours == "ycbcr":
        converted = Image.fromarray(pixels).convert("YCbCr")
        return np.asarray(converted) / 255, np.asarray(converted.convert("RGB"), np.float64)
    srgb = ImageCms.createProfile("sRGB")
    lab = ImageCms.profileToProfile(
        Image.fromarray(pixels), srgb, ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    assert lab is not None  # noqa: S101 (it makes a new picture)
    back = ImageCms.profileToProfile(lab, ImageCms.createProfile("LAB"), srgb, outputMode="RGB")
    raw = np.frombuffer(lab.tobytes(), np.uint8).reshape(pixels.shape) ^ np.array([0, 128, 128], np.uint8)
    return raw / 255, np.asarray(back, np.float64)


def _numbers(kind: Kind, shares: NDArray[np.float64]) -> Numbers:
    numbers: Numbers
    if kind.colours in {"cielab", "icclab"}:
        return _lab_numbers(kind, shares)
    if kind.numbers == "float":
        numbers = shares.astype(f"f{kind.bits // 8}")
        return numbers
    steps = np.rint(shares * (2**kind.bits - 1))
    if kind.numbers == "signed":
        numbers = (steps - 2 ** (kind.bits - 1)).astype(f"i{kind.bits // 8}")
        return numbers
    size = next(size for size in (1, 2, 4) if size * 8 >= kind.bits)
    numbers = steps.astype(f"u{size}")
    return numbers


def _lab_numbers(kind: Kind, shares: NDArray[np.float64]) -> Numbers:
    eight = np.rint(shares * 255).astype(np.int64)
    lab, others = eight[..., :3], eight[..., 3:]
    is_icc = kind.colours == "icclab"
    if kind.bits == 8:  # noqa: PLR2004 (bits)
        lab = lab if is_icc else lab ^ np.array([0, 128, 128])
        return np.concatenate([lab, others], 2).astype(np.uint8)
    lightness = lab[..., :1] * (0xFF00 if is_icc else 0xFFFF) // 255
    opponents = lab[..., 1:] * 256 if is_icc else (lab[..., 1:] - 128) * 256
    return np.concatenate([lightness, opponents, others * 257], 2).astype(np.uint16)


def turned(samples: Numbers, orientation: int) -> Numbers:
    """Give the samples as a file of some orientation stores them."""
    if orientation not in TURNS:
        return samples
    numbered = np.arange(samples[..., 0].size, dtype=np.int32).reshape(samples.shape[:2])
    where = np.asarray(Image.fromarray(numbered).transpose(TURNS[orientation]))
    turned: Numbers = samples.reshape(-1, samples.shape[2])[where]
    return turned
