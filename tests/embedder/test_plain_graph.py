"""The shipped text tower means the same by NumPy as by OpenVINO, and what NumPy can't compute is refused."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from photoseek.embedder import EMBEDDED, Embedder, ModelSource, open_embedder
from photoseek.embedder.openvino.compiled import EMBEDDED_FOLDER
from photoseek.embedder.openvino.core import processor
from photoseek.embedder.openvino.plain_graph import PlainGraph

pytestmark = pytest.mark.slow

_QUESTIONS = [
    "a cat",
    "x",
    "Two children play football in a muddy field while their father takes pictures",
    "café très élégant, 1987 – 50% off!",
    "a red kite over the sea " * 12,
    "dog " * 600,
]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Embedder:
    return open_embedder(ModelSource(EMBEDDED.name), tmp_path_factory.mktemp("compiled"))


@pytest.mark.parametrize("text", _QUESTIONS)
def test_a_question_has_the_vector_that_texts_have(shipped: Embedder, text: str) -> None:
    alone = shipped.embed_question(text)
    assert alone.dtype == np.float32
    assert alone @ shipped.embed_texts([text])[0] > 0.999
    assert np.array_equal(shipped.embed_question(text), shipped.embed_question(text))


def test_every_operation_is_exact() -> None:
    settings = {"INFERENCE_PRECISION_HINT": "f32", "DYNAMIC_QUANTIZATION_GROUP_SIZE": "0"}
    theirs = processor().compile_model(EMBEDDED_FOLDER / "texts.xml", "CPU", settings)
    ids = np.array([[101, 1037, 4937, 102, 0, 0], [101, 2048, 6077, 2652, 4715, 102]])
    mask = np.array([[1, 1, 1, 1, 0, 0], [1, 1, 1, 1, 1, 1]])
    ours = PlainGraph(EMBEDDED_FOLDER / "texts.xml")
    first = ours(ids, mask)
    assert first == pytest.approx(theirs([ids, mask])[0], abs=1e-5)
    assert np.array_equal(ours(ids, mask), first)
    # What is padded is not read.
    assert ours(ids[:1, :4], mask[:1, :4])[0] == pytest.approx(first[0], abs=1e-6)


def _operations() -> dict[str, Any]:
    """Return some of what other models' graphs have, each from (2, 3, 4) numbers."""
    from openvino import opset13 as ops

    return {
        "exact gelu": lambda x: ops.gelu(x, "erf"),
        "gelu by tanh": lambda x: ops.gelu(x, "tanh"),
        "swish": ops.swish,
        "quick gelu": lambda x: ops.swish(x, np.float32(1.702)),
        "where the largest is": lambda x: ops.convert(
            ops.topk(x, np.int64(1), -1, "max", "value", "i64", stable=True).output(1), "f32"
        ),
        "attention": lambda x: ops.scaled_dot_product_attention(x, x, x),
        "causal attention": lambda x: ops.scaled_dot_product_attention(x, x, x, causal=True),
    }


@pytest.mark.parametrize("name", _operations())
def test_operations_of_other_models_are_exact(name: str, tmp_path: Path) -> None:
    import openvino
    from openvino import opset13 as ops

    x = ops.parameter([2, 3, 4], np.float32)
    openvino.save_model(
        openvino.Model([_operations()[name](ops.add(x, np.float32(0.5)))], [x]),
        tmp_path / "graph.xml",
        compress_to_fp16=False,
    )
    numbers = np.random.default_rng(0).standard_normal((2, 3, 4)).astype(np.float32) * 3
    theirs = openvino.Core().compile_model(tmp_path / "graph.xml", "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    assert PlainGraph(tmp_path / "graph.xml")(numbers) == pytest.approx(theirs([numbers])[0], abs=1e-5)


def test_a_graph_that_numpy_cannot_compute_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "texts.xml"
    for written in ('<net><layers><layer id="0" type="Fold" /></layers></net>', "no graph"):
        path.write_text(written, "utf-8")
        with pytest.raises(ValueError, match=r"texts\.xml"):
            PlainGraph(path)


def _graph_of_two_models(folder: Path) -> Path:
    """Write a graph: x + 1 for the newest model, and for an earlier one a sum that NumPy can't compute."""
    import openvino
    from openvino import opset13 as ops

    x, y = ops.parameter([2], np.float32), ops.parameter([2], np.float32)
    other = ops.cum_sum(ops.add(x, y), np.int64(0))
    other.output(0).set_names({"earlier"})
    results = [ops.result(other), ops.result(ops.add(x, np.float32(1)))]
    openvino.save_model(openvino.Model(results, [y, x]), folder / "graph.xml", compress_to_fp16=False)
    return folder / "graph.xml"


def test_only_the_result_that_is_asked_for_is_computed(tmp_path: Path) -> None:
    path = _graph_of_two_models(tmp_path)
    newest = PlainGraph(path, others=frozenset({"earlier"}))
    y, x = np.array([5, 6], np.float32), np.array([1, 2], np.float32)
    assert newest(y, x).tolist() == [2, 3]
    with pytest.raises(ValueError, match="CumSum"):
        PlainGraph(path, output="earlier")
    with pytest.raises(ValueError, match="no result nobody"):
        PlainGraph(path, output="nobody")
