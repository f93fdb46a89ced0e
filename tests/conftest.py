"""What many tests start from: an empty library, the fake model, photos of plain colours."""

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from PIL import Image

from photoseek.embedder import FakeEmbedder
from photoseek.embedder.fake import COLOURS
from photoseek.indexer import Run
from photoseek.storage import Library
from tests.object_store import ENVIRONMENT, Bucket, object_store, stop_object_store
from tests.postgresql_server import drop_databases, stop_server

MakePhoto = Callable[..., Path]

# What takes long on a busy machine, as the first use of a module does, is no failure.
settings.register_profile("photoseek", deadline=None)
settings.load_profile("photoseek")

# Tests index without reading text and the like, which would take each of them seconds, unless they ask for it.
os.environ["PHOTOSEEK_ONLY"] = "meaning"


def pytest_sessionfinish() -> None:
    stop_server()
    stop_object_store()


@pytest.fixture(autouse=True)
def _garbage_is_collected() -> Iterator[None]:
    """Undo what a command does to its process, which is to end soon: the tests' would grow by gigabytes."""
    yield
    gc.enable()
    gc.unfreeze()


@pytest.fixture(autouse=True, scope="module")
def _databases_go_with_their_tests() -> Iterator[None]:
    yield
    drop_databases()


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = Library(tmp_path / "library")
    yield opened
    opened.close()


@pytest.fixture
def embedder() -> FakeEmbedder:
    return FakeEmbedder()


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def make_photo() -> MakePhoto:
    """Write a real JPEG of one colour; `shade` makes photos of a colour differ."""

    def make(path: Path, colour: str = "red", shade: int = 0, size: tuple[int, int] = (64, 48)) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        red, green, blue = COLOURS[colour]
        photo = Image.new("RGB", size, (red, green, blue))
        photo.putpixel((0, 0), (shade * 40 % 256, shade // 6 * 40 % 256, 128))
        photo.resize((size[0] + shade, size[1])).save(path, "JPEG")
        return path

    return make


@pytest.fixture
def run(library: Library, embedder: FakeEmbedder) -> Run:
    with library.catalog.write() as transaction:
        model = transaction.models.add(embedder.facts.model_id, embedder.facts.dimension, None)
        transaction.models.use(model)
    return Run(library, embedder, model)


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """Return an empty bucket of a store on loopback, which the environment names as a person would."""
    for name, value in {**ENVIRONMENT, "AWS_ENDPOINT_URL": object_store().address}.items():
        monkeypatch.setenv(name, value)
    yield Bucket()
    object_store().start()  # where a test has stopped it


@pytest.fixture
def shared_data() -> Path:
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("PHOTOSEEK_DATA", beside))
    if not folder.is_dir():
        pytest.skip("no folder of real photos: set PHOTOSEEK_DATA to one")
    return folder
