"""Finds faces and their landmarks by YuNet (Wu and others, 2023: “YuNet: A Tiny Millisecond-level Detector”)."""

from threading import local
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from photoseek.embedder.faces.model_files import model_file
from photoseek.embedder.openvino.core import processor
from photoseek.embedder.preprocess import Pixels

_FILE = "face_detection_yunet_2023mar_int8bq.onnx"
_SHA256 = "49f000ec501fef24739071fc7e68267d32209045b6822c0c72dce1da25726f10"
_STRIDES = (8, 16, 32)  # pixels between the places that each of the three outputs is about
_SAME_FACE = 0.3  # two boxes that overlap more, as a part of what either covers, are one face
_MOST_FACES = 200  # in one photo

Floats = NDArray[np.float32]


class Detected(NamedTuple):
    """The faces in a picture, the surest first, in its pixels."""

    boxes: Floats  # (n, 4) left, top, width, height
    landmarks: Floats  # (n, 5, 2) x, y of the right eye, left eye, nose, right and left corner of the mouth
    scores: Floats  # (n,) 0 to 1


class Detector:
    """Finds faces in pictures of one size. Threads may share it."""

    def __init__(self, width: int, height: int) -> None:
        """Compile the model for a size in pixels; both sides are multiples of 32."""
        core = processor()
        graph = core.read_model(str(model_file(_FILE, _SHA256)))
        graph.reshape([1, 3, height, width])
        self.size = width, height
        self._compiled = core.compile_model(graph, "CPU", {"INFERENCE_NUM_THREADS": 1})
        self._of_thread = local()

    def __call__(self, pixels: Pixels, least: float) -> Detected:
        """Find the faces in a (height, width, 3) RGB picture that score `least` or more."""
        blue_first = pixels[:, :, ::-1].transpose(2, 0, 1)[None]
        request = getattr(self._of_thread, "request", None)
        if request is None:
            request = self._of_thread.request = self._compiled.create_infer_request()
        found = request.infer([np.ascontiguousarray(blue_first, np.float32)])
        return _most_sure(
            *(np.concatenate(one) for one in zip(*map(self._at(found, least), _STRIDES), strict=True))
        )

    def _at(self, found: Any, least: float) -> Any:  # noqa: ANN401 (OpenVINO's results by name)
        width, _ = self.size

        def read(stride: int) -> tuple[Floats, Floats, Floats]:
            """Return the boxes, landmarks and scores of one output's places that are sure enough."""
            certain = np.clip(found[f"cls_{stride}"][0, :, 0], 0, 1)
            there = np.clip(found[f"obj_{stride}"][0, :, 0], 0, 1)
            scores: Floats = np.sqrt(certain * there)
            sure = np.flatnonzero(scores >= least)
            places = np.stack([sure % (width // stride), sure // (width // stride)], 1).astype(np.float32)
            raw = found[f"bbox_{stride}"][0, sure]
            centres = (places + raw[:, :2]) * stride
            sides = np.exp(raw[:, 2:]) * stride
            points = (found[f"kps_{stride}"][0, sure].reshape(-1, 5, 2) + places[:, None]) * stride
            return np.hstack([centres - sides / 2, sides]), points, scores[sure]

        return read


def _most_sure(boxes: Floats, landmarks: Floats, scores: Floats) -> Detected:
    """Return the faces without those that overlap a surer one."""
    order = np.argsort(-scores, kind="stable")
    areas = boxes[:, 2] * boxes[:, 3]
    kept: list[int] = []
    while len(order) and len(kept) < _MOST_FACES:
        best, others = order[0], order[1:]
        kept.append(int(best))
        near = np.maximum(boxes[best, :2], boxes[others, :2])
        far = np.minimum(boxes[best, :2] + boxes[best, 2:], boxes[others, :2] + boxes[others, 2:])
        both = np.prod(np.clip(far - near, 0, None), axis=1)
        order = others[both / (areas[best] + areas[others] - both) <= _SAME_FACE]
    return Detected(boxes[kept], landmarks[kept], scores[kept])
