"""OpenVINO, without what tells its makers over the network that it was used, and without AMX."""

import os
import sys
from threading import Lock
from typing import Any, cast

_CONVERTER = "openvino.tools.ovc"
_FIRST_ARRAY = Lock()
# OpenVINO 2026.4 writes past its memory where it computes in bfloat16 by AMX, and that ends the process.
# Its kernels for all other instructions stay; who knows a mended version sets this variable.
_KERNELS_UP_TO = ("ONEDNN_MAX_CPU_ISA", "AVX512_CORE_FP16")


def openvino() -> Any:  # noqa: ANN401 (a module)
    """Load what runs graphs; without the converter, which takes a while to load and a question doesn't need."""
    for module in (_CONVERTER, "openvino_telemetry"):
        sys.modules.setdefault(module, cast("Any", None))  # what is None there can't be imported
    os.environ.setdefault(*_KERNELS_UP_TO)  # before it is loaded
    import numpy as np
    import openvino

    # Its binding asks NumPy for its ways when it first meets an array, behind a lock that isn't Python's:
    # two threads that were there at once would wait for each other for ever (as in pybind11's pull request 4877).
    with _FIRST_ARRAY:
        _ = openvino.Tensor(np.zeros(1, np.uint8)).data
    return openvino


def converter() -> Any:  # noqa: ANN401 (as above)
    """Load what makes graphs of torch models."""
    openvino()
    if sys.modules[_CONVERTER] is None:
        del sys.modules[_CONVERTER]
    from openvino.tools import ovc

    return ovc
