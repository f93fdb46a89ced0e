"""A writer of TIFFs of every kind, after the TIFF 6.0 specification and its supplements: no library has all."""

from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image
from tiff_kinds import ALPHAS, COMPRESSIONS, PHOTOMETRIC, Kind, Pixels
from tiff_samples import Numbers, samples_of, turned

if TYPE_CHECKING:
    from numpy.typing import NDArray

Tags = dict[int, tuple[int, list[int]]]  # tag → its type, its values
_FORMATS = {"unsigned": 1, "signed": 2, "float": 3}
_SIZES = {1: "B", 2: "B", 3: "H", 4: "I", 16: "Q"}


def written(kind: Kind, pixels: Pixels) -> tuple[bytes, Pixels]:
    """Give the TIFF of some pixels, and what it must show, which has fewer shades where the kind does."""
    samples, shown, palette = samples_of(kind, pixels)
    tags: Tags = {
        258: (3, [kind.bits] * samples.shape[2]),
        259: (3, [COMPRESSIONS[kind.compression]]),
        262: (3, [PHOTOMETRIC[kind.colours]]),
        274: (3, [kind.orientation]),
        277: (3, [samples.shape[2]]),
        284: (3, [2 if kind.in_planes else 1]),
        339: (3, [_FORMATS[kind.numbers]] * samples.shape[2]),
    }
    if kind.reversed_bits:
        tags[266] = (3, [2])
    if kind.predictor > 1:
        tags[317] = (3, [kind.predictor])
    if palette:
        tags[320] = (3, palette)
    extras = ([ALPHAS[kind.alpha]] if kind.alpha else []) + [0] * kind.extra_channels
    if extras:
        tags[338] = (3, extras)
    if kind.colours == "ycbcr":
        tags[530] = (3, [1, 1])
    stored = turned(samples, kind.orientation)
    pages = [(tags | _size(kind, stored), _pieces(kind, stored))]
    other = Kind(order=kind.order, is_big=kind.is_big)
    if kind.has_thumbnail:
        pages.insert(0, _other_page(other, 1))
    pages += [_other_page(other, 0) for _ in range(kind.pages_behind)]
    return _file(kind, pages), shown


def _size(kind: Kind, samples: Numbers) -> Tags:
    tags = {256: (4, [samples.shape[1]]), 257: (4, [samples.shape[0]])}
    if kind.tile:
        return tags | {322: (4, [kind.tile]), 323: (4, [kind.tile])}
    return tags | {278: (4, [kind.rows_per_strip])}


def _pieces(kind: Kind, samples: Numbers) -> list[bytes]:
    """Give the strips or tiles, compressed."""
    height, width, count = samples.shape
    planes = [samples[..., n : n + 1] for n in range(count)] if kind.in_planes else [samples]
    step_down, step_across = (kind.tile, kind.tile) if kind.tile else (kind.rows_per_strip, width)
    pieces = []
    for plane in planes:
        for top in range(0, height, step_down):
            for left in range(0, width, step_across):
                piece = plane[top : top + step_down, left : left + step_across]
                if kind.tile:
                    missing = (kind.tile - piece.shape[0], kind.tile - piece.shape[1])
                    piece = np.pad(piece, ((0, missing[0]), (0, missing[1]), (0, 0)), mode="edge")
                packed = _compressed(kind, _packed(kind, piece))
                if kind.reversed_bits:
                    packed = np.packbits(
                        np.unpackbits(np.frombuffer(packed, np.uint8)), bitorder="little"
                    ).tobytes()
                pieces.append(packed)
    return pieces


def _packed(kind: Kind, piece: Numbers) -> NDArray[np.uint8]:
    """Give the rows of numbers as bytes, (rows, bytes)."""
    rows, columns, count = piece.shape
    if kind.bits in {8, 16, 32, 64}:
        if kind.predictor == 3:  # noqa: PLR2004 (the specification's number)
            size = kind.bits // 8
            each = (
                np.ascontiguousarray(piece.astype(f">f{size}"))
                .view(np.uint8)
                .reshape(rows, columns * count, size)
            )
            spread = each.transpose(0, 2, 1).reshape(rows, size * columns, count)
            return np.diff(spread, axis=1, prepend=np.zeros((rows, 1, count), np.uint8)).reshape(rows, -1)
        if kind.predictor == 2:  # noqa: PLR2004 (likewise)
            piece = np.diff(piece, axis=1, prepend=np.zeros((rows, 1, count), piece.dtype))
        ordered = piece.astype(piece.dtype.newbyteorder("<" if kind.order == "<" else ">"))
        return np.ascontiguousarray(ordered).reshape(rows, -1).view(np.uint8)
    flat = piece.reshape(rows, -1, 1).astype(np.uint32)
    return np.packbits(
        (flat >> np.arange(kind.bits - 1, -1, -1) & 1).astype(np.uint8).reshape(rows, -1), axis=1
    )


