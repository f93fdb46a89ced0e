"""The model that ships is whole, small, and sees what is in a photo."""

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from photoseek.embedder import ModelNotUsable, ModelSource, open_embedder
from photoseek.embedder.checksums import damaged_compiled, seal_compiled
from photoseek.embedder.models import EMBEDDED
from photoseek.embedder.openvino.compiled import BATCH_PHOTOS, EMBEDDED_FOLDER, CompiledEmbedder
from photoseek.embedder.openvino.core import processor
from tests.end_to_end.next_release import NEXT, give_another_text_head

pytestmark = pytest.mark.slow

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
    graph = processor().read_model(EMBEDDED_FOLDER / "photos.xml")
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


def test_a_text_among_very_many_has_the_vector_that_it_has_alone(shipped: CompiledEmbedder) -> None:
    few = [
        "a",
        "a cat",
        "ein Hund am Strand",
        "two children who play football in a muddy field",
        "狗",
        "dogs",
    ]
    numbered = [f"{number}" for number in range(600)]  # so many are embedded side by side
    texts = [*numbered[:100], *few[:3], *numbered[100:], *few[3:]]
    together = dict(zip(texts, shipped.embed_texts(texts), strict=True))
    for text in (*few, *numbered[::97]):
        assert together[text] @ shipped.embed_texts([text])[0] > 0.999


def test_no_photos_and_no_texts_give_no_vectors(shipped: CompiledEmbedder, pixels: np.ndarray) -> None:
    assert shipped.embed_photos(pixels[:0]).shape == (0, shipped.facts.dimension)
    assert shipped.embed_texts([]).shape == (0, shipped.facts.dimension)


def test_a_question_of_ten_thousand_words_is_answered(shipped: CompiledEmbedder) -> None:
    assert np.isfinite(shipped.embed_question("dog " * 10_000)).all()


def test_the_shipped_files_are_those_that_were_trained_and_no_more_than_64_mb() -> None:
    answer = json.loads((EMBEDDED_FOLDER / "model.json").read_text("utf-8"))
    for name, digest in answer["sha256"].items():
        assert hashlib.sha256((EMBEDDED_FOLDER / name).read_bytes()).hexdigest() == digest
    assert sum(path.stat().st_size for path in EMBEDDED_FOLDER.iterdir()) <= 64_000_000
    assert (answer["id"], answer["dimension"]) == (EMBEDDED.name, EMBEDDED.dimension)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems' paths are text")
def test_a_cache_folder_whose_name_is_no_text_is_done_without(tmp_path: Path) -> None:
    embedder = CompiledEmbedder(EMBEDDED_FOLDER, tmp_path / os.fsdecode(b"library\xff"))
    assert np.linalg.norm(embedder.embed_question("a cat")) == pytest.approx(1, abs=1e-3)


def test_a_model_folder_that_is_not_whole_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelNotUsable, match="install photoseek again"):
        CompiledEmbedder(tmp_path, tmp_path)
    (tmp_path / "model.json").write_bytes((EMBEDDED_FOLDER / "model.json").read_bytes())
    with pytest.raises(ModelNotUsable, match="install photoseek again"):
        CompiledEmbedder(tmp_path, tmp_path).embed_texts(["a"])


@pytest.fixture(scope="module")
def cache(pixels: np.ndarray, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, np.ndarray]:
    """Return a folder with the photo tower compiled, and what it gives."""
    folder = tmp_path_factory.mktemp("cache")
    return folder, CompiledEmbedder(EMBEDDED_FOLDER, folder).embed_photos(pixels)


def _bent(content: bytes, how: str) -> bytes:
    """Damage bytes as a failing disk does."""
    middle = len(content) // 2
    if how == "one bit":
        return content[:middle] + bytes([content[middle] ^ 64]) + content[middle + 1 :]
    if how == "zeros":
        return content[:middle] + bytes(len(content) - middle)
    return content[:middle]


@pytest.mark.parametrize("how", ["one bit", "zeros", "torn"])
def test_a_compiled_graph_whose_bytes_were_damaged_is_compiled_again(
    cache: tuple[Path, np.ndarray], pixels: np.ndarray, tmp_path: Path, how: str
) -> None:
    folder, expected = cache
    shutil.copytree(folder, tmp_path / "cache")
    (blob,) = (tmp_path / "cache").glob("*.blob")
    whole = blob.read_bytes()
    blob.chmod(0o644)
    blob.write_bytes(_bent(whole, how))
    assert list(damaged_compiled(tmp_path)) == [blob]
    assert np.array_equal(
        CompiledEmbedder(EMBEDDED_FOLDER, tmp_path / "cache").embed_photos(pixels), expected
    )
    assert list(damaged_compiled(tmp_path)) == []
    assert list((tmp_path / "cache").glob("*.blob")), "it is kept again"


