"""From two sides to the graphs that ship, with the text side of the model before beside the new one."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import nncf
import openvino
import torch
from broad_heads import Projected
from shipped_parts import features_of, read_graph

MODEL_ID = "photoseek-5"


def export(begun: Path, photo: Projected, text: Projected, facts: dict[str, Any], folder: Path) -> None:
    """Write both graphs and the facts of a model into `folder`, which holds the other files of it already."""
    model_json = json.loads((begun / "model.json").read_text("utf-8"))
    earlier = {fact: model_json[fact] for fact in ("dimension", "logit_scale", "scripts")} | {
        "output": model_json["id"]
    }
    photos = read_graph(begun, "photos")
    made = _attached(features_of(photos, "photos"), photo)
    _save(openvino.Model(made, photos.get_parameters(), "photos"), folder / "photos.xml")
    texts = read_graph(begun, "texts")
    before = texts.get_results()
    before[0].input_value(0).set_names({model_json["id"]})
    made = _attached(features_of(texts, "texts"), text)
    _save(openvino.Model([*made, *before], texts.get_parameters(), "texts"), folder / "texts.xml")
    model_json |= {"id": MODEL_ID, "predecessors": {model_json["id"]: earlier}, **facts}
    (folder / "model.json").write_text(json.dumps(model_json, indent=2) + "\n", "utf-8")
    # In a process of its own, which loads OpenVINO as photoseek does.
    program = [sys.executable, str(Path(__file__).with_name("note_checks.py")), "--model", str(folder)]
    subprocess.run(program, check=True)


def _attached(features: Any, side: Projected) -> list[Any]:  # noqa: ANN401 (OpenVINO ships no types)
    """Compute a side from a graph's features, with int8 weights; returns the results."""
    example = torch.zeros(2, features.partial_shape[1].get_length())
    graph = openvino.convert_model(side.eval(), example_input=example)
    graph = nncf.compress_weights(graph, mode=nncf.CompressWeightsMode.INT8_SYM)
    graph.get_parameters()[0].output(0).replace(features)
    results: list[Any] = graph.get_results()
    return results


def _save(graph: Any, path: Path) -> None:  # noqa: ANN401 (as above)
    """Write a graph beside the one of this name, then in its place: that one may be mapped still."""
    part = path.with_name(f"new-{path.name}")
    openvino.save_model(graph, part, compress_to_fp16=True)
    part.with_suffix(".bin").replace(path.with_suffix(".bin"))
    part.replace(path)
