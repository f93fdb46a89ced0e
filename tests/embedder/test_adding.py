"""A model that is added gives open_clip's own vectors, and needs torch no more."""

import json
import logging
import os
import shutil
import subprocess
import sys
from logging.handlers import BufferingHandler
from pathlib import Path

import numpy as np
import pytest

from photoseek.embedder import ModelNotUsable, ModelSource, open_embedder
from photoseek.embedder.adding.add import choose_runtime
from photoseek.embedder.adding.added_model import AddedEmbedder, folder_of, forget
from photoseek.embedder.adding.runtimes import (
    OPENVINO_BF16,
    OPENVINO_F32,
    OPENVINO_INT8,
    OPENVINO_INT8_AMX,
    TORCH_BF16,
    Measured,
    Runtime,
    candidates,
    fastest,
    stand_in_photos,
)
from photoseek.embedder.adding.trials import Trials
from photoseek.embedder.models import name_of
from photoseek.embedder.open_clip.model import OpenClipEmbedder
from tests.embedder.tiny_model import ARCHITECTURE, tiny_weights

pytestmark = pytest.mark.slow

_TEXTS = ["a cat", "", "two dogs, running – “fast” – on a beach " * 9, "Café & ZÜRICH 2024", "犬 🐕"]


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("open_clip")  # not above: it loads torch, for which a worker may have no other use
    return tiny_weights(tmp_path_factory.mktemp("weights"))


@pytest.fixture(scope="module")
def theirs(weights: Path) -> OpenClipEmbedder:
    return OpenClipEmbedder(ARCHITECTURE, "", weights)


