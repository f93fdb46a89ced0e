"""Converts an open_clip model to two OpenVINO graphs, once, so that torch is not needed later."""

import logging
import sys
import warnings
from contextlib import redirect_stdout
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from photoseek.embedder.open_clip.model import OpenClipEmbedder
from photoseek.embedder.openvino.core import converter, openvino, processor
from photoseek.embedder.preprocess import Pixels

PHOTOS, PHOTOS_INT8, TEXTS = "photos", "photos-int8", "texts"


def convert(model: OpenClipEmbedder, folder: Path) -> None:
    """Write two graphs: from (n, size, size, 3) uint8 pixels, and from (n, length) token ids, to unit vectors."""
    import torch

    size = model.facts.preprocess.size
    length = model.context_length
    with torch.inference_mode(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # tracing warns of every branch on a shape
        photos = converter().convert_model(
            model.photo_tower, example_input=torch.zeros(2, size, size, 3, dtype=torch.uint8)
        )
        texts = converter().convert_model(
            model.text_tower, example_input=torch.ones(2, length, dtype=torch.int64)
        )
    photos.reshape([-1, size, size, 3])
    texts.reshape([-1, -1 if model.shortens_texts else length])
    # float16 weights, half the size on disk: they move a vector by less than 1e-6 of its length.
    openvino().save_model(photos, folder / f"{PHOTOS}.xml", compress_to_fp16=True)
    # NumPy, which embeds questions, would take longer to widen these than to compute with them.
    openvino().save_model(texts, folder / f"{TEXTS}.xml", compress_to_fp16=False)


def can_quantise() -> bool:
    """Return whether NNCF is installed, which quantises a model to int8."""
    return find_spec("nncf") is not None


def quantise(folder: Path, photos: Pixels) -> None:
    """Write the photo tower in int8, with ranges fitted to some (n, size, size, 3) photos."""
    # It warns about incomplete CUDA installations.
    logging.getLogger("torch.utils.cpp_extension").setLevel(logging.ERROR)
    size = photos.shape[1]
    core = processor()  # before NNCF imports OpenVINO's telemetry
    graph = core.read_model(folder / f"{PHOTOS}.xml")
    graph.reshape([1, size, size, 3])
    with redirect_stdout(
        sys.stderr
    ):  # it draws its progress on stdout, where a program may be reading an answer
        import nncf

        nncf.set_log_level(logging.ERROR)
        quantised: Any = nncf.quantize(
            graph,
            nncf.Dataset([photo[None] for photo in photos]),
            preset=nncf.QuantizationPreset.MIXED,
            model_type=nncf.ModelType.TRANSFORMER,
            subset_size=len(photos),
        )
    quantised.reshape([-1, size, size, 3])
    openvino().save_model(quantised, folder / f"{PHOTOS_INT8}.xml", compress_to_fp16=True)
