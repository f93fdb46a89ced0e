"""What is asked for, and what comes of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from photoseek.embedder.imagining.pipeline_files import PipelineFiles
from photoseek.embedder.preprocess import Pixels

if TYPE_CHECKING:
    from PIL import Image


@dataclass(frozen=True, slots=True)
class Request:
    """What to imagine, and how. What a way doesn't take, it leaves alone."""

    words: str
    negative: str = ""  # what the picture is not to show
    steps: int | None = None  # None: as many as is usual for the way
    seed: int = 0
    size: int = 256  # pixels a side
    crops: int = 4  # random views of the picture in each step, beside the whole
    start: "Image.Image | None" = None  # a photo to start from, upright RGB
    by: str = "pixels"  # a name of `needed.WAYS`
    weights: Path | None = None  # of a VQGAN, or of a token model
    pipeline: PipelineFiles | None = None  # of diffusers
    best_of: int = 8  # pictures that are drawn from tokens, of which the nearest is kept
    temperature: float = 1.0
    top_k: int = 128
    guidance: float | None = None  # how far away from what is drawn without the words; None: as is usual


@dataclass(frozen=True, slots=True)
class Imagined:
    """A picture, and how near the model finds it to the words."""

    pixels: Pixels  # (size, size, 3)
    similarity: float  # the cosine that a search would see: of the whole picture, by the model's own runtime
    steps: int  # how many were taken