@pytest.fixture(scope="module")
def made(weights: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """Return the folder of what opening the model compiled, which takes a while, and what was said meanwhile."""
    folder = tmp_path_factory.mktemp("compiled")
    said = BufferingHandler(capacity=1_000)
    logging.getLogger("photoseek.embedder").addHandler(said)
    open_embedder(ModelSource(ARCHITECTURE, weights), folder)
    logging.getLogger("photoseek.embedder").removeHandler(said)
    return folder, [record.getMessage() for record in said.buffer]


@pytest.fixture
def compiled(made: tuple[Path, list[str]]) -> Path:
    return made[0]


@pytest.fixture
def added(weights: Path, compiled: Path) -> AddedEmbedder:
    return AddedEmbedder(folder_of(name_of(ModelSource(ARCHITECTURE, weights)), compiled))


def test_photos_get_open_clips_own_vectors(added: AddedEmbedder, theirs: OpenClipEmbedder) -> None:
    photos = stand_in_photos(theirs.facts.preprocess.size)[:7]
    cosines = (added.embed_photos(photos) * theirs.embed_photos(photos)).sum(axis=1)
    assert cosines.min() >= added.runtime.agrees_at


def test_texts_of_any_length_and_script_get_open_clips_own_vectors(
    added: AddedEmbedder, theirs: OpenClipEmbedder
) -> None:
    cosines = (added.embed_texts(_TEXTS) * theirs.embed_texts(_TEXTS)).sum(axis=1)
    assert cosines.min() >= 0.9999


def test_a_question_gets_open_clips_own_vector_with_no_openvino_loaded(
    weights: Path, compiled: Path, theirs: OpenClipEmbedder, tmp_path: Path
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(folder_of(name_of(ModelSource(ARCHITECTURE, weights)), compiled), folder)
    answer = json.loads((folder / "model.json").read_text())
    answer["questions_by"] = "numpy"  # whichever was sooner in the minute of the test
    (folder / "model.json").write_text(json.dumps(answer))
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from photoseek.embedder.adding.added_model import AddedEmbedder\n"
        f"vector = AddedEmbedder(Path({str(folder)!r})).embed_question('Two dogs, running')\n"
        "assert not {'torch', 'openvino'} & sys.modules.keys()\n"
        "print(vector.tolist())\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout) @ theirs.embed_texts(["Two dogs, running"])[0] >= 0.9999


def test_what_was_measured_is_kept_beside_the_model(added: AddedEmbedder, theirs: OpenClipEmbedder) -> None:
    assert {"openvino-f32"} <= {one.runtime for one in added.measured}
    assert all(one.photos_a_second > 0 for one in added.measured)
    assert added.facts.dimension == theirs.facts.dimension == 32


def test_it_opens_embeds_and_reads_without_torch(weights: Path, compiled: Path) -> None:
    folder = compiled / "copy"
    shutil.copytree(folder_of(name_of(ModelSource(ARCHITECTURE, weights)), compiled), folder)
    answer = json.loads((folder / "model.json").read_text())
    answer["runtime"] |= {"device": None, "dtype": None}  # whichever was fastest in the minute of the test
    (folder / "model.json").write_text(json.dumps(answer))
    code = (
        "import sys\n"
        "import numpy as np\n"
        "from pathlib import Path\n"
        "from photoseek.embedder.adding.added_model import AddedEmbedder\n"
        f"added = AddedEmbedder(Path({str(folder)!r}))\n"
        "added.embed_texts(['a cat'])\n"
        "added.embed_photos(np.zeros((1, 64, 64, 3), np.uint8))\n"
        "loaded = {'torch', 'open_clip', 'transformers', 'openvino_telemetry'} & sys.modules.keys()\n"
        "assert not [name for name in loaded if sys.modules[name]]\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_a_model_that_is_not_compiled_yet_is_compiled_as_it_opens_which_is_said(
    weights: Path, made: tuple[Path, list[str]]
) -> None:
    folder, said = made
    assert "not compiled" in said[0]
    assert any("openvino-f32" in line for line in said)
    assert folder_of(name_of(ModelSource(ARCHITECTURE, weights)), folder).is_dir()


def test_a_compiled_model_opens_without_a_word_and_is_forgotten_whole(
    weights: Path, compiled: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    name = name_of(ModelSource(ARCHITECTURE, weights))
    shutil.copytree(folder_of(name, compiled), folder_of(name, tmp_path))
    with caplog.at_level(logging.WARNING):
        assert open_embedder(ModelSource(ARCHITECTURE, weights), tmp_path).facts.model_id == name
        assert open_embedder(ModelSource(name, weights), tmp_path).facts.model_id == name
        assert caplog.text == ""
    assert forget(name, tmp_path) > 1_000_000
    assert list(tmp_path.iterdir()) == []


def test_other_weights_in_the_place_of_those_it_was_added_with_are_refused(
    weights: Path, tmp_path: Path
) -> None:
    name = name_of(ModelSource(ARCHITECTURE, weights))
    (tmp_path / "other.pt").write_bytes(weights.read_bytes() + b"more")
    with pytest.raises(ModelNotUsable, match="are not those"):
        open_embedder(ModelSource(name, tmp_path / "other.pt"), tmp_path / "compiled")


def test_a_compiled_model_that_is_torn_says_what_to_do(tmp_path: Path, compiled: Path, weights: Path) -> None:
    torn = tmp_path / "torn"
    shutil.copytree(folder_of(name_of(ModelSource(ARCHITECTURE, weights)), compiled), torn)
    (torn / "model.json").write_text((torn / "model.json").read_text().replace('"runtime": {', '"gone": {'))
    with pytest.raises(ModelNotUsable, match="photoseek models add"):
        AddedEmbedder(torn)


def test_the_fastest_that_agrees_is_chosen() -> None:
    def answer(name: str, speed: float, cosine: float) -> Measured:
        return Measured(name, speed, cosine)

    slow, fast = answer("openvino-f32", 20, 1.0), answer("openvino-bf16", 50, 0.9990)
    assert fastest([(OPENVINO_F32, slow), (OPENVINO_BF16, fast)]) == OPENVINO_BF16
    astray = answer("openvino-int8", 90, 0.9899)
    assert fastest([(OPENVINO_F32, slow), (OPENVINO_BF16, fast), (OPENVINO_INT8, astray)]) == OPENVINO_BF16
    assert fastest([(TORCH_BF16, answer("torch-bf16", 90, float("nan")))]) == OPENVINO_F32


def test_eight_bits_fitted_to_a_persons_photos_agree_and_leave_stdout_to_answers(
    theirs: OpenClipEmbedder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("nncf")
    from photoseek.embedder.adding.convert import convert, quantise

    photos = stand_in_photos(theirs.facts.preprocess.size)
    convert(theirs, tmp_path)
    quantise(tmp_path, photos)
    assert not capsys.readouterr().out
    from photoseek.embedder.openvino.core import processor

    tower = processor().compile_model(tmp_path / "photos-int8.xml", "CPU")
    cosines = (np.asarray(tower([photos])[0]) * theirs.embed_photos(photos)).sum(axis=1)
    assert cosines.mean() >= OPENVINO_INT8.agrees_at


def test_a_runtime_that_crashes_or_fails_is_said_and_passed_over(
    weights: Path, compiled: Path, theirs: OpenClipEmbedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "making"
    shutil.copytree(folder_of(name_of(ModelSource(ARCHITECTURE, weights)), compiled), folder)
    for suffix in ("xml", "bin"):  # of which of the two the copy has
        whole = next(folder.glob(f"photos*.{suffix}"))
        for graph in ("photos", "photos-int8"):
            if whole.name != f"{graph}.{suffix}":
                shutil.copy(whole, folder / f"{graph}.{suffix}")
    # In the one process that tries AMX, Python begins by crashing as a kernel would.
    (tmp_path / "sitecustomize.py").write_text(
        "import json, os, signal, sys\n"
        "if 'measure' in sys.orig_argv:\n"
        "    with open(os.path.join(sys.orig_argv[-2], 'model.json')) as facts:\n"
        "        if json.load(facts)['runtime']['amx']:\n"
        "            os.kill(os.getpid(), signal.SIGSEGV)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    photos = stand_in_photos(theirs.facts.preprocess.size)
    said: list[str] = []
    gone = Runtime("gone", 0.99, photo_graph="gone")
    choose_runtime(
        folder,
        ModelSource(ARCHITECTURE, weights),
        theirs.facts,
        Trials(photos, theirs.embed_photos(photos)),
        [OPENVINO_F32, gone, OPENVINO_INT8_AMX],
        said.append,
    )
    assert [line.split(":")[0] for line in said] == ["openvino-f32", "gone", "openvino-int8-amx"]
    assert "not usable here: ModelNotUsable" in said[1]
    assert said[2] == "openvino-int8-amx: not usable here: it crashed, by SIGSEGV"
    added = AddedEmbedder(folder)
    assert added.runtime == OPENVINO_F32
    assert [one.runtime for one in added.measured] == ["openvino-f32"]


def test_eight_bits_by_amx_are_tried_where_the_processor_has_it_and_fitting_worked() -> None:
    assert OPENVINO_INT8_AMX in candidates(["FP32", "INT8"], quantised=True, amx=True)
    assert OPENVINO_INT8_AMX not in candidates(["FP32", "INT8"], quantised=True, amx=False)
    assert OPENVINO_INT8_AMX not in candidates(["FP32", "INT8"], quantised=False, amx=True)
    assert OPENVINO_INT8_AMX.photo_precision == "f32"  # bfloat16 by AMX is what crashes


@pytest.mark.parametrize(
    ("first", "held", "precision"), [("False", "AVX512_CORE_FP16", "None"), ("True", "None", "f32")]
)
def test_where_amx_is_allowed_nothing_is_computed_in_bfloat16(first: str, held: str, precision: str) -> None:
    code = (
        "import os\n"
        "from photoseek.embedder.openvino.core import environment_of_children, processor, safe_precision\n"
        f"processor(amx={first}); processor(amx=not {first})\n"
        "print(os.environ.get('ONEDNN_MAX_CPU_ISA'), safe_precision(None), safe_precision('f32'))\n"
        "assert 'ONEDNN_MAX_CPU_ISA' not in environment_of_children()\n"
    )
    environment = {name: value for name, value in os.environ.items() if name != "ONEDNN_MAX_CPU_ISA"}
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert ran.stdout.split() == [held, precision, "f32"]
