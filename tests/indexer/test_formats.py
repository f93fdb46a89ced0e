import pytest
from PIL import Image

from photoseek.indexer.decode.formats import is_photo_name, sniff
from photoseek.storage.photo_formats import PHOTO_SUFFIXES, RAW_SUFFIXES
from tests.indexer.photos import raw_photo, saved, scene


@pytest.mark.parametrize(
    "name", ["a.jpg", "B.JPEG", "c d/é.HeIc", "x.tar.png", "IMG.CR3", "e.NEF", "f.dng", "g.avif"]
)
def test_photos_are_reported_by_their_names_whatever_the_case(name: str) -> None:
    assert is_photo_name(name)


@pytest.mark.parametrize("name", ["a.mov", "b.jpg.xmp", "c", "", "d.jpg/e", "f.txt", ".jpg", "g.jpg~"])
def test_other_names_promise_no_photo(name: str) -> None:
    assert not is_photo_name(name)


def test_suffixes_are_lower_case_with_a_dot_and_raw_ones_are_among_them() -> None:
    assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in PHOTO_SUFFIXES)
    assert RAW_SUFFIXES < PHOTO_SUFFIXES


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "JPEG2000", "HEIF"])
def test_the_content_tells_its_format_whatever_the_name(kind: str) -> None:
    assert sniff(saved(scene(16, 16), kind), "wrong.name") == kind


def test_each_format_that_is_reported_has_a_reader() -> None:
    Image.init()
    assert {"JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "JPEG2000"} <= set(Image.OPEN)


def test_a_raw_photo_looks_like_a_tiff_so_its_name_decides() -> None:
    assert sniff(raw_photo(), "a.dng") == "RAW"
    assert sniff(raw_photo(), "a.tif") == "TIFF"


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"II*\0\x10\0\0\0CR\2\0", "RAW"),
        (b"II\x1a\0\0\0HEAPCCDR", "RAW"),
        (b"\0\0\0\x18ftypcrx \0\0\0\1crx isom", "RAW"),
        (b"FUJIFILMCCD-RAW 0201", "RAW"),
        (b"IIRO\x08\0\0\0", "RAW"),
        (b"IIU\0\x18\0\0\0", "RAW"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf", "AVIF"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1heicmiaf", "HEIF"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1miaf", "HEIF"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "video"),
        (b"RIFF\0\1\0\0AVI LIST", "video"),
        (b"hello", None),
        (b"", None),
    ],
)
def test_first_bytes_and_brands_tell_the_rest(start: bytes, kind: str | None) -> None:
    assert sniff(start, "x.jpg") == kind
