"""The operations of a photo tower's graph by torch, so that gradients flow back to the pixels.

Their meaning is that of OpenVINO's opset 13 (docs.openvino.ai, "Available Operation Sets"). Each function gets its
attributes, then its inputs. What shapes are computed from are tensors too.
"""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

_Attributes = Mapping[str, str]
_WHOLE = 1e-3
_TYPES = {"f16": torch.float32, "f32": torch.float32, "i64": torch.int64, "i32": torch.int32}


def _ints(given: Tensor) -> list[int]:
    return [int(one) for one in given.reshape(-1).tolist()]


def _listed(attributes: _Attributes, name: str) -> list[int]:
    return [int(one) for one in attributes[name].split(",")]


def _converted(attributes: _Attributes, what: Tensor) -> Tensor:
    return what.to(_TYPES[attributes["destination_type"]])


def _quantised(  # noqa: PLR0913 (its inputs in the graph)
    attributes: _Attributes, what: Tensor, least: Tensor, most: Tensor, lowest: Tensor, highest: Tensor
) -> Tensor:
    """Round to the levels that int8 has; backwards it is the straight line that they approximate."""
    steps = int(attributes["levels"]) - 1
    if least.numel() == 1 and torch.equal(least, lowest) and torch.equal(most, highest):
        scale = float(most - least) / steps
        zero = -float(least) / scale
        if abs(zero - round(zero)) < _WHOLE:  # the same by one pass over the numbers
            return torch.fake_quantize_per_tensor_affine(what, scale, round(zero), 0, steps)
    within = torch.minimum(torch.maximum(what, least), most)
    share = (within - least) / (most - least)
    rounded = share + ((share * steps).round() / steps - share).detach()
    return rounded * (highest - lowest) + lowest


def _matrix_product(attributes: _Attributes, left: Tensor, right: Tensor) -> Tensor:
    left = left.transpose(-1, -2) if attributes["transpose_a"] == "true" else left
    return left @ (right.transpose(-1, -2) if attributes["transpose_b"] == "true" else right)


def _convolved(attributes: _Attributes, what: Tensor, kernel: Tensor, groups: int = 1) -> Tensor:
    before, after = _listed(attributes, "pads_begin"), _listed(attributes, "pads_end")
    if before != after:
        padding = [pad for pair in zip(reversed(before), reversed(after), strict=True) for pad in pair]
        what, before = functional.pad(what, padding), [0, 0]
    strides, dilations = _listed(attributes, "strides"), _listed(attributes, "dilations")
    return functional.conv2d(what, kernel, None, strides, before, dilations, groups)


def _convolved_by_groups(attributes: _Attributes, what: Tensor, kernel: Tensor) -> Tensor:
    return _convolved(attributes, what, kernel.flatten(0, 1), kernel.shape[0])


def _padded(_: _Attributes, what: Tensor, before: Tensor, after: Tensor, value: Tensor) -> Tensor:
    pairs = zip(reversed(_ints(before)), reversed(_ints(after)), strict=True)
    return functional.pad(what, [pad for pair in pairs for pad in pair], value=float(value))


def _slice(_: _Attributes, what: Tensor, start: Tensor, stop: Tensor, step: Tensor, axes: Tensor) -> Tensor:
    cut = [slice(None)] * what.ndim
    for axis, begin, end, by in zip(*map(_ints, (axes, start, stop, step)), strict=True):
        cut[axis] = slice(begin, end, by)
    return what[tuple(cut)]


def _squeezed(_: _Attributes, what: Tensor, *axes: Tensor) -> Tensor:
    return what.squeeze(_ints(axes[0])) if axes else what.squeeze()


def _unsqueezed(_: _Attributes, what: Tensor, axes: Tensor) -> Tensor:
    for axis in sorted(_ints(axes)):
        what = what.unsqueeze(axis)
    return what


def _gathered(_: _Attributes, what: Tensor, rows: Tensor, axis: Tensor) -> Tensor:
    found = what.index_select(int(axis), rows.reshape(-1).to(torch.int64))
    at = int(axis) % what.ndim
    return found.reshape([*what.shape[:at], *rows.shape, *what.shape[at + 1 :]])


def _divided(_: _Attributes, left: Tensor, right: Tensor) -> Tensor:
    if left.is_floating_point() or right.is_floating_point():
        return left / right
    return left.div(right, rounding_mode="floor")


def _split(attributes: _Attributes, what: Tensor, axis: Tensor) -> list[Tensor]:
    return list(what.chunk(int(attributes["num_splits"]), int(axis)))


OPERATIONS: dict[str, Callable[..., Any]] = {
    "Add": lambda _, a, b: a + b,
    "Ceiling": lambda _, a: a.ceil(),
    # `clamp` means the same, and goes back over the numbers four times instead of once.
    "Clamp": lambda attributes, a: functional.hardtanh(a, float(attributes["min"]), float(attributes["max"])),
    "Concat": lambda attributes, *parts: torch.cat(parts, int(attributes["axis"])),
    "Convert": _converted,
    "Convolution": _convolved,
    "Divide": _divided,
    "FakeQuantize": _quantised,
    "Floor": lambda _, a: a.floor(),
    "Gather": _gathered,
    "Gelu": lambda attributes, a: functional.gelu(
        a, approximate="tanh" if attributes["approximation_mode"] == "TANH" else "none"
    ),
    "GroupConvolution": _convolved_by_groups,
    "MatMul": _matrix_product,
    "Maximum": lambda _, a, b: torch.maximum(a, b),
    "Multiply": lambda _, a, b: a * b,
    "Pad": _padded,
    "ReduceL2": lambda attributes, a, axes: (
        a.square().sum(_ints(axes), attributes["keep_dims"] == "true").sqrt()
    ),
    "ReduceMean": lambda attributes, a, axes: a.mean(_ints(axes), attributes["keep_dims"] == "true"),
    "Reshape": lambda _, a, sides: a.reshape(_ints(sides)),
    "ShapeOf": lambda _, a: torch.tensor(a.shape),
    "Slice": _slice,
    "SoftMax": lambda attributes, a: a.softmax(int(attributes["axis"])),
    "Split": _split,
    "Sqrt": lambda _, a: a.sqrt(),
    "Squeeze": _squeezed,
    "Subtract": lambda _, a, b: a - b,
    "Transpose": lambda _, a, order: a.permute(_ints(order)),
    "Unsqueeze": _unsqueezed,
}
