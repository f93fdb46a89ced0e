"""Runtimes that embed photos, and which is the fastest here whose vectors agree with open_clip's own."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from photoseek.embedder.preprocess import Pixels
from photoseek.embedder.protocol import Vectors

MEASURED_PHOTOS = 64
_ROUND_S = 1.5  # each runtime is measured for at least so long, after a first round that warms it up


@dataclass(frozen=True, slots=True)
class Runtime:
    """A way to run the photo tower."""

    name: str
    agrees_at: float  # least mean cosine with open_clip's own float32
    photo_graph: str = "photos"  # for OpenVINO
    photo_precision: str | None = None  # for OpenVINO, of what is not in integers; None: the processor's best
    device: str | None = None  # for torch
    dtype: str | None = None  # for torch
    amx: bool = False  # whether OpenVINO may use AMX


OPENVINO_F32 = Runtime("openvino-f32", 0.9999, photo_precision="f32")
OPENVINO_BF16 = Runtime("openvino-bf16", 0.995, photo_precision="bf16")
OPENVINO_INT8 = Runtime("openvino-int8", 0.99, photo_graph="photos-int8")
# What is not in integers is in float32: bfloat16 by AMX crashes (`openvino/core.py`).
OPENVINO_INT8_AMX = Runtime(
    "openvino-int8-amx", 0.99, photo_graph="photos-int8", photo_precision="f32", amx=True
)
TORCH_BF16 = Runtime("torch-bf16", 0.995, device="cpu", dtype="bfloat16")
TORCH_CUDA = Runtime("torch-cuda-f16", 0.995, device="cuda", dtype="float16")
TORCH_MPS = Runtime("torch-mps-f16", 0.995, device="mps", dtype="float16")


@dataclass(frozen=True, slots=True)
class Measured:
    """The speed and the agreement of a runtime on this machine."""

    runtime: str
    photos_a_second: float
    cosine: float  # mean, with open_clip's own float32


def candidates(capabilities: Sequence[str], *, quantised: bool, amx: bool) -> list[Runtime]:
    """Return the runtimes that this processor and the installed packages can run, the most reliable first."""
    import torch

    found = [OPENVINO_F32]
    if "BF16" in capabilities:
        found += [OPENVINO_BF16, TORCH_BF16]
    if quantised:
        found += [OPENVINO_INT8, OPENVINO_INT8_AMX] if amx else [OPENVINO_INT8]
    if torch.cuda.is_available():
        found.append(TORCH_CUDA)
    if torch.backends.mps.is_available():
        found.append(TORCH_MPS)
    return found


def measure(name: str, embed: Callable[[Pixels], Vectors], photos: Pixels, expected: Vectors) -> Measured:
    """Time `embed` over the photos, and compare its vectors with (n, dimension) `expected`."""
    cosine = float((embed(photos) * expected).sum(axis=1).mean())
    began, done = time.perf_counter(), 0
    while (took := time.perf_counter() - began) < _ROUND_S or not done:
        embed(photos)
        done += len(photos)
    took = time.perf_counter() - began
    return Measured(name, done / took, cosine)


def fastest(measured: list[tuple[Runtime, Measured]]) -> Runtime:
    """Return the fastest runtime that agrees; float32 if none does."""
    agreeing = [
        (measured_here.photos_a_second, runtime)
        for runtime, measured_here in measured
        if measured_here.cosine >= runtime.agrees_at
    ]
    return max(agreeing, key=lambda pair: pair[0], default=(0.0, OPENVINO_F32))[1]


def stand_in_photos(size: int) -> Pixels:
    """Return (n, size, size, 3) soft shapes of many colours, for measuring if there are no photos yet."""
    random = np.random.default_rng(0)
    coarse = random.integers(0, 256, (MEASURED_PHOTOS, 8, 8, 3)).astype(np.float32)
    cells = -(-size // 8)
    smooth = coarse.repeat(cells, axis=1).repeat(cells, axis=2)[:, :size, :size]
    noisy = smooth + random.normal(0, 12, smooth.shape)
    pixels: Pixels = noisy.clip(0, 255).astype(np.uint8)
    return pixels
