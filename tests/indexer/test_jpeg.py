"""A JPEG's segments are walked to the end of its photo, whatever the bytes are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from photoseek.indexer.decode import jpeg
from tests.indexer.photos import saved, scene

_PHOTO = saved(scene(), "JPEG")
_TABLE = b"\xff\xdb"  # the marker before the first of its tables


@given(st.binary(max_size=200))
def test_of_any_bytes_a_photo_with_an_end_is_given_or_none(content: bytes) -> None:
    bare = jpeg.bare(b"\xff\xd8" + content)
    assert bare is None or (jpeg.ends(bare) and jpeg.bare(bare) == bare)


@given(st.integers(0, len(_PHOTO) - 1))
def test_a_photo_ends_where_all_of_it_is_there(length: int) -> None:
    assert jpeg.ends(_PHOTO)
    assert not jpeg.ends(_PHOTO[:length])


@given(st.binary(max_size=200))
def test_what_lies_behind_the_photo_is_left_out(more: bytes) -> None:
    assert jpeg.bare(_PHOTO + more) == jpeg.bare(_PHOTO)


def _with(marker: int, said: bytes) -> bytes:
    segment = bytes([0xFF, marker]) + (len(said) + 2).to_bytes(2, "big") + said
    return _PHOTO.replace(_TABLE, segment + _TABLE, 1)


@pytest.mark.parametrize("marker", [*range(0xE0, 0xF0), 0xFE])
def test_whatever_is_said_about_a_photo_is_left_out(marker: int) -> None:
    assert jpeg.bare(_with(marker, b"who took it")) == jpeg.bare(_PHOTO) == _PHOTO


@pytest.mark.parametrize(
    ("marker", "said"),
    [
        (0xE0, b"JFIF\0\1\1\0\0\1\0\1\1\1\xff\0\0"),  # with a picture of one pixel
        (0xEE, b"Adobe\0d\0\0\0\0\1 and who took it"),
        (0xC9, b"an arithmetically coded frame, which no browser decodes"),
        (0xDC, b"a height, and who took it"),
        (0x00, b"what a decoder skips, byte by byte"),
    ],
)
def test_what_might_say_something_and_be_needed_makes_it_none(marker: int, said: bytes) -> None:
    assert jpeg.ends(_with(marker, said))
    assert jpeg.bare(_with(marker, said)) is None


def test_fill_bytes_and_restarts_belong_to_the_photo() -> None:
    filled = _PHOTO.replace(_TABLE, b"\xff\xff" + _TABLE, 1)
    assert jpeg.bare(filled) == _PHOTO
    restarted = saved(scene(), "JPEG", restart_marker_rows=1)
    assert b"\xff\xd1" in restarted
    assert jpeg.ends(restarted)
    assert jpeg.bare(restarted) == restarted


def test_adobes_word_on_the_colours_is_kept() -> None:
    content = saved(Image.new("RGB", (8, 8), (200, 30, 60)), "JPEG", keep_rgb=True)
    assert b"Adobe" in content
    assert jpeg.bare(content) == content
