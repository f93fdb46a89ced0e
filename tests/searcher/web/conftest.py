"""A library of four photos each of five colours, served; and one of a photo each for tests that only ask."""

from collections.abc import Iterator

import pytest
from PIL import Image

from photoseek.embedder import FakeEmbedder
from photoseek.embedder.fake import COLOURS
from photoseek.indexer import Run, index
from photoseek.storage import Library
from tests.oidc_provider import provider
from tests.searcher.web.browser import Browser, serving
from tests.searcher.web.by_oidc import ByOidc, served


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


@pytest.fixture(scope="session")
def oidc_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ByOidc]:
    """Yield a server whose users sign in by a provider, for `by_oidc`."""
    library = Library(tmp_path_factory.mktemp("by_oidc") / "library")
    with provider() as made, served(library, made) as running:
        yield running
    library.close()


@pytest.fixture
def by_oidc(oidc_server: ByOidc) -> ByOidc:
    """Return that server with nothing left of an earlier test but sessions."""
    oidc_server.begin_anew()
    return oidc_server
