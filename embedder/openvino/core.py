"""Imports OpenVINO without its telemetry, and uses AMX only where it is safe."""

import os
import sys
from pathlib import Path
from threading import Lock
from typing import Any, cast

_CONVERTER = "openvino.tools.ovc"
_FIRST_USE = Lock()
# OpenVINO 2026.4 writes past its memory where it computes in bfloat16 by AMX, and that ends the process. So its
# kernels are held to other instructions, unless all that the process computes is in integers and float32.
# This variable allows it, for a fixed version.
_VARIABLE, _WITHOUT_AMX = "ONEDNN_MAX_CPU_ISA", "AVX512_CORE_FP16"
_SET_BY_A_PERSON = _VARIABLE in os.environ
_allows_amx: bool | None = None  # None: nothing was computed in this process yet


def openvino() -> Any:  # noqa: ANN401 (a module)
    """Import OpenVINO's runtime, without the converter, which loads slowly and is not needed to run graphs."""
    for module in (_CONVERTER, "openvino_telemetry"):
        sys.modules.setdefault(module, cast("Any", None))  # a None there prevents the import
    import numpy as np
    import openvino

    # Its binding initialises NumPy support at the first array, holding a lock that isn't Python's: two threads
    # doing that at once would deadlock (as in pybind11's pull request 4877).
    with _FIRST_USE:
        _ = openvino.Tensor(np.zeros(1, np.uint8)).data
    return openvino


def processor(*, amx: bool = False) -> Any:  # noqa: ANN401 (as above)
    """Return OpenVINO's Core, with kernels limited to safe instructions.

    Kernels read the limit once in a process, so the first call decides: after one that allows AMX, everything
    must be compiled with `safe_precision`.
    """
    global _allows_amx  # noqa: PLW0603 (of the process, as the kernels' own choice is)
    module = openvino()
    with _FIRST_USE:
        if _allows_amx is None:
            _allows_amx = amx and not _SET_BY_A_PERSON
            if not _allows_amx:
                os.environ.setdefault(_VARIABLE, _WITHOUT_AMX)
    return module.Core()


def safe_precision(wanted: str | None) -> str | None:
    """Return the precision to compute in: float32 if the process may use AMX, where bfloat16 would crash."""
    return "f32" if _allows_amx else wanted


def environment_of_children() -> dict[str, str]:
    """Return the environment for a process that decides for itself whether it may use AMX."""
    ours = set() if _SET_BY_A_PERSON else {_VARIABLE}
    return {name: value for name, value in os.environ.items() if name not in ours}


def has_amx() -> bool:
    """Whether the processor multiplies integers by AMX, as far as the system tells; only Linux does."""
    try:
        return "amx_int8" in Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        return False


def converter() -> Any:  # noqa: ANN401 (as above)
    """Import what converts torch models to graphs."""
    openvino()
    if sys.modules[_CONVERTER] is None:
        del sys.modules[_CONVERTER]
    from openvino.tools import ovc

    return ovc
