"""From words to a picture: what `photoseek imagine` asks for."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from photoseek.embedder.imagining.fourier import FourierPicture
from photoseek.embedder.imagining.steering import OnStep, Wish, steer
from photoseek.embedder.imagining.tower import open_tower
from photoseek.embedder.imagining.views import Views
from photoseek.embedder.imagining.vqgan.checkpoint import load_vqgan
from photoseek.embedder.imagining.vqgan.picture import CodesPicture
from photoseek.embedder.preprocess import Pixels
from photoseek.embedder.protocol import Embedder, Vectors
from photoseek.embedder.source import ModelSource

if TYPE_CHECKING:
    from PIL import Image

    from photoseek.embedder.imagining.canvas import Canvas

_WHOLE_PIXELS = 255


@dataclass(frozen=True, slots=True)
class Request:
    """What to imagine, and how."""

    words: str
    negative: str = ""  # what the picture is not to show
    steps: int = 60
    seed: int = 0
    size: int = 256  # pixels a side
    crops: int = 4  # random views of the picture in each step, beside the whole
    start: "Image.Image | None" = None  # a photo to start from, upright RGB
    by: str = "pixels"  # or vqgan
    weights: Path | None = None  # of a VQGAN


@dataclass(frozen=True, slots=True)
class Imagined:
    """A picture, and how near the model finds it to the words."""

    pixels: Pixels  # (size, size, 3)
    similarity: float  # the cosine that a search would see: of the whole picture, by the model's own runtime
    steps: int  # how many were taken


def imagine(source: ModelSource, embedder: Embedder, request: Request, on_step: OnStep) -> Imagined:
    """Make a picture near to words under a model; `on_step` gets each step, and returns whether to go on.

    The same request gives the same picture on the same machine. Raises ModelNotUsable, UnreadableText.
    """
    network = load_vqgan(request.weights) if request.by == "vqgan" else None
    towards = embedder.embed_question(request.words)
    away = embedder.embed_question(request.negative) if request.negative else None
    tower = open_tower(source)
    generator = torch.Generator().manual_seed(request.seed)
    start = None if request.start is None else _as_tensor(request.start, request.size)
    canvas: Canvas
    if network is not None:
        canvas = CodesPicture(network, request.size, generator, start)
    else:
        canvas = FourierPicture(request.size, generator, start)
    views = Views(request.crops, tower.size)
    last = steer(canvas, tower, views, Wish(towards, away), request.steps, generator, on_step)
    pixels = last.pixels()
    return Imagined(pixels, _similarity(embedder, pixels, towards), last.number)


def _as_tensor(photo: "Image.Image", size: int) -> torch.Tensor:
    """Return the middle of a photo as (1, 3, size, size) from 0 to 1."""
    from PIL import ImageOps

    square = np.asarray(ImageOps.fit(photo.convert("RGB"), (size, size)), np.float32) / _WHOLE_PIXELS
    return torch.from_numpy(square).permute(2, 0, 1).unsqueeze(0)


def _similarity(embedder: Embedder, pixels: Pixels, towards: Vectors) -> float:
    from PIL import Image

    seen = embedder.facts.preprocess(Image.fromarray(pixels))
    return float(embedder.embed_photos(np.stack([seen]))[0] @ towards)
