"""A TIFF of any kind shows the pixels that it was made from, or is refused with a reason."""

import io
import random
import struct

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from tiff_files import assembled, written
from tiff_kinds import COMPRESSIONS, Kind, Pixels, any_kind, tolerance

from photoseek.indexer.decode.decode import decode
from photoseek.indexer.errors import UnreadablePhoto
from tests.indexer.photos import exif, saved, scene, swapping_profile

PIXELS = np.asarray(scene(61, 45))
KINDS = [
    *(Kind("rgb", 16, in_planes=True, compression=name) for name in COMPRESSIONS),
    *(Kind("white-is-zero", bits) for bits in (1, 2, 4, 8, 12, 16, 32)),
    *(Kind("rgb", bits, in_planes=True, tile=16) for bits in (4, 8, 16, 32)),
    *(Kind("rgb", bits, "float", compression="deflate", predictor=3) for bits in (16, 32, 64)),
    *(Kind("grey", bits, "signed", order=">") for bits in (8, 16, 32)),
    *(Kind("palette", bits) for bits in (1, 4, 8, 16)),
    *(
        Kind(colours, 16, alpha=alpha)
        for colours in ("grey", "rgb", "cmyk")
        for alpha in ("associated", "unassociated")
    ),
    *(Kind(colours, bits) for colours in ("cielab", "icclab") for bits in (8, 16)),
    *(Kind("rgb", 8, orientation=orientation, tile=32) for orientation in range(1, 9)),
    *(Kind("rgb", 16, order=order, is_big=True, predictor=2, compression="lzw") for order in "<>"),
    Kind("grey", 8, reversed_bits=True),
    Kind("rgb", 8, has_thumbnail=True, pages_behind=2),
    Kind("white-is-zero", 16, alpha="associated"),
    Kind("rgb", 8, extra_channels=2),
    Kind("ycbcr", 8, in_planes=True),
]


def shown(content: bytes) -> Pixels:
    return np.asarray(decode(content, "scan.tif").photo)


def error(content: bytes, right: Pixels) -> float:
    """Return how far the picture is off, on average, of 255."""
    return float(np.abs(shown(content).astype(int) - right).mean())


def reason_for(content: bytes) -> str:
    with pytest.raises(UnreadablePhoto) as caught:
        decode(content, "scan.tif")
    return str(caught.value)


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_each_kind_of_tiff_shows_the_pixels_that_it_was_made_from(kind: Kind) -> None:
    content, right = written(kind, PIXELS)
    assert error(content, right) <= tolerance(kind)


@given(seed=st.integers(0, 2**32))
@settings(max_examples=100, deadline=None)
def test_any_mixture_of_kinds_does_too(seed: int) -> None:
    kind = any_kind(random.Random(seed))  # noqa: S311 (chance, not secrecy)
    content, right = written(kind, PIXELS)
    assert error(content, right) <= tolerance(kind)


@given(seed=st.integers(0, 2**32), share=st.floats(0.02, 0.98))
@settings(max_examples=40, deadline=None)
def test_a_tiff_cut_short_is_never_shown_as_another_picture(seed: int, share: float) -> None:
    kind = any_kind(random.Random(seed))  # noqa: S311 (chance, not secrecy)
    content, right = written(kind, PIXELS)
    try:
        off = error(content[: int(len(content) * share)], right)
    except UnreadablePhoto:
        return
    assert off <= tolerance(kind)  # what was cut off lay behind the picture


@pytest.mark.parametrize(
    ("numbers", "options"),
    [
        (
            np.moveaxis(PIXELS, 2, 0).astype(np.uint16) * 257,
            {"photometric": "rgb", "planarconfig": "separate"},
        ),
        (PIXELS.astype(np.uint16) * 257, {"photometric": "rgb", "bigtiff": True, "tile": (16, 32)}),
        (PIXELS.astype(np.float32) / 255, {"photometric": "rgb", "compression": "zlib"}),
        (PIXELS, {"photometric": "rgb", "byteorder": ">", "compression": "zlib", "predictor": True}),
    ],
)
def test_files_of_another_writer_are_read_alike(numbers: np.ndarray, options: dict[str, object]) -> None:
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, numbers.copy(), **options)
    assert error(buffer.getvalue(), PIXELS) <= 1


