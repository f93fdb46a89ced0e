"""The model that ships is whole, small, and sees what is in a photo."""

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from embedder import ModelNotUsable, open_embedder
from embedder.compiled import BATCH_PHOTOS, EMBEDDED_FOLDER, CompiledEmbedder
from embedder.models import EMBEDDED
from embedder.openvino_module import openvino

_CAPTIONS = {"coffee.png": "a cup of coffee", "chelsea.png": "a cat", "rocket.jpg": "a rocket launch"}


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> CompiledEmbedder:
    return CompiledEmbedder(EMBEDDED_FOLDER, tmp_path_factory.mktemp("compiled"))


@pytest.fixture(scope="module")
def pixels(shipped: CompiledEmbedder) -> np.ndarray:
    spec = importlib.util.find_spec("skimage")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    folder = Path(spec.submodule_search_locations[0]) / "data"
    return np.stack(
        [shipped.facts.preprocess(Image.open(folder / name).convert("RGB")) for name in _CAPTIONS]
    )


def test_it_tells_real_photos_apart_by_their_captions(shipped: CompiledEmbedder, pixels: np.ndarray) -> None:
    similarities = shipped.embed_photos(pixels) @ shipped.embed_texts(list(_CAPTIONS.values())).T
    assert similarities.argmax(axis=0).tolist() == [0, 1, 2]
    assert similarities.argmax(axis=1).tolist() == [0, 1, 2]


def test_what_relu6_gives_ranges_from_zero_else_depthwise_layers_run_on_slow_kernels() -> None:
    """One channel that begins just below 0 gives its whole layer a zero point, which the fast ones don't take."""
    graph = openvino().Core().read_model(EMBEDDED_FOLDER / "photos.xml")
    ranges = [
        operation.input_value(lowest).get_node().data
        for operation in graph.get_ordered_ops()
        if operation.get_type_name() == "FakeQuantize"
        and operation.input_value(0).get_node().get_type_name() == "Clamp"
        for lowest in (1, 3)
    ]
    assert len(ranges) == 2 * 42  # of each layer, on either side
    assert all(not lowest.any() for lowest in ranges)


def test_vectors_are_unit_length_and_float32(shipped: CompiledEmbedder, pixels: np.ndarray) -> None:
    for vectors in (shipped.embed_photos(pixels), shipped.embed_texts(["a", "a long walk on the beach"])):
        assert vectors.dtype == np.float32
        assert vectors.shape[1] == shipped.facts.dimension
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-3)


def test_a_vector_does_not_depend_on_its_batch(shipped: CompiledEmbedder, pixels: np.ndarray) -> None:
    alone = np.concatenate([shipped.embed_photos(pixels[i : i + 1]) for i in range(len(pixels))])
    many = shipped.embed_photos(np.concatenate([pixels] * BATCH_PHOTOS))
    assert (many.reshape(BATCH_PHOTOS, *alone.shape) * alone).sum(-1).min() > 0.999
    texts = ["a cat", "two children who play football in a muddy field"]
    together = shipped.embed_texts(texts)
    apart = np.concatenate([shipped.embed_texts([text]) for text in texts])
    assert (together * apart).sum(-1).min() > 0.999


def test_no_photos_and_no_texts_give_no_vectors(shipped: CompiledEmbedder, pixels: np.ndarray) -> None:
    assert shipped.embed_photos(pixels[:0]).shape == (0, shipped.facts.dimension)
    assert shipped.embed_texts([]).shape == (0, shipped.facts.dimension)


def test_a_question_of_ten_thousand_words_is_answered(shipped: CompiledEmbedder) -> None:
    assert np.isfinite(shipped.embed_question("dog " * 10_000)).all()


def test_the_shipped_files_are_those_that_were_trained_and_no_more_than_64_mb() -> None:
    told = json.loads((EMBEDDED_FOLDER / "model.json").read_text("utf-8"))
    for name, digest in told["sha256"].items():
        assert hashlib.sha256((EMBEDDED_FOLDER / name).read_bytes()).hexdigest() == digest
    assert sum(path.stat().st_size for path in EMBEDDED_FOLDER.iterdir()) <= 64_000_000
    assert (told["id"], told["dimension"]) == (EMBEDDED.name, EMBEDDED.dimension)


def test_a_model_folder_that_is_not_whole_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelNotUsable, match="install photoseek again"):
        CompiledEmbedder(tmp_path, tmp_path)
    (tmp_path / "model.json").write_bytes((EMBEDDED_FOLDER / "model.json").read_bytes())
    with pytest.raises(ModelNotUsable, match="install photoseek again"):
        CompiledEmbedder(tmp_path, tmp_path).embed_texts(["a"])


def test_the_embedded_model_opens_by_its_catalogue_name(tmp_path: Path) -> None:
    assert open_embedder(EMBEDDED.name, None, tmp_path).facts.model_id == EMBEDDED.name


def test_loading_it_asks_no_network_and_writes_no_home(tmp_path: Path) -> None:
    code = (
        "import socket, sys\n"
        "def refuse(*_): sys.exit('the network was asked')\n"
        "socket.getaddrinfo = socket.socket.connect = refuse\n"
        "from pathlib import Path\n"
        "from embedder import open_embedder\n"
        f"open_embedder('photoseek-4', None, Path({str(tmp_path)!r})).embed_texts(['a'])\n"
        "import threading, time\n"
        "time.sleep(1)\n"
        "assert not any('elemetry' in name for name in sys.modules if sys.modules[name])\n"
    )
    home = tmp_path / "home"
    home.mkdir()
    # OpenVINO holds its tongue where CI is set.
    environment = {name: value for name, value in os.environ.items() if name != "CI"} | {"HOME": str(home)}
    ran = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert list(home.iterdir()) == []
