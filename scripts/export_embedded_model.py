"""From trained heads to what ships: two OpenVINO graphs of eight-bit weights, a tokenizer, and the facts."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import nncf
import numpy as np
import openvino
import torch
from heads import DIMENSION, Head, Heads
from torch import Tensor, nn
from towers import PHOTO_SIZE, PhotoTower, TextTower, seen, tokenizer

MODEL_ID = "photoseek-1"
TEMPLATES = ("a photo of a {}.", "a photo of the {}.", "a {} in a photo.")
OUTPUT = Path(__file__).resolve().parent.parent / "embedder" / "embedded"

_CALIBRATION_PHOTOS = 300
_FILES = ("photos.xml", "photos.bin", "texts.xml", "texts.bin", "tokenizer.json")


class _PhotoModel(nn.Module):
    def __init__(self, head: Head) -> None:
        super().__init__()
        self.tower = PhotoTower()
        self.head = head

    def forward(self, photos: Tensor) -> Tensor:
        vectors: Tensor = self.head(self.tower(photos))
        return vectors


class _TextModel(nn.Module):
    def __init__(self, head: Head) -> None:
        super().__init__()
        self.tower = TextTower()
        self.head = head

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        vectors: Tensor = self.head(self.tower(input_ids, attention_mask))
        return vectors


def export(heads: Heads, logit_scale: float, photos: list[Path], folder: Path) -> None:
    """Write the model into `folder`; the ranges of its eight-bit activations are fitted to some of `photos`."""
    building = folder.with_name(folder.name + ".part")
    building.mkdir(parents=True, exist_ok=True)
    openvino.save_model(_photo_graph(heads.photo, photos), building / "photos.xml", compress_to_fp16=True)
    openvino.save_model(_text_graph(heads.text), building / "texts.xml", compress_to_fp16=True)
    tokenizer().save(str(building / "tokenizer.json"))
    facts = {
        "id": MODEL_ID,
        "dimension": DIMENSION,
        "photo_size": PHOTO_SIZE,
        "resize": "squash",
        "interpolation": "bicubic",
        "logit_scale": logit_scale,
        "languages": ["en"],
        "scripts": ["Latin"],
        "templates": TEMPLATES,
        "sha256": {name: hashlib.sha256((building / name).read_bytes()).hexdigest() for name in _FILES},
    }
    (building / "model.json").write_text(json.dumps(facts, indent=2) + "\n", "utf-8")
    folder.mkdir(parents=True, exist_ok=True)
    for file in building.iterdir():
        shutil.move(file, folder / file.name)
    building.rmdir()


def _photo_graph(head: Head, photos: list[Path]) -> Any:  # noqa: ANN401 (OpenVINO ships no types)
    """Quantise the tower to eight bits; the head, a hundredth of the work, stays in floats."""
    example = torch.zeros(2, PHOTO_SIZE, PHOTO_SIZE, 3, dtype=torch.uint8)
    graph = openvino.convert_model(_PhotoModel(head).eval(), example_input=example)
    graph.reshape([1, PHOTO_SIZE, PHOTO_SIZE, 3])
    some = photos[:: max(1, len(photos) // _CALIBRATION_PHOTOS)]
    quantised = nncf.quantize(
        graph,
        nncf.Dataset([seen(path)[np.newaxis] for path in some]),
        preset=nncf.QuantizationPreset.MIXED,
        subset_size=len(some),
        fast_bias_correction=False,
        ignored_scope=nncf.IgnoredScope(patterns=[r"__module\.head.*"]),
    )
    quantised.reshape([-1, PHOTO_SIZE, PHOTO_SIZE, 3])
    return quantised


def _text_graph(head: Head) -> Any:  # noqa: ANN401 (as above)
    """Keep the weights in eight bits, a scale a row; what is computed with them stays in floats."""
    tokens = torch.ones(2, 8, dtype=torch.int64)
    inputs = {"input_ids": tokens, "attention_mask": tokens}
    graph = openvino.convert_model(_TextModel(head).eval(), example_input=inputs)
    graph.reshape({"input_ids": [-1, -1], "attention_mask": [-1, -1]})
    return nncf.compress_weights(graph, mode=nncf.CompressWeightsMode.INT8_SYM)
