"""Photos become the very pixels that a model was trained on."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from embedder import Preprocess


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


@pytest.mark.parametrize("side", [(640, 480), (481, 333), (224, 224), (300, 1999)])
@pytest.mark.parametrize("interpolation", ["bicubic", "bilinear"])
def test_crop_gives_the_pixels_that_open_clip_gives(side: tuple[int, int], interpolation: str) -> None:
    open_clip = pytest.importorskip("open_clip")
    transform = open_clip.image_transform(
        224, is_train=False, mean=(0, 0, 0), std=(1, 1, 1), interpolation=interpolation
    )
    photo = _photo(*side)
    theirs = (transform(photo).permute(1, 2, 0).numpy() * 255).round().astype(np.uint8)
    assert np.array_equal(Preprocess(224, "crop", interpolation)(photo), theirs)  # type: ignore[arg-type]
