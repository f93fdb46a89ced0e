"""The samples of a TIFF as an 8-bit picture, in a mode and colours that Pillow knows."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from photoseek.indexer.decode.tiff import tags
from photoseek.indexer.decode.tiff.layout import (
    CIELAB,
    CMYK,
    FLOAT,
    ICCLAB,
    LAB,
    PALETTE,
    RGB,
    SIGNED,
    UNSIGNED,
    WHITE_IS_ZERO,
    YCBCR,
    Layout,
)
from photoseek.indexer.decode.tiff.samples import Samples, blocks
from photoseek.indexer.errors import UnreadablePhoto

_Bytes = NDArray[np.uint8]
_MODES = {RGB: "RGB", PALETTE: "RGB", CMYK: "CMYK", YCBCR: "YCbCr", CIELAB: "LAB", ICCLAB: "LAB"}
_PAPER = {
    "L": (255,),
    "RGB": (255, 255, 255),
    "CMYK": (0, 0, 0, 0),
    "YCbCr": (255, 128, 128),
    "LAB": (255, 128, 128),
}
_WITH_ALPHA = {"L": "LA", "RGB": "RGBA"}
_MOST_BITS_OF_KNOWN_RANGE = 16  # unsigned samples of more bits seldom use all that they can say
_FULL_16_BIT = 65535
_ICC_LAB_WHITE = 0xFF00  # L* = 100 in ICC's 16 bits, of which a* and b* have 256 a unit
# TIFF's a* and b* are signed, ICC's aren't.
_SIGNS, _SIGN_16 = (
    np.array([0, 128, 128], np.uint8),
    np.uint16(1 << 15),
)

_ONLY_LIGHTNESS = np.array([1, 0, 0], np.float32)


class _Range(NamedTuple):
    black: float
    white: float


def picture(layout: Layout) -> Image.Image:
    """Decode a picture as it is stored, in mode L, LA, RGB, RGBA, CMYK, YCbCr or LAB.

    Colours that are multiplied with alpha, and transparent ones other than grey and RGB, lie on white paper.
    Raises UnreadablePhoto.
    """
    mode = _MODES.get(layout.photometric, "L")
    keeps_alpha = layout.alpha is not None and mode in _WITH_ALPHA and not layout.is_premultiplied
    shades = _range(layout)
    palette = _palette(layout) if layout.photometric == PALETTE else None
    shown = np.empty((layout.height, layout.width, len(_PAPER[mode]) + keeps_alpha), np.uint8)
    needed = layout.channels if layout.alpha is None else layout.alpha + 1
    for top, left, samples in blocks(layout, needed):
        colours = _colours(layout, samples[..., : layout.channels], shades, palette)
        alpha = None if layout.alpha is None else _alpha(layout, samples[..., layout.alpha, None], shades)
        if alpha is not None and not keeps_alpha:
            colours = _on_paper(colours, alpha, layout, mode)
        if layout.photometric == WHITE_IS_ZERO:
            colours = 255 - colours
        if alpha is not None and keeps_alpha:
            colours = np.concatenate([colours, alpha], axis=2)
        shown[top : top + samples.shape[0], left : left + samples.shape[1]] = colours
    if keeps_alpha:
        mode = _WITH_ALPHA[mode]
    elif mode == "LAB":
        shown ^= _SIGNS  # which its unpacker takes back
    return Image.frombuffer(mode, (layout.width, layout.height), shown, "raw", mode, 0, 1)


def _colours(layout: Layout, samples: Samples, shades: _Range, palette: _Bytes | None) -> _Bytes:
    if palette is not None:
        indexed: _Bytes = palette[samples[..., 0]]
        return indexed
    if layout.photometric == YCBCR:
        return _whole_range(samples, layout)
    return _lab(samples, layout) if layout.photometric in LAB else _in_8_bits(samples, shades)


def _whole_range(samples: _Bytes, layout: Layout) -> _Bytes:
    """Return YCbCr as in JPEG, from samples that may use only a part of the range, as in video."""
    black_and_white = layout.directory.ratios(tags.BLACK_AND_WHITE)
    if len(black_and_white) != 6 or black_and_white[0] >= black_and_white[1]:  # noqa: PLR2004 (two a channel)
        return samples
    grey = _in_8_bits(samples[..., :1], _Range(*black_and_white[:2]))
    reach = [
        max(1.0, white - zero) * 128 / 127 for zero, white in (black_and_white[2:4], black_and_white[4:6])
    ]
    others = [
        _in_8_bits(samples[..., at, None], _Range(zero - wide, zero + wide * 127 / 128))
        for at, zero, wide in zip((1, 2), black_and_white[2::2], reach, strict=True)
    ]
    return np.concatenate([grey, *others], axis=2)


def _in_8_bits(samples: Samples, shades: _Range) -> _Bytes:
    if samples.dtype == np.uint8 and shades == (0, 255):
        return samples
    wide = samples.astype(np.float32 if samples.itemsize <= 2 else np.float64)  # noqa: PLR2004 (bytes)
    with np.errstate(all="ignore"):  # floats may span more than floats can hold, or be no numbers at all
        np.subtract(wide, shades.black, out=wide)
        np.multiply(wide, 255 / max(shades.white - shades.black, 1e-12), out=wide)
        np.nan_to_num(wide, copy=False, posinf=0.0, neginf=0.0)
    np.clip(wide, 0, 255, out=wide)
    rounded: _Bytes = np.rint(wide, out=wide).astype(np.uint8)
    return rounded


def _range(layout: Layout) -> _Range:
    """Return the values of black and white: of numbers whose white no tag says, by what the picture uses."""
    if layout.sample_format == UNSIGNED and layout.bits <= _MOST_BITS_OF_KNOWN_RANGE:
        return _Range(0, 2**layout.bits - 1)
    darkest, brightest = np.inf, -np.inf
    for _, _, samples in blocks(layout, layout.channels):
        finite = samples[np.isfinite(samples)]
        if finite.size:
            darkest, brightest = min(darkest, float(finite.min())), max(brightest, float(finite.max()))
    if darkest > brightest:  # no number at all
        return _Range(0, 1)
    if darkest < 0:
        least = -(2.0 ** (layout.bits - 1))
        uses_all = layout.sample_format == SIGNED and darkest < least / 2
        return _Range(least, -1 - least) if uses_all else _Range(darkest, brightest)
    white = next((white for white in _likely_whites(layout) if brightest <= white), np.inf)
    is_meant = white <= _FULL_16_BIT or brightest > white / 16
    return _Range(0, white) if is_meant and white < np.inf else _Range(darkest, brightest)


def _likely_whites(layout: Layout) -> list[float]:
    if layout.sample_format == FLOAT:
        return [1, 255, _FULL_16_BIT]
    own = 2**layout.bits - 1 if layout.sample_format == UNSIGNED else 2 ** (layout.bits - 1) - 1
    return sorted(white for white in {255, 2**15 - 1, _FULL_16_BIT, 2**24 - 1, own} if white <= own)


def _alpha(layout: Layout, samples: Samples, shades: _Range) -> _Bytes:
    if layout.sample_format == FLOAT:
        return _in_8_bits(samples, _Range(0, 1))
    if layout.sample_format == UNSIGNED:
        return _in_8_bits(samples, _Range(0, 2**layout.bits - 1))
    least = -(2 ** (layout.bits - 1))
    return _in_8_bits(samples, _Range(least if shades.black == least else 0, -1 - least))


def _palette(layout: Layout) -> _Bytes:
    """Return the colours, (number, 3)."""
    numbers = np.array(layout.directory.integers(tags.COLOUR_MAP), np.uint32)
    if len(numbers) != 3 * 2**layout.bits:
        raise UnreadablePhoto("this kind of TIFF can't be read (its palette is not whole): export it as JPEG")
    if numbers.max() <= 255:  # noqa: PLR2004 (old programs write 8 bits in place of 16)
        numbers *= 257
    return _in_8_bits(numbers.astype(np.uint16).reshape(3, -1).T, _Range(0, _FULL_16_BIT))


def _lab(samples: Samples, layout: Layout) -> _Bytes:
    """Return CIELAB in 8 bits, a* and b* with 128 for none."""
    is_icc = layout.photometric == ICCLAB
    if layout.bits == 8:  # noqa: PLR2004 (bits)
        return samples if is_icc else samples ^ _SIGNS
    lightness = _in_8_bits(samples[..., :1], _Range(0, _ICC_LAB_WHITE if is_icc else _FULL_16_BIT))
    opponents = samples[..., 1:] if is_icc else samples[..., 1:] ^ _SIGN_16
    return np.concatenate([lightness, _in_8_bits(opponents, _Range(0, _ICC_LAB_WHITE))], axis=2)


def _on_paper(colours: _Bytes, alpha: _Bytes, layout: Layout, mode: str) -> _Bytes:
    share = alpha.astype(np.float32) / 255
    paper = np.array((0,) if layout.photometric == WHITE_IS_ZERO else _PAPER[mode], np.float32)
    if not layout.is_premultiplied:
        mixed = colours * share + paper * (1 - share)
    elif mode == "LAB":  # whose a* and b* were multiplied as numbers around zero
        mixed = colours + paper * _ONLY_LIGHTNESS * (1 - share)
    else:
        mixed = colours + paper * (1 - share)
    return np.rint(np.clip(mixed, 0, 255)).astype(np.uint8)
