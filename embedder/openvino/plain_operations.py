"""The operations of a transformer's graph by NumPy. Each function gets its attributes, then its inputs.

Their meaning is that of OpenVINO's opset 13 (docs.openvino.ai, "Available Operation Sets").
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
_Attributes = Mapping[str, str]

# NumPy is slow at float16, which also loses precision of int8 with a scale.
TYPES: dict[str, Any] = {
    "boolean": np.bool_,
    "i8": np.int8,
    "i32": np.int32,
    "i64": np.int64,
    "f16": np.float32,
    "f32": np.float32,
}


def _ints(given: Array) -> tuple[int, ...]:
    return tuple(np.atleast_1d(given).tolist())


def _keeps(attributes: _Attributes) -> bool:
    return attributes["keep_dims"] == "true"


def _converted(attributes: _Attributes, what: Array) -> Array:
    # A weight, which is multiplied by its scale next: NumPy converts as it multiplies.
    if what.dtype == np.int8:
        return what
    return what.astype(TYPES[attributes["destination_type"]], copy=False)


def _matrix_product(attributes: _Attributes, left: Array, right: Array) -> Array:
    left = left.swapaxes(-1, -2) if attributes["transpose_a"] == "true" else left
    product: Array = left @ (right.swapaxes(-1, -2) if attributes["transpose_b"] == "true" else right)
    return product


def _reshaped(attributes: _Attributes, what: Array, wanted: Array) -> Array:
    sides = _ints(wanted) if wanted.ndim else ()
    if attributes["special_zero"] == "true":  # a 0 keeps a side's length
        sides = tuple(side or what.shape[at] for at, side in enumerate(sides))
    return what.reshape(sides)


def _normalised(attributes: _Attributes, what: Array, axes: Array) -> Array:
    deviations = what - what.mean(_ints(axes), keepdims=True)
    variance = np.square(deviations).mean(_ints(axes), keepdims=True)
    normalised: Array = deviations / np.sqrt(variance + np.float32(attributes["eps"]))
    return normalised


def _gelu(attributes: _Attributes, x: Array) -> Array:
    """Return x Φ(x), with the error function from Abramowitz & Stegun, 7.1.26: within 1.5e-7."""
    if attributes["approximation_mode"] == "TANH":
        likely: Array = 0.5 * (
            1 + np.tanh(np.float32(np.sqrt(2 / np.pi)) * (x + np.float32(0.044715) * x**3))
        )
        return x * likely
    size = np.abs(x) * np.float32(np.sqrt(0.5))
    t = 1 / (1 + np.float32(0.3275911) * size)
    tail = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    error = np.copysign(1 - tail * np.exp(-size * size), x)
    gelu: Array = 0.5 * x * (1 + error)
    return gelu


def _attention(  # noqa: PLR0913 (its inputs in the graph)
    attributes: _Attributes,
    query: Array,
    key: Array,
    value: Array,
    bias: Array | float = 0,
    scale: Array | None = None,
) -> Array:
    by = 1 / np.sqrt(np.float32(query.shape[-1])) if scale is None else scale
    logits = query @ key.swapaxes(-1, -2) * by + bias
    if attributes["causal"] == "true":
        logits = np.where(np.tri(*logits.shape[-2:], dtype=np.bool_), logits, np.float32(-np.inf))
    weights = np.exp(logits - logits.max(-1, keepdims=True))
    attended: Array = weights @ value / weights.sum(-1, keepdims=True)
    return attended


def _slice(_: _Attributes, what: Array, start: Array, stop: Array, step: Array, axes: Array) -> Array:
    cut = [slice(None)] * what.ndim
    for axis, begin, end, by in zip(*map(_ints, (axes, start, stop, step)), strict=True):
        cut[axis] = slice(begin, end, by)
    return what[tuple(cut)]


def _broadcast(_: _Attributes, what: Array, wanted: Array) -> Array:
    return np.broadcast_to(what, np.broadcast_shapes(what.shape, _ints(wanted)))


def _top(attributes: _Attributes, what: Array, count: Array) -> list[Array]:
    """Return the largest along an axis and where they are, the first of equals first."""
    axis = int(attributes["axis"])
    ranked = np.argsort(-what, axis, kind="stable").take(range(int(count)), axis)
    return [np.take_along_axis(what, ranked, axis), ranked]


OPERATIONS: dict[str, Callable[..., Any]] = {
    "Add": lambda _, a, b: a + b,
    "BitwiseAnd": lambda _, a, b: a & b,
    "Broadcast": _broadcast,
    "Concat": lambda attributes, *parts: np.concatenate(parts, int(attributes["axis"])),
    "Convert": _converted,
    "Divide": lambda _, a, b: a / b,
    "Gather": lambda _, what, rows, axis: what.take(rows, int(axis)),
    "GatherElements": lambda attributes, what, rows: np.take_along_axis(what, rows, int(attributes["axis"])),
    "Gelu": _gelu,
    "GreaterEqual": lambda _, a, b: a >= b,
    "MVN": _normalised,
    "MatMul": _matrix_product,
    "Maximum": lambda _, a, b: np.maximum(a, b),
    "Multiply": lambda _, a, b: a * b,
    "Range": lambda _, start, stop, step: np.arange(start, stop, step),
    "ReduceL2": lambda attributes, what, axes: np.linalg.norm(
        what, axis=int(axes[0]), keepdims=_keeps(attributes)
    ),
    "ReduceProd": lambda attributes, what, axes: what.prod(_ints(axes), keepdims=_keeps(attributes)),
    "ReduceSum": lambda attributes, what, axes: what.sum(_ints(axes), keepdims=_keeps(attributes)),
    "Reshape": _reshaped,
    "ScaledDotProductAttention": _attention,
    "Select": lambda _, which, yes, no: np.where(which, yes, no),
    "ShapeOf": lambda _, what: np.array(what.shape),
    "Slice": _slice,
    "Split": lambda attributes, what, axis: np.split(what, int(attributes["num_splits"]), int(axis)),
    "Squeeze": lambda _, what, *axes: what.squeeze(_ints(axes[0]) if axes else None),
    "Swish": lambda _, x, *by: x / (1 + np.exp(-x * (by[0] if by else 1))),
    "TopK": _top,
    "Transpose": lambda _, what, order: what.transpose(_ints(order)),
    "Unsqueeze": lambda _, what, axes: np.expand_dims(what, _ints(axes)),
}
