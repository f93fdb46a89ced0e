"""Photos become the very pixels that a model was trained on."""

import sys
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from photoseek.embedder import Preprocess, resizing


def _photo(width: int, height: int) -> Image.Image:
    pixels = np.random.default_rng(width * 1000 + height).integers(0, 256, (height, width, 3), np.uint8)
    return Image.fromarray(pixels)


@given(
    width=st.integers(1, 90),
    height=st.integers(1, 90),
    resize=st.sampled_from(["squash", "crop"]),
    size=st.integers(1, 40),
)
def test_every_photo_becomes_one_square(width: int, height: int, resize: str, size: int) -> None:
    square = Preprocess(size, resize)(_photo(width, height))  # type: ignore[arg-type]
    assert square.shape == (size, size, 3)
    assert square.dtype == np.uint8


def test_squash_keeps_the_edges_that_crop_cuts_off() -> None:
    photo = Image.new("RGB", (90, 30), "black")
    photo.paste("white", (0, 0, 20, 30))
    assert Preprocess(30, "squash")(photo)[:, 0].mean() > 250
    assert Preprocess(30, "crop")(photo).max() < 10


@pytest.fixture(params=["cykooz_resizer", "Pillow alone"])
def _by(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if request.param == "Pillow alone":
        monkeypatch.setitem(sys.modules, "cykooz_resizer", None)
    else:
        pytest.importorskip("cykooz_resizer", reason="it is not built for this processor")
    resizing._fast.cache_clear()
    yield
    resizing._fast.cache_clear()


@pytest.mark.slow
@pytest.mark.usefixtures("_by")
@pytest.mark.parametrize("side", [(640, 480), (481, 333), (224, 224)])
@pytest.mark.parametrize("interpolation", ["bicubic", "bilinear"])
def test_crop_gives_the_pixels_that_open_clip_gives(side: tuple[int, int], interpolation: str) -> None:
    open_clip = pytest.importorskip("open_clip")
    transform = open_clip.image_transform(
        224, is_train=False, mean=(0, 0, 0), std=(1, 1, 1), interpolation=interpolation
    )
    photo = _photo(*side)
    theirs = (transform(photo).permute(1, 2, 0).numpy() * 255).round().astype(int)
    assert np.abs(Preprocess(224, "crop", interpolation)(photo) - theirs).max() <= 2  # type: ignore[arg-type]


@pytest.mark.usefixtures("_by")
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    width=st.integers(1, 300),
    height=st.integers(1, 300),
    size=st.integers(1, 90),
    resize=st.sampled_from(["squash", "crop"]),
)
def test_rows_are_resized_before_columns_as_pillow_does(
    width: int, height: int, size: int, resize: str
) -> None:
    preprocess = Preprocess(size, resize)  # type: ignore[arg-type]
    photo = _photo(width, height)
    left, top, right, bottom = preprocess._box(photo.size)
    rows = photo.resize((size, height), Image.Resampling.BICUBIC, (left, 0, right, height))
    theirs = rows.resize((size, size), Image.Resampling.BICUBIC, (0, top, size, bottom))
    assert np.abs(preprocess(photo) - np.asarray(theirs).astype(int)).max() <= 2


def test_a_strip_of_a_photo_is_never_made_larger_than_it_has_to_be() -> None:
    strip = Image.new("RGB", (60_000, 2), "red")  # resized whole before it is cropped, it would take 9 GB
    assert (Preprocess(300, "crop")(strip) == (255, 0, 0)).all()
