"""`models use` with a hub on this machine: one command does it all, can be cut at any point, and goes on."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from photoseek.storage import Library
from tests.end_to_end.person import Photoseek, Ran, as_expected, environment_for, parsed
from tests.hub import Hub, serving

_PHOTOS = 400
_PATIENCE_S = 120
_PIECE = 10_000_000  # bytes after which huggingface_hub writes what came
_ARCHITECTURE = "ViT-Tiny-Photoseek"
_NAME = f"{_ARCHITECTURE}/random"
_FILE = "open_clip_model.safetensors"
_CONFIG = {
    "embed_dim": 32,
    "vision_cfg": {"image_size": 64, "layers": 2, "width": 64, "head_width": 16, "patch_size": 16},
    "text_cfg": {"context_length": 24, "vocab_size": 49408, "width": 128, "heads": 2, "layers": 2},
}
# The command, in a Python whose open_clip lists one model more.
_WITH_ONE_MORE = f"""
import sys
import open_clip, open_clip.pretrained
open_clip.add_model_config(sys.argv.pop(1))
open_clip.pretrained._PRETRAINED[{_ARCHITECTURE!r}] = {{
    "random": open_clip.pretrained._pcfg(hf_hub="somebody/tiny/")
}}
from photoseek.__main__ import main
main()
"""
_WITHOUT_THE_EXTRA = """
import sys
sys.modules["open_clip"] = None
from photoseek.__main__ import main
main()
"""


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("config") / f"{_ARCHITECTURE}.json"
    path.write_text(json.dumps(_CONFIG))
    return path


@pytest.fixture(scope="module")
def hub(config: Path) -> Iterator[Hub]:
    open_clip = pytest.importorskip("open_clip")
    import torch
    from safetensors.torch import save

    open_clip.add_model_config(config)
    torch.manual_seed(0)
    model = open_clip.create_model(_ARCHITECTURE, pretrained=None)
    with serving(_FILE, save(model.state_dict())) as served:
        yield served


@pytest.fixture
def use(config: Path, tmp_path: Path) -> Callable[[str], subprocess.Popen[str]]:
    """Begin `models use` of the model with whatever hub is at an address."""

    def begin(hub: str) -> subprocess.Popen[str]:
        at = {"HF_ENDPOINT": hub, "HF_HOME": str(tmp_path / "downloads")}
        return _begun([sys.executable, "-c", _WITH_ONE_MORE, config, "models", "use", _NAME], tmp_path, at)

    return begin


def _begun(command: list[object], folder: Path, more: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        list(map(str, command)),
        env=environment_for(folder / "library") | more,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )


def _ended(running: subprocess.Popen[str], code: int, *, interrupted: bool = False) -> Ran:
    """Wait for the command's end, having pressed Ctrl-C, which reaches all of its processes."""
    if interrupted:
        os.killpg(running.pid, signal.SIGINT)
    said = running.communicate(timeout=_PATIENCE_S)
    return as_expected(Ran(running.args, running.returncode, *said), code)


def _until(done: Callable[[], bool], running: subprocess.Popen[str]) -> None:
    latest = time.monotonic() + _PATIENCE_S
    while not done():
        assert running.poll() is None, running.communicate()
        assert time.monotonic() < latest
        time.sleep(0.01)


def test_one_command_downloads_compiles_measures_and_embeds_and_goes_on_where_it_was_cut(
    here: Photoseek, use, hub: Hub, photos: Path, make_photo, tmp_path: Path
) -> None:
    library = tmp_path / "library"
    for number in range(_PHOTOS):
        make_photo(photos / f"{number:04d}.jpg", shade=number)
    here("index", "--model", "fake", photos)

    hub.holds_at = int(1.5 * _PIECE)
    running = use(hub.url)
    (part,) = _files_once_there(tmp_path / "downloads", "*.part", running)
    _until(lambda: part.stat().st_size >= _PIECE, running)
    cut = _ended(running, 130, interrupted=True)
    assert "the same command goes on" in cut.stderr
    came = part.stat().st_size
    assert 0 < came < len(hub.content)
    _answers_with("fake", here)

    hub.holds_at = None
    hub.goes_on.set()
    running = use(hub.url)
    _until(lambda: 0 < _vectors(library) < _PHOTOS, running)
    cut = _ended(running, 130, interrupted=True)
    assert hub.asked_from == [0, came], "no byte comes twice"
    assert "openvino-f32" in cut.stderr, "what was measured is said"
    assert "the same command goes on from here" in cut.stdout
    kept = _vectors(library)
    assert 0 < kept < _PHOTOS
    _answers_with("fake", here)

    done = _ended(use("http://127.0.0.1:9"), 0)  # for what is here, no hub is asked
    assert f"{_PHOTOS - kept} " in done.stdout
    assert hub.asked_from == [0, came]
    _answers_with(_NAME, here)


def _files_once_there(folder: Path, pattern: str, running: subprocess.Popen[str]) -> list[Path]:
    _until(lambda: any(folder.rglob(pattern)), running)
    return list(folder.rglob(pattern))


def _vectors(library: Path) -> int:
    opened = Library(library)
    with opened.catalog.read() as transaction:
        model = transaction.models.named(_NAME)
        count = 0 if model is None else transaction.vectors.count(model)
    opened.close()
    return count


def _answers_with(model: str, here: Photoseek) -> None:
    answer = parsed(here("find", "red", "--json", "--limit", 2 * _PHOTOS))
    assert (answer["model"], len(answer["hits"])) == (model, _PHOTOS)


def test_with_no_hub_it_says_what_to_do_and_the_library_answers_as_before(
    here: Photoseek, use, photos: Path, make_photo
) -> None:
    here("index", "--model", "fake", make_photo(photos / "red.jpg").parent)
    before = _state(here)
    ran = _ended(use("http://127.0.0.1:9"), 11)
    (sentence,) = (line for line in ran.stderr.splitlines() if line.startswith("photoseek: "))
    assert "can't be downloaded from" in sentence
    assert f"{_FILE} elsewhere and give it with --weights FILE" in sentence
    assert ran.stdout == ""
    assert _state(here) == before


def test_without_the_extra_it_says_the_one_command_that_installs_it(
    here: Photoseek, photos: Path, make_photo, tmp_path: Path
) -> None:
    here("index", "--model", "fake", make_photo(photos / "red.jpg").parent)
    before = _state(here)
    asked = [sys.executable, "-c", _WITHOUT_THE_EXTRA, "models", "use", "ViT-B-32/laion2b_s34b_b79k"]
    ran = _ended(_begun(asked, tmp_path, {}), 11)
    assert ran.stderr.splitlines()[-1].endswith("install them with `pip install 'photoseek[open-clip]'`")
    assert _state(here) == before


def _state(here: Photoseek) -> object:
    """Give what the library knows of its models, and what it answers."""
    rows = parsed(here("models", "list", "--json"))["models"]
    return [row for row in rows if row["state"]], parsed(here("find", "red", "--json"))["hits"]
