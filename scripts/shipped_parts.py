"""The parts of a model that ships, read back from its graphs: what its successor begins with."""

from pathlib import Path
from typing import Any

import numpy as np
import openvino
import torch
from heads import Head
from numpy.typing import NDArray
from torch import nn

_FEATURES = {"photos": 2912, "texts": 1536}
_SIDES = {"photos": "__module.pools/aten::cat", "texts": "__module.tower/aten::cat"}

Weights = NDArray[np.float32]


def read_graph(model: Path, side: str) -> Any:  # noqa: ANN401 (OpenVINO ships no types)
    """Read `photos` or `texts` of a model's folder."""
    return openvino.Core().read_model(model / f"{side}.xml")


def features_of(graph: Any, side: str) -> Any:  # noqa: ANN401 (as above)
    """Return the output of a graph that its heads begin with: (n, 2912) of photos, (n, 1536) of texts.

    Raises ValueError where there isn't exactly one such output.
    """
    found = [
        operation.output(0)
        for operation in graph.get_ordered_ops()
        if operation.get_type_name() == "Concat"
        and operation.friendly_name.startswith(_SIDES[side])
        and operation.output(0).partial_shape[1] == _FEATURES[side]
    ]
    if len(found) != 1:
        raise ValueError(f"the graph of {side} has {len(found)} outputs that heads could begin with")
    return found[0]


def read_heads(model: Path, side: str) -> list[Head]:
    """Read the two heads of one side, as they were before quantisation to int8, except for rounding."""
    by_name = {operation.friendly_name: operation for operation in read_graph(model, side).get_ordered_ops()}
    return [_read_head(by_name, f"__module.head.members.{number}") for number in (0, 1)]


def _read_head(by_name: dict[str, Any], name: str) -> Head:
    shifted = by_name[f"{name}/aten::mul/Multiply"]  # features · scale − mean · scale
    scale = _constant(shifted.input_value(0).get_node().input_value(1)).ravel()
    shift = _constant(shifted.input_value(1)).ravel()
    head = Head(np.zeros((1, len(scale)), np.float32), len(scale))
    head.scale.copy_(torch.from_numpy(scale))
    head.mean.copy_(torch.from_numpy(-shift / scale))
    layers: dict[str, nn.Module] = {"line": head.line, "curve.0": head.curve[0], "curve.3": head.curve[3]}
    with torch.no_grad():
        for inner, layer in layers.items():
            product = by_name[f"{name}.{inner}/aten::linear/MatMul"]
            added = by_name[f"{name}.{inner}/aten::linear/Add"]
            layer.get_parameter("weight").copy_(torch.from_numpy(_constant(product.input_value(1))))
            layer.get_parameter("bias").copy_(torch.from_numpy(_constant(added.input_value(1)).ravel()))
    return head


def _constant(output: Any) -> Weights:  # noqa: ANN401 (as above)
    """Compute what only constants lead to: int8 weights and their scales."""
    node = output.get_node()
    match node.get_type_name():
        case "Constant":
            return np.array(node.data, np.float32)
        case "Convert":
            return _constant(node.input_value(0))
        case "Multiply":
            return _constant(node.input_value(0)) * _constant(node.input_value(1))
        case other:
            raise ValueError(f"{node.friendly_name} is no weight but a {other}")
