"""Turns faces into vectors by SFace (Zhong and others, 2021: “SFace: Sigmoid-Constrained Hypersphere Loss”)."""

from threading import local
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photoseek.embedder.faces.aligning import SIDE
from photoseek.embedder.faces.model_files import model_file
from photoseek.embedder.openvino.core import processor
from photoseek.embedder.preprocess import Pixels

_FILE = "face_recognition_sface_2021dec_int8bq.onnx"
_SHA256 = "fb143eea07838aa532d1c95df5f69899974ea0140e1fba05e94204be13ed74ee"


class FaceEmbedder:
    """Turns faces that were cut out upright into vectors. Threads may share it."""

    def __init__(self) -> None:
        core = processor()
        core.add_extension(_whole_weights())
        graph = core.read_model(str(model_file(_FILE, _SHA256)))
        # The file lists its weights as inputs, as old ones do; nothing reads them there.
        for one in graph.get_parameters():
            if one.get_friendly_name() != "data":
                graph.remove_parameter(one)
        self._compiled = core.compile_model(graph, "CPU", {"INFERENCE_NUM_THREADS": 1})
        self._of_thread = local()

    def __call__(self, face: Pixels) -> NDArray[np.float32]:
        """Return the (128,) vector of a (112, 112, 3) RGB face, unit length."""
        request = getattr(self._of_thread, "request", None)
        if request is None:
            request = self._of_thread.request = self._compiled.create_infer_request()
        shown = np.ascontiguousarray(face.transpose(2, 0, 1)[None], np.float32).reshape(1, 3, SIDE, SIDE)
        vector: NDArray[np.float32] = request.infer([shown])[0][0].copy()
        return vector / np.linalg.norm(vector)


def _whole_weights() -> Any:  # noqa: ANN401 (of OpenVINO, which has no types)
    """Return what reads weights of 8 bits with a scale for each block of them, which OpenVINO doesn't."""
    from openvino import opset13
    from openvino.frontend.onnx import ConversionExtension

    def read(node: Any) -> Any:  # noqa: ANN401 (as above)
        weights, scale, zero = (node.get_input(number).get_node().data for number in range(3))
        axis, block = node.get_attribute("axis", 1), node.get_attribute("block_size", 0)
        if block:
            scale, zero = (
                np.take(np.repeat(one, block, axis), range(weights.shape[axis]), axis)
                for one in (scale, zero)
            )
        elif scale.size > 1:
            shape = [-1 if number == axis else 1 for number in range(weights.ndim)]
            scale, zero = scale.reshape(shape), zero.reshape(shape)
        whole = (weights.astype(np.float32) - zero.astype(np.float32)) * scale
        return opset13.constant(whole.astype(np.float32)).outputs()

    return ConversionExtension("DequantizeLinear", read)
