"""Photos in folders that some patterns leave out."""

from pathlib import Path

import pytest

from tests.indexer.photos import FILLED


@pytest.fixture
def filled(photos: Path, make_photo) -> Path:
    for shade, path in enumerate(FILLED):
        make_photo(photos / path, shade=shade)
    return photos
