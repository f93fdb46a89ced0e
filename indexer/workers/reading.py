"""What a decoding process does for an extractor: it reads a file as the extractor wants it."""

import os
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from PIL import Image

from photoseek.embedder import Pixels
from photoseek.indexer.decode.decode import content_hash, decode
from photoseek.indexer.decode.memory import Reserve
from photoseek.indexer.errors import UnreadablePhoto
from photoseek.indexer.workers.outcomes import Outcome, ReadForExtraction, Task, Unreadable
from photoseek.indexer.workers.prepare import CHANGING, failed, read_content


class Reading(Protocol):
    """Reads one file in a decoding process; it can be pickled, and raises nothing."""

    def __call__(self, task: Task, reserve: Reserve) -> Outcome:
        """Return a ReadForExtraction, or why there is none; `reserve` is asked for the memory that it takes."""
        ...


@dataclass(frozen=True, slots=True)
class WholePhoto:
    """Reads a photo upright and in sRGB: its payload is (height, width, 3) uint8."""

    # Pixels of its shorter side at least, if the photo has so many.
    short_side: int
    # Pixels of its longer side at most, unless that would leave the shorter one too few.
    long_side: int
    most_pixels: int = 16_000_000

    def __call__(self, task: Task, reserve: Reserve) -> Outcome:
        """Read and decode one file."""
        try:
            content = read_content(task)
            if content is None:
                return Unreadable(task, CHANGING)
            photo = decode(content, task.path, min_side=self.short_side, reserve=reserve).photo
            return ReadForExtraction(task, content_hash(content), self.reduced(photo))
        except (UnreadablePhoto, OSError, MemoryError) as error:
            return failed(task, error)

    def reduced(self, photo: Image.Image) -> Pixels:
        """Return the pixels of a photo, at most as many as are wanted."""
        width, height = photo.size
        scale = min(1.0, max(self.long_side / max(width, height), self.short_side / min(width, height)))
        scale = min(scale, (self.most_pixels / (width * height)) ** 0.5)
        if scale < 1:
            size = max(1, round(width * scale)), max(1, round(height * scale))
            photo = photo.resize(size, Image.Resampling.BICUBIC, reducing_gap=3.0)
        return np.asarray(photo)


def yield_to_others(niceness: int) -> None:
    """Have the calling thread, and those that it starts, yield to other processes, where the system can do so."""
    if niceness and hasattr(os, "setpriority"):
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), niceness)
