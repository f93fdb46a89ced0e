"""What many questions are asked of: four photos of each of five colours."""

from pathlib import Path

import pytest

from photoseek.indexer import Run, index

COLOURS = ("red", "green", "blue", "white", "black")


@pytest.fixture
def coloured(run: Run, photos: Path, make_photo) -> Run:
    """Return a library of `red-0.jpg` to `black-3.jpg`, embedded with the fake model."""
    for colour in COLOURS:
        for shade in range(4):
            make_photo(photos / f"{colour}-{shade}.jpg", colour, shade)
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(str(photos))
    index(run, {root: [""]})
    return run
