"""What a file says beside its pixels, however damaged or large, costs nobody the photo."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from photoseek.indexer.decode.decode import decode
from photoseek.indexer.errors import UnreadablePhoto
from tests.indexer.photos import exif, saved, scene, shows_scene, swapping_profile

PNG, JPEG = saved(scene(), "PNG"), saved(scene())
LARGE = zlib.compress(b"workflow " * 200_000)
XMP = b"XML:com.adobe.xmp"
DATE = b'<rdf:Description exif:DateTimeOriginal="2019-03-01T10:00:00"/>'
STUBS = {  # side chunks with right checksums, and contents that are malformed or too large
    "gAMA empty": (b"gAMA", b""),
    "cHRM short": (b"cHRM", b"1"),
    "sRGB empty": (b"sRGB", b""),
    "pHYs short": (b"pHYs", b"12"),
    "tRNS short": (b"tRNS", b"1"),
    "zTXt too large": (b"zTXt", b"workflow\0\0" + LARGE),
    "iTXt too large": (b"iTXt", b"prompt\0\1\0\0\0" + LARGE),
    "tEXt too large": (b"tEXt", b"prompt\0" + bytes(3_000_000)),
    "zTXt of no kind": (b"zTXt", b"a\0\7xx"),
    "iTXt damaged": (b"iTXt", b"a\0\1\0xxx"),
    "iCCP too large": (b"iCCP", b"p\0\0" + zlib.compress(bytes(2_000_000))),
    "iCCP of no kind": (b"iCCP", b"p\0\5" + zlib.compress(b"x")),
    "acTL short": (b"acTL", b"1"),
    "fcTL out of turn": (b"fcTL", b"1" * 26),
}


def chunk(name: bytes, data: bytes, wrong: int = 0) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data) ^ wrong)


def with_chunks(chunks: bytes, *, behind: bool = False) -> bytes:
    at = len(PNG) - 12 if behind else 33
    return PNG[:at] + chunks + PNG[at:]


@pytest.mark.parametrize("behind", [False, True], ids=["before the pixels", "behind them"])
@pytest.mark.parametrize(
    "name", [b"pHYs", b"iTXt", b"tIME", b"gAMA", b"tRNS", b"iCCP", b"eXIf", b"acTL", b"prVt"]
)
def test_a_side_chunk_with_a_wrong_checksum_is_passed_over(name: bytes, behind: bool) -> None:  # noqa: FBT001
    assert shows_scene(decode(with_chunks(chunk(name, b"\0" * 9, wrong=1), behind=behind), "a.png"))


@pytest.mark.parametrize("behind", [False, True], ids=["before the pixels", "behind them"])
@pytest.mark.parametrize("stub", STUBS)
def test_a_side_chunk_that_is_malformed_or_large_is_passed_over(stub: str, behind: bool) -> None:  # noqa: FBT001
    assert shows_scene(decode(with_chunks(chunk(*STUBS[stub]), behind=behind), "a.png"))


def test_texts_without_end_are_passed_over() -> None:
    assert shows_scene(decode(with_chunks(chunk(b"tEXt", b"a\0" + b"x" * 900_000) * 80), "a.png"))


def test_a_wrong_checksum_over_the_header_is_still_damage() -> None:
    with pytest.raises(UnreadablePhoto):
        decode(PNG[:29] + b"\0\0\0\0" + PNG[33:], "a.png")


def test_a_profile_of_some_megabytes_is_used() -> None:
    profile = swapping_profile()
    large = (
        struct.pack(">I", len(profile) + 2_000_000) + profile[4:] + np.random.default_rng(1).bytes(2_000_000)
    )
    red = saved(Image.new("RGB", (9, 9), (255, 0, 0)), "PNG")
    content = red[:33] + chunk(b"iCCP", b"p\0\0" + zlib.compress(large)) + red[33:]
    assert np.abs(np.array(decode(content, "a.png").photo.getpixel((4, 4))) - (0, 255, 0)).max() <= 2


@pytest.mark.parametrize(
    "data", [XMP + b"\0\0\0\0\0" + DATE, XMP + b"\0\1\0\0\0" + zlib.compress(DATE + bytes(9**7))]
)
def test_facts_are_read_from_xmp_of_any_size(data: bytes) -> None:
    assert decode(with_chunks(chunk(b"iTXt", data)), "a.png").facts.taken_at == "2019-03-01T10:00:00"


def test_the_facts_of_a_png_stay_beside_a_damaged_chunk() -> None:
    photo = saved(scene(), "PNG", exif=exif({271: "Canon", 272: "EOS"}))
    decoded = decode(photo[:33] + chunk(b"pHYs", b"123456789", wrong=1) + photo[33:], "a.png")
    assert decoded.facts.camera == "Canon EOS"


@pytest.mark.parametrize(
    ("marker", "data"),
    [
        (0xE0, b"JFIF"),
        (0xE0, b"JFIF\0"),
        (0xE1, b"Exif\0\0II"),
        (0xE2, b"ICC_PROFILE\0"),
        (0xE2, b"ICC_PROFILE\0\2\5part"),
        (0xE2, b"MPF\0II*\0\x08\0\0\0\0\0"),
        (0xED, b"Photoshop 3.0\x008BIM\x03\xed\0\0\0\0\0\x03abc"),
        (0xEE, b"Adobe\0"),
    ],
)
def test_a_jpegs_malformed_segments_are_passed_over(marker: int, data: bytes) -> None:
    segment = bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data
    assert shows_scene(decode(JPEG[:2] + segment + JPEG[2:], "a.jpg"))
