"""Do two pictures show the same, cell by cell? This proves or refutes what a coarse look proposed.

A copy that was resaved, resized or recoloured differs from its original by one tone curve and a little noise
everywhere. Another document of the same layout, or another frame of a burst, differs much in a few places. So the
tone curve is removed, and the cell that differs most counts, never a mean over all cells: a document in which one
word was replaced agrees with the original in all cells but a few.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Grey = NDArray[np.uint8]  # (height, width), the brightness of an upright picture
_Field = NDArray[np.float32]

# Two pictures with this difference or more are not the same. Copies of 119 photographs and 20 made documents (of
# low quality, a third of the size, in other colours, sharpened) differ by 0.9 at most; documents of one layout
# with other text by 2 at least, and by 1.6 where one word was replaced, seen at 1,024 pixels.
DIFFERENT = 1.0
_CELL = 8  # pixels a side
_NOISE = (
    8.0  # of 255: what compression and resizing leave between two copies in a cell, as a standard deviation
)
_LOOSE = 0.35  # 1 − the correlation of a cell in two copies
_STRUCTURE = 6.0  # of 255: a cell with at least this standard deviation shows something
_LEAST_CELLS = 12  # cells that must show something, or a copy can't be proven
_GAIN = 0.4, 2.5  # range of contrast that a recoloured copy may have overall
_LOCAL_GAIN = 0.6, 1.6  # and in a cell in addition, where other colours have another brightness
_BLACK, _WHITE = 7, 248  # a brightened or darkened copy has lost what lies beyond these
_FEWEST_PIXELS = 50  # needed to fit a tone curve


def grey(picture: Image.Image, long_side: int) -> Grey:
    """Return the brightness of a picture, reduced to at most `long_side` pixels on its longer side."""
    scale = min(1.0, long_side / max(picture.size))
    return _resized(picture.convert("L"), (_scaled(picture.width, scale), _scaled(picture.height, scale)))


def true_to_shape(square: NDArray[np.uint8], size: tuple[int, int]) -> Grey:
    """Return the brightness of a picture of this size (width, height) that was distorted into an RGB square.

    The longer side is at most the square's side.
    """
    scale = min(1.0, len(square) / max(size))
    width, height = (_scaled(side, scale) for side in size)
    return _resized(Image.fromarray(square).convert("L"), (width, height))


def is_same(first: Grey, second: Grey) -> bool:
    """Return whether two pictures of one shape are copies, at the resolution of the smaller."""
    return difference(first, second) < DIFFERENT


def difference(first: Grey, second: Grey) -> float:
    """Return the difference of the cell that differs most; infinite if too few cells show anything."""
    one, other = (field.astype(np.float32) for field in _same_size(first, second))
    # In both directions: the tone curve may have clipped bright parts of either one.
    gain, offset = _tone_curve(one, other)
    one_as_other, other_as_one = gain * one + offset, (other - offset) / gain
    lost = (_is_lost(one_as_other) & _is_lost(other)) | (_is_lost(other_as_one) & _is_lost(one))
    one_as_other = np.where(lost, other, one_as_other)
    one_as_other, other = _smoothed(one_as_other), _smoothed(other)
    found = [_by_cell(one_as_other[shift:, shift:], other[shift:, shift:]) for shift in (0, _CELL // 2)]
    differences, showing = (np.concatenate(parts) for parts in zip(*found, strict=True))
    if np.count_nonzero(showing) < _LEAST_CELLS:
        return np.inf
    return float(differences.max())


def _same_size(first: Grey, second: Grey) -> tuple[Grey, Grey]:
    """Reduce the larger to the size of the smaller; enlarge both if they are smaller than a cell."""
    height, width = (max(_CELL, *sides) for sides in np.minimum(first.shape, second.shape)[:, np.newaxis])
    size = int(width), int(height)
    return _resized(Image.fromarray(first), size), _resized(Image.fromarray(second), size)


def _resized(picture: Image.Image, size: tuple[int, int]) -> Grey:
    how = Image.Resampling.BICUBIC
    return np.asarray(picture if picture.size == size else picture.resize(size, how))


def _scaled(side: int, scale: float) -> int:
    return max(_CELL, round(side * scale))


def _tone_curve(one: _Field, other: _Field) -> tuple[float, float]:
    """Return gain and offset of the line from the brightness of one to that of the other.

    Least squares, repeated twice without the pixels that the last line explained worst.
    """
    gain, offset = 1.0, 0.0
    is_kept = ~(_is_lost(one) | _is_lost(other))
    x, y = one[is_kept], other[is_kept]
    for _ in range(3):
        if len(x) < _FEWEST_PIXELS or x.std() < 1:
            break
        gain = float(np.clip(np.cov(x, y, bias=True)[0, 1] / x.var(), *_GAIN))
        offset = float(np.median(y - gain * x))
        wrong = np.abs(y - gain * x - offset)
        is_kept = wrong <= max(_NOISE / 2, 2 * float(np.median(wrong)))
        x, y = x[is_kept], y[is_kept]
    return gain, offset


def _is_lost(field: _Field) -> NDArray[np.bool_]:
    return (field < _BLACK) | (field > _WHITE)


def _smoothed(field: _Field) -> _Field:
    """Blur by a binomial kernel of three pixels: two ways of resizing differ in the finest detail."""
    for axis in (0, 1):
        numbers = np.arange(field.shape[axis])
        before = field.take(np.maximum(numbers - 1, 0), axis)
        behind = field.take(np.minimum(numbers + 1, len(numbers) - 1), axis)
        field = 0.5 * field + 0.25 * (before + behind)
    return field


def _by_cell(one: _Field, other: _Field) -> tuple[_Field, NDArray[np.bool_]]:
    """Return the difference of each cell, and whether it shows anything.

    It is large only if the cell differs both in shape (correlation) and visibly (residual of a local gain).
    """
    x, y = _cells(one), _cells(other)
    variance, others, shared = (x * x).mean(axis=1), (y * y).mean(axis=1), (x * y).mean(axis=1)
    gain = np.clip(shared / np.maximum(variance, 1e-6), *_LOCAL_GAIN)
    left_over = np.sqrt(np.maximum(others - 2 * gain * shared + gain * gain * variance, 0))
    correlation = shared / np.sqrt(np.maximum(variance * others, 1e-6))
    differs = np.minimum(left_over / _NOISE, (1 - correlation) / _LOOSE)
    return differs, np.sqrt(np.maximum(variance, others)) >= _STRUCTURE


def _cells(field: _Field) -> _Field:
    """Return (n, 64) cells of a field, each minus its mean; incomplete cells at the edges are dropped."""
    rows, columns = (side // _CELL for side in field.shape)
    cut = field[: rows * _CELL, : columns * _CELL].reshape(rows, _CELL, columns, _CELL)
    cells = cut.swapaxes(1, 2).reshape(-1, _CELL * _CELL)
    centred: _Field = cells - cells.mean(axis=1, keepdims=True)
    return centred
