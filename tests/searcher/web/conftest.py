"""A library of four photos each of five colours, served; and one of a photo each for tests that only ask."""

from collections.abc import Iterator

import pytest
from PIL import Image

from photoseek.embedder import FakeEmbedder
from photoseek.embedder.fake import COLOURS
from photoseek.indexer import Run, index
from photoseek.storage import Library
from tests.searcher.web.browser import Browser, serving


@pytest.fixture
def browser(coloured: Run) -> Iterator[Browser]:
    with serving(coloured.library) as context:
        yield context


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Yield a library with a JPEG of each colour that the fake model knows."""
    folder = tmp_path_factory.mktemp("unchanged")
    library = Library(folder / "library")
    embedder = FakeEmbedder()
    (folder / "photos").mkdir()
    for name, colour in COLOURS.items():
        Image.new("RGB", (64, 48), colour).save(folder / "photos" / f"{name}.jpg")
    with library.catalog.write() as transaction:
        model = transaction.models.add(embedder.facts.model_id, embedder.facts.dimension, None)
        transaction.models.use(model)
        root = transaction.roots.add(str(folder / "photos"))
    index(Run(library, embedder, model), {root: [""]})
    yield library
    library.close()


@pytest.fixture(scope="module")
def context(unchanged: Library) -> Iterator[Browser]:
    """Yield what asks that library."""
    with serving(unchanged) as browser:
        yield browser
