"""The photo tower in int8, followed by heads in floats."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nncf
import numpy as np
import openvino
import torch
from openvino import opset1
from torch import nn
from towers import PHOTO_SIZE, PhotoTower, seen

GRID = "grid"  # the name of the last map, (n, 1280, 8, 8), to find where in a photo something is

_CALIBRATION_PHOTOS = 300
_INPUT_LOW, _OUTPUT_LOW = 1, 3  # ports of a FakeQuantize


def quantised_tower(photos: Sequence[Path], cache: Path, tuned: Path | None = None) -> Path:
    """Write the tower in int8 into `cache`, unless it is there; its ranges are fitted to some of `photos`."""
    of_tuned = "" if tuned is None else f"-{hashlib.sha256(tuned.read_bytes()).hexdigest()[:16]}"
    kept = cache / f"photo-tower{of_tuned}.xml"
    if kept.exists():
        return kept
    example = torch.zeros(2, PHOTO_SIZE, PHOTO_SIZE, 3, dtype=torch.uint8)
    graph = openvino.convert_model(PhotoTower(tuned).eval(), example_input=example)
    graph.reshape([1, PHOTO_SIZE, PHOTO_SIZE, 3])
    some = photos[:: max(1, len(photos) // _CALIBRATION_PHOTOS)]
    quantised = nncf.quantize(
        graph,
        nncf.Dataset([seen(path)[np.newaxis] for path in some]),
        preset=nncf.QuantizationPreset.MIXED,
        subset_size=len(some),
        fast_bias_correction=False,
    )
    cache.mkdir(parents=True, exist_ok=True)
    openvino.save_model(quantised, kept, compress_to_fp16=False)
    return kept


def begin_at_zero(graph: Any) -> None:  # noqa: ANN401 (OpenVINO ships no types)
    """Let what ReLU6 gives range from 0 in every channel: NNCF has one that never fires begin just below.

    One such channel gives its layer a zero point, with which oneDNN's faster depthwise kernels don't compute.
    """
    for operation in graph.get_ordered_ops():
        if operation.get_type_name() != "FakeQuantize":
            continue
        if operation.input_value(0).get_node().get_type_name() != "Clamp":
            continue
        for port in (_INPUT_LOW, _OUTPUT_LOW):
            lowest = operation.input_value(port).get_node().data
            # As many zeros as there were numbers: OpenVINO 2026.4 computes nonsense with one 0 for all channels.
            operation.input(port).replace_source_output(opset1.constant(np.zeros_like(lowest)).output(0))


def followed_by(tower: Path, after: nn.Module) -> Any:  # noqa: ANN401 (OpenVINO ships no types)
    """Join the heads, computed in floats, to the tower's maps; the weights are stored in int8."""
    graph = openvino.Core().read_model(tower)
    begin_at_zero(graph)  # here, for one that was kept before may need it
    graph.reshape([-1, PHOTO_SIZE, PHOTO_SIZE, 3])
    maps = [output.get_node().input_value(0) for output in graph.outputs]
    maps[-1].get_tensor().set_names({GRID})
    example = tuple(
        torch.zeros(2, *(side.get_length() for side in list(output.partial_shape)[1:]))
        for output in graph.outputs
    )
    joined = openvino.convert_model(after.eval(), example_input=example)
    if any(True for _ in after.parameters()):
        joined = nncf.compress_weights(joined, mode=nncf.CompressWeightsMode.INT8_SYM)
    for parameter, seen_by in zip(joined.get_parameters(), maps, strict=True):
        parameter.output(0).replace(seen_by)
    return openvino.Model(joined.get_results(), graph.get_parameters(), "photos")
