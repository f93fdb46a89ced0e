"""A JPEG's segments are walked to the end of its photo, whatever the bytes are."""

from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from indexer import jpeg
from tests.indexer.photos import saved, scene

_PHOTO = saved(scene(), "JPEG")


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


def test_a_photo_that_a_browser_cannot_decode_is_not_given() -> None:
    arithmetically_coded = _PHOTO.replace(b"\xff\xc0", b"\xff\xc9", 1)
    assert jpeg.ends(arithmetically_coded)
    assert jpeg.bare(arithmetically_coded) is None


def test_adobes_word_on_the_colours_is_kept() -> None:
    content = saved(Image.new("RGB", (8, 8), (200, 30, 60)), "JPEG", keep_rgb=True)
    assert b"Adobe" in content
    assert jpeg.bare(content) == content