def _compressed(kind: Kind, rows: NDArray[np.uint8]) -> bytes:
    raw = rows.tobytes()
    if kind.compression == "none":
        return raw
    if "deflate" in kind.compression:
        return zlib.compress(raw)
    if kind.compression == "lzma":
        import lzma

        return lzma.compress(raw)
    # What packs bytes knows nothing of what they mean: Pillow's libtiff packs them as a grey picture of one strip.
    buffer = io.BytesIO()
    name = {"lzw": "tiff_lzw", "packbits": "packbits"}[kind.compression]
    Image.fromarray(rows).save(buffer, "TIFF", compression=name, strip_size=rows.size)
    whole = buffer.getvalue()
    with Image.open(io.BytesIO(whole)) as picture:
        (at,), (length,) = picture.tag_v2[273], picture.tag_v2[279]  # type: ignore[attr-defined]
    return whole[at : at + length]


def _other_page(kind: Kind, subfile_type: int) -> tuple[Tags, list[bytes]]:
    """Give a small page of one colour, which is not the picture."""
    samples = np.full((8, 8, 3), (0, 255, 0), np.uint8)
    tags = {254: (4, [subfile_type]), 258: (3, [8, 8, 8]), 259: (3, [1]), 262: (3, [2]), 277: (3, [3])}
    return tags | _size(kind, samples), _pieces(kind, samples)


def assembled(kind: Kind, tags: Tags, pieces: list[bytes]) -> bytes:
    """Give the file of one page, of tags (tag → type and values) and the strips or tiles that they describe."""
    return _file(kind, [(tags, pieces)])


def _file(kind: Kind, pages: list[tuple[Tags, list[bytes]]]) -> bytes:
    mark = b"II" if kind.order == "<" else b"MM"
    head = struct.pack(kind.order + "2sHHHQ", mark, 43, 8, 0, 16) if kind.is_big else b""
    content = bytearray(head or struct.pack(kind.order + "2sHI", mark, 42, 8))
    for number, (own, pieces) in enumerate(pages):
        at = len(content)
        places, lengths = (324, 325) if 322 in own else (273, 279)  # noqa: PLR2004 (a tile's width)
        kinds = 16 if kind.is_big else 4
        tags = own | {places: (kinds, [0] * len(pieces)), lengths: (kinds, [len(piece) for piece in pieces])}
        size = len(_directory(kind, tags, at, 0))
        starts = np.cumsum([at + size] + [len(piece) + len(piece) % 2 for piece in pieces]).tolist()
        tags[places] = (kinds, starts[:-1])
        following = starts[-1] if number + 1 < len(pages) else 0
        content += _directory(kind, tags, at, following)
        content += b"".join(piece + bytes(len(piece) % 2) for piece in pieces)
    return bytes(content)


def _directory(kind: Kind, tags: Tags, at: int, following: int) -> bytes:
    count_form, entry_form, inline = ("Q", "HHQ", 8) if kind.is_big else ("H", "HHI", 4)
    word = "Q" if kind.is_big else "I"
    entry_length = struct.calcsize("<" + entry_form) + inline
    behind_at = at + struct.calcsize("<" + count_form) + entry_length * len(tags) + inline
    entries, behind = b"", b""
    for tag, (form, values) in sorted(tags.items()):
        packed = struct.pack(f"{kind.order}{len(values)}{_SIZES[form]}", *values)
        entries += struct.pack(kind.order + entry_form, tag, form, len(values))
        if len(packed) <= inline:
            entries += packed.ljust(inline, b"\0")
        else:
            entries += struct.pack(kind.order + word, behind_at + len(behind))
            behind += packed + bytes(len(packed) % 2)
    count = struct.pack(kind.order + count_form, len(tags))
    return count + entries + struct.pack(kind.order + word, following) + behind
