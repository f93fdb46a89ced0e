"""A file is decoded no larger than its thumbnail and the model need."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from embedder import Preprocess
from indexer.outcomes import Prepared, Task
from indexer.prepare import preparer
from storage import LONG_SIDE, Library, Root, Stamp


@pytest.mark.parametrize("size", [(4000, 3000), (3000, 4000)])
def test_a_large_photo_fills_its_thumbnail_and_the_models_square(
    library: Library, photos: Path, make_photo, size: tuple[int, int]
) -> None:
    status = make_photo(photos / "red.jpg", size=size).stat()
    task = Task(Root(1, str(photos)), "red.jpg", Stamp.of(status))
    prepared = preparer(Preprocess(260, "squash"), set(), library.thumbnails)(task)
    assert isinstance(prepared, Prepared)
    assert (prepared.facts.width, prepared.facts.height) == size
    assert prepared.pixels.shape == (260, 260, 3)
    assert np.ptp(prepared.pixels, axis=(0, 1)).max() < 40
    with Image.open(library.thumbnails.path(prepared.content_hash)) as thumbnail:
        assert max(thumbnail.size) >= 0.95 * LONG_SIDE
