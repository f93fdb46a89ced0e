"""Do two pictures show the same, cell by cell? What a coarse look proposes, this proves or refutes.

A copy that was resaved, resized or recoloured differs from its original by one tone curve and by a little noise
everywhere. Another document of the same layout, or another frame of a burst, differs much in a few places. So the
tone curve is taken out, and what counts is the cell that differs most, never a mean over all cells: a document of
which one word was exchanged agrees with the other in all cells but a few.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Grey = NDArray[np.uint8]  # (height, width), the brightness of an upright picture
_Field = NDArray[np.float32]

# From this difference on two pictures are not the same. Copies of 119 photographs and 20 made documents (of low
# quality, a third of the size, in other colours, sharpened) differ by 0.9 at most; documents of one layout with
# other text by 2 at least, and by 1.6 where one word was exchanged, seen at 1,024 pixels.
DIFFERENT = 1.0
_CELL = 8  # pixels a side
_NOISE = (
    8.0  # of 255: what compression and resizing leave between two copies in a cell, as a standard deviation
)
_LOOSE = 0.35  # 1 less the correlation of a cell in two copies
_STRUCTURE = 6.0  # of 255: a cell of at least this deviation shows something
_LEAST_CELLS = 12  # that show something, or there is nothing to prove a copy by
_GAIN = 0.4, 2.5  # of contrast, that a recoloured copy may have over the whole
_LOCAL_GAIN = 0.6, 1.6  # and in a cell besides, where other colours have another brightness
_BLACK, _WHITE = 7, 248  # beyond them a brightened or darkened copy has lost what there was
_FEWEST_PIXELS = 50  # to read a tone curve from


def grey(picture: Image.Image, long_side: int) -> Grey:
    """Give the brightness of a picture, reduced to at most so many pixels on its longer side."""
    scale = min(1.0, long_side / max(picture.size))
    return _resized(picture.convert("L"), (_scaled(picture.width, scale), _scaled(picture.height, scale)))


def true_to_shape(square: NDArray[np.uint8], size: tuple[int, int]) -> Grey:
    """Give the brightness of a picture of this size (width, height) that was squashed into an RGB square.

    The square's side is what the longer side has at most.
    """
    scale = min(1.0, len(square) / max(size))
    width, height = (_scaled(side, scale) for side in size)
    return _resized(Image.fromarray(square).convert("L"), (width, height))


def is_same(first: Grey, second: Grey) -> bool:
    """Tell whether two pictures of one shape are copies of one, at the resolution of the smaller."""
    return difference(first, second) < DIFFERENT


def difference(first: Grey, second: Grey) -> float:
    """Give how much the cell differs that differs most; infinite where too little can be seen to tell."""
    one, other = (field.astype(np.float32) for field in _same_size(first, second))
    # Each way round, for the tone curve may have cut off what is bright in either of the two.
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
    """Reduce the larger to the size of the smaller; what is smaller than a cell is enlarged."""
    height, width = (max(_CELL, *sides) for sides in np.minimum(first.shape, second.shape)[:, np.newaxis])
    size = int(width), int(height)
    return _resized(Image.fromarray(first), size), _resized(Image.fromarray(second), size)


def _resized(picture: Image.Image, size: tuple[int, int]) -> Grey:
    how = Image.Resampling.BICUBIC
    return np.asarray(picture if picture.size == size else picture.resize(size, how))


def _scaled(side: int, scale: float) -> int:
    return max(_CELL, round(side * scale))


def _tone_curve(one: _Field, other: _Field) -> tuple[float, float]:
    """Give gain and offset of the line that leads from the brightness of one to that of the other.

    Least squares, twice again without the pixels that the line before explained worst.
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
    """Give by how much each cell differs, and whether it shows anything.

    Large is only what is both unlike in shape (correlation) and plain to see (what a local gain leaves over).
    """
    x, y = _cells(one), _cells(other)
    variance, others, shared = (x * x).mean(axis=1), (y * y).mean(axis=1), (x * y).mean(axis=1)
    gain = np.clip(shared / np.maximum(variance, 1e-6), *_LOCAL_GAIN)
    left_over = np.sqrt(np.maximum(others - 2 * gain * shared + gain * gain * variance, 0))
    correlation = shared / np.sqrt(np.maximum(variance * others, 1e-6))
    differs = np.minimum(left_over / _NOISE, (1 - correlation) / _LOOSE)
    return differs, np.sqrt(np.maximum(variance, others)) >= _STRUCTURE


def _cells(field: _Field) -> _Field:
    """Cut a field into (n, 64) cells, each less its mean; what is left at the edges falls away."""
    rows, columns = (side // _CELL for side in field.shape)
    cut = field[: rows * _CELL, : columns * _CELL].reshape(rows, _CELL, columns, _CELL)
    cells = cut.swapaxes(1, 2).reshape(-1, _CELL * _CELL)
    centred: _Field = cells - cells.mean(axis=1, keepdims=True)
    return centred
