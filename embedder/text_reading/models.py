"""The two models that read text: PP-OCRv6 small by PaddlePaddle, files of RapidOCR's wheel, run by OpenVINO.

One finds where text is, the other reads one line. The wheel's own code, which downloads other models and reads
with another runtime, is never imported.
"""

from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path
from threading import local
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photoseek.embedder.errors import EmbedderError
from photoseek.embedder.openvino.core import openvino, processor, safe_precision

Floats = NDArray[np.float32]

NAME = "PP-OCRv6 small"
# Raise the number whenever other words may come of the same photo: all are read again.
ENGINE = f"{NAME} 2"
_PACKAGE = "rapidocr"
_DETECTOR, _RECOGNISER = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"


class NoTextModels(EmbedderError):
    """The packages of the extra `text` are not installed."""


def refuse_missing() -> None:
    """Raise NoTextModels unless the models and what prepares photos for them are installed."""
    if find_spec("cv2") is None:
        raise _missing()
    _file(_DETECTOR)


class TextModels:
    """Both models, each compiled when it is first used; for several threads at once."""

    def __init__(self) -> None:
        self._own = local()

    def text_map(self, photo: Floats) -> Floats:
        """Return how likely each pixel belongs to text: (1, 3, h, w) in BGR from -1 to 1 → (h, w)."""
        answer: Floats = self._request("detector", _detector).infer([photo])[0]
        return np.asarray(answer[0, 0], np.float32)

    def characters(self, lines: Floats) -> tuple[NDArray[np.int64], Floats]:
        """Return the likeliest class of each column of lines, and how likely: (n, 3, 48, w) → (n, columns)."""
        likely, numbers = self._request("recogniser", _recogniser).infer([lines]).values()
        return numbers[:, :, 0].astype(np.int64), likely[:, :, 0]

    def _request(self, name: str, compiled: Any) -> Any:  # noqa: ANN401 (OpenVINO has no types)
        """Return this thread's own request: one request answers one thread at a time."""
        if not hasattr(self._own, name):
            setattr(self._own, name, compiled().create_infer_request())
        return getattr(self._own, name)


@cache
def alphabet() -> tuple[str, ...]:
    """Return the characters by class; the first class is none at all."""
    info = processor().read_model(_file(_RECOGNISER)).get_rt_info(["framework", "character"])
    characters = str(getattr(info, "value", info)).split("\n")
    return "", *characters, " "


@cache
def _detector() -> Any:  # noqa: ANN401 (as above)
    return _compiled(processor().read_model(_file(_DETECTOR)))


@cache
def _recogniser() -> Any:  # noqa: ANN401 (as above)
    """Compile it with the choice of the likeliest class, so that 18,710 numbers a column stay inside."""
    module = openvino()
    operations = module.opset13
    model = processor().read_model(_file(_RECOGNISER))
    classes = model.output(0).get_node().input_value(0)
    best = operations.topk(classes, operations.constant(1, np.int64), 2, "max", "none")
    return _compiled(module.Model([best.output(0), best.output(1)], model.get_parameters(), "lines"))


def _compiled(model: Any) -> Any:  # noqa: ANN401 (as above)
    # Photos are read by as many threads as there are cores: each gets a stream of its own.
    settings = {"PERFORMANCE_HINT": "THROUGHPUT", "INFERENCE_PRECISION_HINT": safe_precision("f32")}
    return processor().compile_model(model, "CPU", settings)


@cache
def _file(name: str) -> Path:
    try:
        files = distribution(_PACKAGE).files or ()
    except PackageNotFoundError as error:
        raise _missing() from error
    for file in files:
        if file.name == name:
            return Path(str(file.locate()))
    raise _missing()


def _missing() -> NoTextModels:
    return NoTextModels("to find photos by the text in them, install `pip install 'photoseek[text]'`")
