"""What a photo looks like at a glance is the same numbers on every machine: libraries are carried between them."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from embedder import resizing
from indexer.look import SIDE, look


@pytest.mark.parametrize("by", ["package", "pillow"])
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(width=st.integers(1, 700), height=st.integers(1, 700), seed=st.integers(0, 99))
def test_each_cell_is_the_mean_brightness_of_its_part(
    monkeypatch: pytest.MonkeyPatch, by: str, width: int, height: int, seed: int
) -> None:
    if by == "pillow":
        monkeypatch.setattr(resizing, "_fast", lambda: None)
    shapes = np.random.default_rng(seed).integers(0, 256, (5, 4, 3), np.uint8)
    photo = Image.fromarray(shapes).resize((width, height), Image.Resampling.BICUBIC)
    cells = np.frombuffer(look(photo), np.uint8).astype(int)
    expected = photo.convert("L").resize((SIDE, SIDE), Image.Resampling.BOX)
    assert np.abs(cells - np.asarray(expected).ravel()).max() <= 1
