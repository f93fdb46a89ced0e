"""OpenVINO, without what tells its makers over the network that it was used."""

import sys
from typing import Any, cast

_CONVERTER = "openvino.tools.ovc"


def openvino() -> Any:  # noqa: ANN401 (a module)
    """Load what runs graphs; without the converter, which takes a while to load and a question doesn't need."""
    for module in (_CONVERTER, "openvino_telemetry"):
        sys.modules.setdefault(module, cast("Any", None))  # what is None there can't be imported
    import openvino

    return openvino


def converter() -> Any:  # noqa: ANN401 (as above)
    """Load what makes graphs of torch models."""
    openvino()
    if sys.modules[_CONVERTER] is None:
        del sys.modules[_CONVERTER]
    from openvino.tools import ovc

    return ovc
