"""A pipeline of diffusers: its files are looked at first, it draws without the network, and stops when asked."""

import json
import shutil
import socket
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from photoseek.embedder import FakeEmbedder, ModelNotUsable, ModelSource
from tests.embedder.tiny_pipeline import tiny_pipeline

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("diffusers")
    folder = tmp_path_factory.mktemp("made") / "pipeline"
    tiny_pipeline(folder)
    return folder


@pytest.fixture
def pipeline(made: Path, tmp_path: Path) -> Path:
    """Return a copy that may be damaged."""
    shutil.copytree(made, tmp_path / "pipeline")
    return tmp_path / "pipeline"


def test_it_draws_without_the_network_and_the_same_seed_gives_the_same_picture(
    made: Path, monkeypatch
) -> None:
    from photoseek.embedder.imagining.imagining import imagine
    from photoseek.embedder.imagining.pipeline_files import find_pipeline
    from photoseek.embedder.imagining.request import Request

    def refuse(*_: object) -> None:
        raise AssertionError("the network is used")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    files = find_pipeline(made.name, made)

    def drawn(going: int = 99, **options: Any) -> Any:  # noqa: ANN401 (a picture)
        request = Request(
            **{"words": "a red dog", "by": "pipeline", "pipeline": files, "steps": 3, "size": 45, **options}
        )
        return imagine(ModelSource("fake"), FakeEmbedder(), request, lambda step: step.number < going)

    first = drawn(negative="a cat", guidance=2.0)
    assert first.pixels.shape == (45, 45, 3)
    assert first.steps == 3
    assert np.array_equal(first.pixels, drawn(negative="a cat", guidance=2.0).pixels)
    assert not np.array_equal(first.pixels, drawn(seed=1).pixels)
    assert drawn(going=2, words=" ".join(["dog"] * 10_000)).steps == 2


def test_what_its_weights_take_is_known_before_they_are_loaded(made: Path) -> None:
    from diffusers import DiffusionPipeline

    from photoseek.embedder.imagining.pipeline_files import find_pipeline

    opened = DiffusionPipeline.from_pretrained(str(made), local_files_only=True)
    numbers = sum(
        weights.numel()
        for part in (opened.vae, opened.unet, opened.text_encoder)
        for weights in part.parameters()
    )
    assert find_pipeline(str(made), made).memory == numbers * 4


def test_weights_of_half_the_size_are_counted_where_there_are_no_others(pipeline: Path) -> None:
    from photoseek.embedder.imagining.pipeline_files import find_pipeline

    before = find_pipeline(str(pipeline), pipeline)
    for file in [*pipeline.rglob("*.safetensors")]:
        shutil.copy(file, file.with_name(f"{file.stem}.fp16.safetensors"))
    assert find_pipeline(str(pipeline), pipeline) == before
    for file in [*pipeline.rglob("*.safetensors")]:
        if ".fp16." not in file.name:
            file.unlink()
    after = find_pipeline(str(pipeline), pipeline)
    assert (after.memory, after.half) == (before.memory, True)


@pytest.mark.parametrize("what", ["pickle", "program", "no index", "class elsewhere", "damaged"])
def test_a_folder_of_something_else_is_refused(pipeline: Path, what: str) -> None:
    from photoseek.embedder.imagining.pipeline_files import find_pipeline

    said = "is no pipeline of diffusers"
    index, weights = pipeline / "model_index.json", pipeline / "unet" / "diffusion_pytorch_model.safetensors"
    if what == "pickle":
        weights.rename(weights.with_suffix(".bin"))
        said = "could hold a program"
    elif what == "program":
        (pipeline / "unet" / "mine.py").write_text("")
        said = "programs of its own"
    elif what == "no index":
        index.unlink()
    elif what == "class elsewhere":
        index.write_text(json.dumps(json.loads(index.read_text()) | {"_class_name": ["mine", "Mine"]}))
    else:
        weights.write_bytes(b"\xff" * 20)
    with pytest.raises(ModelNotUsable, match=said):
        find_pipeline(str(pipeline), pipeline)


def test_parts_that_cannot_be_loaded_and_pipelines_that_take_no_words_are_refused(pipeline: Path) -> None:
    from photoseek.embedder.imagining.imagining import imagine
    from photoseek.embedder.imagining.pipeline_files import find_pipeline
    from photoseek.embedder.imagining.request import Request

    def drawn() -> None:
        request = Request("red", by="pipeline", pipeline=find_pipeline(str(pipeline), pipeline))
        imagine(ModelSource("fake"), FakeEmbedder(), request, lambda _: True)

    index = pipeline / "model_index.json"
    kept = json.loads(index.read_text())
    index.write_text(json.dumps(kept | {"unet": ["os", "UNet"]}))
    with pytest.raises(ModelNotUsable, match="can't be loaded"):
        drawn()
    index.write_text(json.dumps(kept | {"_class_name": "StableDiffusionImg2ImgPipeline"}))
    with pytest.raises(ModelNotUsable, match="can't draw from words"):
        drawn()
    parts = {name: kept[name] for name in ("unet", "scheduler")}
    index.write_text(json.dumps({"_class_name": "DDIMPipeline", **parts}))
    with pytest.raises(ModelNotUsable, match="draws not from words alone"):
        drawn()


def test_a_pipeline_that_is_nowhere_is_not_downloaded(tmp_path: Path, monkeypatch) -> None:
    pytest.importorskip("diffusers")
    from huggingface_hub import constants

    from photoseek.embedder.imagining.pipeline_files import find_pipeline

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ModelNotUsable, match="hf download somebody/something"):
        find_pipeline("somebody/something", tmp_path / "somebody/something")
    with pytest.raises(ModelNotUsable, match="there is no folder"):
        find_pipeline("./not/here", tmp_path / "not/here")
