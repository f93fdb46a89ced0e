"""TIFFs of every kind that scanners and editors write, each made from pixels that are known.

A writer of its own, after the TIFF 6.0 specification and its supplements, for no library writes all of them. What
a kind must show is computed from the pixels that went in, so a reader's mistakes can't hide in it.
"""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

if TYPE_CHECKING:
    import random

Pixels = NDArray[np.uint8]  # (height, width, 3), sRGB
Numbers = NDArray[Any]
Tags = dict[int, tuple[int, list[int]]]  # tag → its type, its values
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
_FORMATS = {"unsigned": 1, "signed": 2, "float": 3}
_ALPHAS = {"unspecified": 0, "associated": 1, "unassociated": 2}
_TURNS = {  # orientation → what a file of that orientation stores
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
_SIZES = {1: "B", 2: "B", 3: "H", 4: "I", 16: "Q"}
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
        kind = replace(kind, alpha=rng.choice(sorted(_ALPHAS)))
    if kind.compression not in {"none", "packbits"} and rng.random() < 0.5:  # noqa: PLR2004 (a share)
        predictor = 3 if kind.numbers == "float" else 2
        kind = replace(kind, predictor=predictor if kind.bits in {8, 16, 32, 64} else 1)
    if colours == "ycbcr":
        kind = replace(kind, in_planes=True)
    return kind


def written(kind: Kind, pixels: Pixels) -> tuple[bytes, Pixels]:
    """Give the TIFF of some pixels, and what it must show, which has fewer shades where the kind does."""
    samples, shown, palette = _samples(kind, pixels)
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
    extras = ([_ALPHAS[kind.alpha]] if kind.alpha else []) + [0] * kind.extra_channels
    if extras:
        tags[338] = (3, extras)
    if kind.colours == "ycbcr":
        tags[530] = (3, [1, 1])
    stored = _turned(samples, kind.orientation)
    pages = [(tags | _size(kind, stored), _pieces(kind, stored))]
    other = Kind(order=kind.order, is_big=kind.is_big)
    if kind.has_thumbnail:
        pages.insert(0, _other_page(other, 1))
    pages += [_other_page(other, 0) for _ in range(kind.pages_behind)]
    return _file(kind, pages), shown


def tolerance(kind: Kind) -> float:
    """Give by how much a right picture may be off, on average, of 255: by what rounding takes."""
    if kind.alpha and kind.bits < 8:  # noqa: PLR2004 (alpha has few steps, too)
        return 8.0
    return 4.0 if kind.colours in _LOSSY else 1.5


def _samples(kind: Kind, pixels: Pixels) -> tuple[Numbers, Pixels, list[int]]:
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


def _turned(samples: Numbers, orientation: int) -> Numbers:
    if orientation not in _TURNS:
        return samples
    numbered = np.arange(samples[..., 0].size, dtype=np.int32).reshape(samples.shape[:2])
    where = np.asarray(Image.fromarray(numbered).transpose(_TURNS[orientation]))
    turned: Numbers = samples.reshape(-1, samples.shape[2])[where]
    return turned


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
