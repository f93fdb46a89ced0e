"""The samples of a TIFF as they were stored, strip by strip or tile by tile, so that few are in memory at once.

After the TIFF 6.0 specification, its technical notes on predictors, and libtiff where they leave a choice.
"""

import io
import lzma
import struct
import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin

from photoseek.indexer.decode.tiff.layout import (
    DEFLATES,
    FLOAT,
    FLOAT_PREDICTOR,
    LZMA,
    NO_PREDICTOR,
    PACKBITS,
    PLAIN,
    SIGNED,
    Layout,
)
from photoseek.indexer.errors import UnreadablePhoto

Samples = NDArray[Any]  # (rows, columns, samples), in the machine's order of bytes
CUT_SHORT = "the file is cut short: it may still be copying, else restore it from where it came from"
_AT_ONCE = 1 << 22  # samples that become numbers at a time: what is made of them takes several times as much
_LETTERS = {SIGNED: "i", FLOAT: "f"}
_PREDICTED_BITS = frozenset({8, 16, 32, 64})


class Block(NamedTuple):
    """Some rows of a strip or tile, as far as they lie within the picture."""

    top: int
    left: int
    samples: Samples


def blocks(layout: Layout, channels: int) -> Iterator[Block]:
    """Yield the picture's first channels, piece by piece. Raises UnreadablePhoto where some are missing."""
    width, height = layout.block
    across, down = -(-layout.width // width), -(-layout.height // height)
    planes = channels if layout.is_separate else 1
    if len(layout.offsets) < across * down * planes:
        raise UnreadablePhoto(CUT_SHORT)
    cell_rows = layout.cell[1]
    step = max(1, _AT_ONCE // (width * layout.samples * cell_rows)) * cell_rows
    for place in range(across * down):
        top, left = place // across * height, place % across * width
        rows = height if layout.is_tiled else min(height, layout.height - top)
        kept_rows, kept_columns = min(rows, layout.height - top), min(width, layout.width - left)
        stored = [_stored(layout, plane * across * down + place, rows) for plane in range(planes)]
        for first in range(0, kept_rows, step):
            some = slice(first // cell_rows, -(-min(first + step, kept_rows) // cell_rows))
            parts = [_numbers(layout, plane[some]) for plane in stored]
            samples = parts[0] if planes == 1 else np.concatenate(parts, axis=2)
            yield Block(top + first, left, samples[: kept_rows - first, :kept_columns, :channels])


def _row_bytes(layout: Layout) -> int:
    """Return how many bytes a row of a strip or tile takes: each begins with a byte of its own.

    Where a cell of pixels shares one Cb and one Cr, it is a row of such cells.
    """
    across, down = layout.cell
    if layout.cell != (1, 1):
        return -(-layout.block[0] // across) * (across * down + 2)
    return (layout.block[0] * _together(layout) * layout.bits + 7) // 8


def _together(layout: Layout) -> int:
    """Return how many samples of a pixel are stored together."""
    return 1 if layout.is_separate else layout.samples


def _stored(layout: Layout, number: int, rows: int) -> NDArray[np.uint8]:
    """Return the bytes of a strip or tile, no longer compressed: (rows, bytes)."""
    content, width, offset = layout.directory.content, _row_bytes(layout), layout.offsets[number]
    rows = -(-rows // layout.cell[1])
    length = layout.lengths[number] if number < len(layout.lengths) else len(content) - offset
    if layout.compression == PLAIN:  # some programs write lengths that are wrong, and nobody needs them
        length = rows * width
    if offset + length > len(content) or offset == 0:
        raise UnreadablePhoto(CUT_SHORT)
    block = np.frombuffer(content, np.uint8, length, offset)
    if layout.reversed_bits:
        block = np.packbits(np.unpackbits(block, bitorder="little"))
    unpacked = _unpacked(layout.compression, block, rows, width)
    if len(unpacked) < rows * width:
        raise UnreadablePhoto(CUT_SHORT)
    return unpacked[: rows * width].reshape(rows, width)


def _unpacked(compression: int, block: NDArray[np.uint8], rows: int, width: int) -> NDArray[np.uint8]:
    if compression == PLAIN:
        return block
    if compression in DEFLATES:
        return np.frombuffer(zlib.decompressobj().decompress(block.data, rows * width), np.uint8)
    if compression == LZMA:
        return np.frombuffer(lzma.LZMADecompressor().decompress(block.data, rows * width), np.uint8)
    return _by_libtiff(compression, block, rows, width)


def _by_libtiff(compression: int, block: NDArray[np.uint8], rows: int, width: int) -> NDArray[np.uint8]:
    """Have Pillow's libtiff undo a compression: to it, the block is a picture of grey bytes."""
    shape = {
        256: width,
        257: rows,
        258: 8,
        259: compression,
        262: 1,
        273: 0,
        277: 1,
        278: rows,
        279: len(block),
    }
    start = 8 + 2 + 12 * len(shape) + 4
    shape[273] = start
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in shape.items())
    head = struct.pack("<2sHIH", b"II", 42, 8, len(shape)) + entries + bytes(4)
    Image.preinit()
    with TiffImagePlugin.TiffImageFile(io.BytesIO(head + block.tobytes())) as picture:
        return np.asarray(picture).reshape(-1)


def _numbers(layout: Layout, some: NDArray[np.uint8]) -> Samples:
    """Return the samples of some rows."""
    columns, together = layout.block[0], _together(layout)
    is_predicted = layout.predictor != NO_PREDICTOR and layout.compression not in {PLAIN, PACKBITS}
    if is_predicted and layout.predictor == FLOAT_PREDICTOR:
        return _summed_floats(some, columns, together, layout)
    if layout.cell != (1, 1):
        return _out_of_cells(some, layout)
    samples = _as_numbers(some, columns, together, layout)
    return _summed(samples, layout) if is_predicted else samples


def _out_of_cells(some: NDArray[np.uint8], layout: Layout) -> Samples:
    """Return YCbCr of which each cell of pixels has one Cb and one Cr, behind its Ys."""
    across, down = layout.cell
    cells = some.reshape(len(some), -1, across * down + 2)
    rows, columns = len(some) * down, cells.shape[1] * across
    grey = cells[..., :-2].reshape(len(some), -1, down, across).transpose(0, 2, 1, 3).reshape(rows, columns)
    blue, red = (cells[..., at].repeat(down, axis=0).repeat(across, axis=1) for at in (-2, -1))
    return np.stack([grey, blue, red], axis=2)


def _as_numbers(some: NDArray[np.uint8], columns: int, together: int, layout: Layout) -> Samples:
    rows, bits = len(some), layout.bits
    if bits % 8 == 0 and bits != 24:  # noqa: PLR2004 (no type of NumPy has it)
        kind = np.dtype(f"{layout.directory.order}{_LETTERS.get(layout.sample_format, 'u')}{bits // 8}")
        numbers = np.ascontiguousarray(some).view(kind).astype(kind.newbyteorder("="), copy=False)
        return numbers.reshape(rows, columns, together)
    each = np.unpackbits(some, axis=1, count=columns * together * bits).reshape(rows, columns, together, bits)
    samples = np.zeros((rows, columns, together), np.uint8 if bits < 8 else np.uint16)  # noqa: PLR2004 (bits)
    for bit in range(bits):
        samples <<= 1
        samples |= each[..., bit]
    return samples


def _summed(samples: Samples, layout: Layout) -> Samples:
    """Undo predictor 2, which stores the differences of neighbours in a row."""
    if layout.bits not in _PREDICTED_BITS or layout.sample_format == FLOAT:
        raise UnreadablePhoto(_unknown_predictor(layout))
    return np.cumsum(samples, axis=1, dtype=samples.dtype)


def _summed_floats(some: NDArray[np.uint8], columns: int, together: int, layout: Layout) -> Samples:
    """Undo predictor 3: a row's most significant bytes come first, and each byte as a difference."""
    if layout.sample_format != FLOAT:
        raise UnreadablePhoto(_unknown_predictor(layout))
    rows, size = len(some), layout.bits // 8
    each = np.cumsum(some.reshape(rows, size * columns, together), axis=1, dtype=np.uint8)
    planes = each.reshape(rows, size, columns * together).transpose(0, 2, 1)
    numbers = np.ascontiguousarray(planes).view(f">f{size}").astype(f"=f{size}")
    return numbers.reshape(rows, columns, together)


def _unknown_predictor(layout: Layout) -> str:
    return (
        f"this kind of TIFF can't be read (predictor {layout.predictor} for {layout.bits} bits): "
        "export it as JPEG"
    )
