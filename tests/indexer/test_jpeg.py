"""A JPEG's segments are walked to the end of its photo, whatever the bytes are."""

from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from indexer import jpeg
from tests.indexer.photos import saved, scene

_PHOTO = saved(scene(), "JPEG")


@given(st.binary(max_size=200))
def test_any_bytes_are_a_photo_with_an_end_or_none(content: bytes) -> None:
    content = b"\xff\xd8" + content
    assert (jpeg.bare(content) is not None) == jpeg.ends(content)


@given(st.integers(0, len(_PHOTO) - 1))
def test_a_photo_ends_where_all_of_it_is_there(length: int) -> None:
    assert jpeg.ends(_PHOTO)
    assert not jpeg.ends(_PHOTO[:length])


@given(st.binary(max_size=200))
def test_what_lies_behind_the_photo_is_left_out(more: bytes) -> None:
    assert jpeg.bare(_PHOTO + more) == jpeg.bare(_PHOTO)


def test_adobes_word_on_the_colours_is_kept() -> None:
    content = saved(Image.new("RGB", (8, 8), (200, 30, 60)), "JPEG", keep_rgb=True)
    assert b"Adobe" in content
    assert jpeg.bare(content) == content
