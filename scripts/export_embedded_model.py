"""From trained heads to what ships: two OpenVINO graphs with int8 weights, a tokenizer, and the facts."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nncf
import openvino
import torch
from heads import DIMENSION
from quantise import followed_by
from torch import Tensor, nn
from towers import PHOTO_SIZE, Pools, TextTower, tokenizer

MODEL_ID = "photoseek-4"
TEMPLATES = ("a photo of a {}.", "a photo of the {}.", "a {} in a photo.")
# Around labels the first adds hardly more than a third of the time: docs/lab/performance.md.
LABEL_TEMPLATES = TEMPLATES[1:]
OUTPUT = Path(__file__).resolve().parent.parent / "embedder" / "embedded"


class _PhotoModel(nn.Module):
    def __init__(self, head: nn.Module) -> None:
        super().__init__()
        self.pools = Pools()
        self.head = head

    def forward(self, *maps: Tensor) -> Tensor:
        vectors: Tensor = self.head(self.pools(*maps))
        return vectors


class _TextModel(nn.Module):
    def __init__(self, head: nn.Module) -> None:
        super().__init__()
        self.tower = TextTower()
        self.head = head

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        vectors: Tensor = self.head(self.tower(input_ids, attention_mask))
        return vectors


def export(tower: Path, photo: nn.Module, text: nn.Module, logit_scale: float, folder: Path) -> None:
    """Write the model into `folder`: the quantised photo tower and the text tower, each with its head."""
    building = folder.with_name(folder.name + ".part")
    building.mkdir(parents=True, exist_ok=True)
    openvino.save_model(
        followed_by(tower, _PhotoModel(photo)), building / "photos.xml", compress_to_fp16=True
    )
    openvino.save_model(_text_graph(text), building / "texts.xml", compress_to_fp16=True)
    tokenizer().save(str(building / "tokenizer.json"))
    facts = {
        "id": MODEL_ID,
        "dimension": DIMENSION,
        "photo_size": PHOTO_SIZE,
        "resize": "squash",
        "interpolation": "bicubic",
        "logit_scale": logit_scale,
        "questions_by": "numpy",
        "languages": ["en"],
        "scripts": ["Latin"],
        "templates": LABEL_TEMPLATES,
    }
    (building / "model.json").write_text(json.dumps(facts, indent=2) + "\n", "utf-8")
    # In a process of its own, which loads OpenVINO as photoseek does.
    program = [sys.executable, str(Path(__file__).with_name("note_checks.py")), "--model", str(building)]
    subprocess.run(program, check=True)
    folder.mkdir(parents=True, exist_ok=True)
    for file in building.iterdir():
        shutil.move(file, folder / file.name)
    building.rmdir()


def _text_graph(head: nn.Module) -> Any:  # noqa: ANN401 (OpenVINO ships no types)
    """Store the weights in int8 with a scale for each row; computation stays in floats."""
    tokens = torch.ones(2, 8, dtype=torch.int64)
    inputs = {"input_ids": tokens, "attention_mask": tokens}
    graph = openvino.convert_model(_TextModel(head).eval(), example_input=inputs)
    graph.reshape({"input_ids": [-1, -1], "attention_mask": [-1, -1]})
    return nncf.compress_weights(graph, mode=nncf.CompressWeightsMode.INT8_SYM)