def test_a_compiled_graph_that_gives_other_vectors_is_compiled_again(
    cache: tuple[Path, np.ndarray], pixels: np.ndarray, tmp_path: Path
) -> None:
    """As one whose checksum was taken when it was wrong already: written to a disk that was full, say."""
    folder, expected = cache
    shutil.copytree(folder, tmp_path / "cache")
    (blob,) = (tmp_path / "cache").glob("*.blob")
    blob.chmod(0o644)
    content = bytearray(blob.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 2_000_000] = np.random.default_rng(0).bytes(2_000_000)  # within the weights
    blob.write_bytes(content)
    blob.with_suffix(".sum").unlink()
    seal_compiled(tmp_path / "cache")
    assert np.array_equal(
        CompiledEmbedder(EMBEDDED_FOLDER, tmp_path / "cache").embed_photos(pixels), expected
    )


def test_a_model_that_gives_another_vector_than_was_noted_embeds_nothing(
    pixels: np.ndarray, tmp_path: Path
) -> None:
    folder = _shipped_but(tmp_path, known_photo="known_text", known_text="known_photo")
    with pytest.raises(ModelNotUsable, match="gives other vectors here"):
        CompiledEmbedder(folder, tmp_path / "cache").embed_photos(pixels)
    with pytest.raises(ModelNotUsable, match="gives other vectors here"):
        CompiledEmbedder(folder, tmp_path / "cache").embed_texts(["a cat"])


@pytest.mark.parametrize("name", ["photos.bin", "photos.xml", "texts.bin", "texts.xml", "tokenizer.json"])
def test_a_model_whose_file_was_damaged_embeds_nothing_and_names_the_file(
    pixels: np.ndarray, tmp_path: Path, name: str
) -> None:
    folder = _shipped_but(tmp_path)
    content = bytearray((folder / name).read_bytes())
    at = len(content) // 2 if name.endswith(".bin") else content.index(b"e", len(content) // 2)
    content[at] ^= 1
    (folder / name).unlink()
    (folder / name).write_bytes(content)
    model = CompiledEmbedder(folder, tmp_path / "cache")
    with pytest.raises(ModelNotUsable, match="install photoseek again"):
        _ = model.embed_photos(pixels) if name.startswith("photos") else model.embed_question("a cat")
    assert [path.name for path in model.damaged_files()] == [name]


def _shipped_but(folder: Path, **facts: str) -> Path:
    """Return a folder with the files of the model that ships, with `facts` in place of its own."""
    model = folder / "model"
    model.mkdir()
    for file in EMBEDDED_FOLDER.iterdir():
        (model / file.name).symlink_to(file)
    answer = json.loads((model / "model.json").read_text("utf-8"))
    (model / "model.json").unlink()
    (model / "model.json").write_text(
        json.dumps({**answer, **{name: answer[of] for name, of in facts.items()}})
    )
    return model


def test_the_facts_of_the_model_that_ships_note_what_each_load_is_compared_with() -> None:
    answer = json.loads((EMBEDDED_FOLDER / "model.json").read_text("utf-8"))
    assert {"text_sums", "known_photo", "known_text"} <= answer.keys(), "run scripts/note_checks.py"


def test_a_predecessor_has_its_own_text_side_alone_and_embeds_no_photos(
    shipped: CompiledEmbedder, pixels: np.ndarray, tmp_path: Path
) -> None:
    folder = tmp_path / "embedded"
    shutil.copytree(EMBEDDED_FOLDER, folder)
    give_another_text_head(folder)
    earlier, newest = (
        CompiledEmbedder(folder, tmp_path / "cache", predecessor=predecessor)
        for predecessor in (EMBEDDED.name, None)
    )
    assert (earlier.facts.model_id, newest.facts.model_id) == (EMBEDDED.name, NEXT)
    before = shipped.embed_texts(["a cat"])[0]
    for text_vector in (earlier.embed_texts(["a cat"])[0], earlier.embed_question("a cat")):
        assert text_vector @ before > 0.999
    for text_vector in (newest.embed_texts(["a cat"])[0], newest.embed_question("a cat")):
        assert text_vector @ before < -0.999
    for embed in (earlier.get_ready, lambda: earlier.embed_photos(pixels)):
        with pytest.raises(ModelNotUsable, match=f"photoseek index.*{NEXT}"):
            embed()


def test_the_embedded_model_opens_by_its_catalogue_name(tmp_path: Path) -> None:
    assert open_embedder(ModelSource(EMBEDDED.name), tmp_path).facts.model_id == EMBEDDED.name


def test_loading_it_asks_no_network_and_writes_no_home(tmp_path: Path) -> None:
    code = (
        "import socket, sys\n"
        "def refuse(*_): sys.exit('the network was asked')\n"
        "socket.getaddrinfo = socket.socket.connect = refuse\n"
        "from pathlib import Path\n"
        "from photoseek.embedder import ModelSource, open_embedder\n"
        f"open_embedder(ModelSource('photoseek-5'), Path({str(tmp_path)!r})).embed_texts(['a'])\n"
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