@pytest.mark.parametrize("compression", ["raw", "group3", "group4", "tiff_ccitt", "packbits", "tiff_lzw"])
@pytest.mark.parametrize("photometric", [0, 1])
def test_one_bit_is_read_whichever_is_white(compression: str, photometric: int) -> None:
    photo = scene().convert("1")
    content = saved(photo, "TIFF", compression=compression, tiffinfo={262: photometric})
    assert error(content, np.asarray(photo.convert("RGB"))) == 0


@pytest.mark.parametrize("mode", ["L", "RGB", "YCbCr", "CMYK"])
def test_jpegs_within_tiffs_are_read(mode: str) -> None:
    photo = scene().convert(mode)
    assert error(saved(photo, "TIFF", compression="jpeg", quality=95), np.asarray(photo.convert("RGB"))) <= 1


@pytest.mark.parametrize("cell", [(1, 1), (2, 1), (2, 2), (4, 2), (1, 2)])
def test_ycbcr_whose_pixels_share_colours_is_read(cell: tuple[int, int]) -> None:
    across, down = cell
    photo = scene().convert("YCbCr")
    numbers = np.asarray(photo)
    cells = numbers.reshape(160 // down, down, 240 // across, across, 3).transpose(0, 2, 1, 3, 4)
    colours = cells[..., 1:].mean(axis=(2, 3)).astype(np.uint8)
    packed = np.concatenate([cells[..., 0].reshape(*cells.shape[:2], -1), colours], axis=2).tobytes()
    tags = _tags((8, 8, 8), 1, 6) | {530: (3, list(cell))}
    assert error(assembled(Kind(), tags, [packed]), np.asarray(photo.convert("RGB"))) <= 1


def test_what_nobody_here_reads_right_is_refused_rather_than_garbled() -> None:
    plane = saved(scene().getchannel("R"), quality=95)
    in_planes = assembled(Kind(), _tags((8, 8, 8), 7, 2) | {284: (3, [2])}, [plane] * 3)
    assert "compression is of kind 7" in reason_for(in_planes)
    adobes = assembled(Kind(), _tags((8,) * 4, 7, 5), [saved(scene().convert("CMYK"))])
    assert "backwards" in reason_for(adobes)
    uneven = assembled(Kind(), _tags((5, 6, 5), 1, 2), [bytes(240 * 160 * 2)])
    assert "different depths" in reason_for(uneven)
    no_such_ink = assembled(Kind(), _tags((8,) * 4, 1, 5) | {332: (3, [2])}, [bytes(240 * 160 * 4)])
    assert "inks are not" in reason_for(no_such_ink)
    complex_numbers = assembled(Kind(), _tags((64,), 1, 1) | {339: (3, [6])}, [bytes(240 * 160 * 8)])
    assert "64 bits" in reason_for(complex_numbers)
    for content in (in_planes, adobes, uneven, no_such_ink, complex_numbers):
        assert "this kind of TIFF can't be read" in reason_for(content)


def test_a_tile_that_claims_more_than_the_picture_is_refused() -> None:
    kind = Kind("rgb", 8, tile=16, compression="lzw")
    content = written(kind, PIXELS)[0].replace(
        struct.pack("<HHII", 322, 4, 1, 16), struct.pack("<HHII", 322, 4, 1, 2**31)
    )
    assert "its tiles have" in reason_for(content)


def test_a_tiffs_own_facts_and_profile_are_kept() -> None:
    facts = exif({271: "Nikon", 272: "Coolscan"}, {36867: "1999:08:11 11:30:00"}).tobytes()
    decoded = decode(
        saved(Image.new("RGB", (9, 9), "red"), "TIFF", exif=facts, icc_profile=swapping_profile()), "a"
    )
    assert (decoded.facts.camera, decoded.facts.taken_at) == ("Nikon Coolscan", "1999-08-11T11:30:00")
    assert np.abs(np.array(decoded.photo.getpixel((4, 4))) - (0, 255, 0)).max() <= 2


def _tags(bits: tuple[int, ...], compression: int, photometric: int) -> dict[int, tuple[int, list[int]]]:
    """Return the tags of a picture of 240 x 160 pixels in one strip."""
    return {
        256: (4, [240]),
        257: (4, [160]),
        258: (3, list(bits)),
        259: (3, [compression]),
        262: (3, [photometric]),
        277: (3, [len(bits)]),
        278: (4, [160]),
        284: (3, [1]),
    }
