"""What runs on the machines of a cluster: it reads and embeds, and writes nothing."""

import os
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from filelock import FileLock

from photoseek.embedder import Embedder, ModelSource, Pixels, Preprocess, Vectors, open_embedder
from photoseek.indexer.pipeline.here import disk_answers
from photoseek.indexer.workers.isolation import Isolated
from photoseek.indexer.workers.outcomes import Outcome, Prepared, Task
from photoseek.indexer.workers.prepare import CarriedThumbnails

_NO_PIXELS = np.empty(0, np.uint8)


@dataclass(frozen=True, slots=True)
class PixelsOf:
    """The pixels of some contents: they go from who decodes to who embeds, past who saves."""

    contents: tuple[bytes, ...]
    pixels: Pixels  # (n, size, size, 3)


def read_block(
    tasks: list[Task], preprocess: Preprocess, long_side: int, known: frozenset[bytes]
) -> tuple[list[Outcome], PixelsOf]:
    """Return what came of some files, and their pixels apart; `known` contents need no decoding."""
    isolated = _isolated(preprocess, long_side)
    isolated.already_embedded = known
    outcomes = [isolated(task) for task in tasks]
    prepared = {one.content_hash: one.pixels for one in outcomes if isinstance(one, Prepared)}
    pixels = np.stack([*prepared.values()]) if prepared else _NO_PIXELS
    bare = [replace(one, pixels=_NO_PIXELS) if isinstance(one, Prepared) else one for one in outcomes]
    return bare, PixelsOf(tuple(prepared), pixels)


@cache
def _isolated(preprocess: Preprocess, long_side: int) -> Isolated:
    """Return what decodes in a process of its own: it ends with the one that runs this."""
    return Isolated(preprocess, frozenset(), CarriedThumbnails(long_side), answers=disk_answers)


class RemoteEmbedder:
    """A model on one of the machines, run by whatever was measured to be the fastest there."""

    def __init__(self, source: ModelSource) -> None:
        self._source = source
        self._opened: Embedder | None = None
        os.environ.pop("OMP_NUM_THREADS", None)  # Ray sets it to 1, by which torch would use one core

    def embed(self, of: PixelsOf, wanted: list[bytes]) -> dict[bytes, Vectors]:
        """Return the vectors of those of the wanted contents that there are pixels of. Raises EmbedderError."""
        at = {content: number for number, content in enumerate(of.contents)}
        there = [content for content in wanted if content in at]
        vectors = self._embedder().embed_photos(of.pixels[[at[content] for content in there]])
        return dict(zip(there, vectors, strict=True))

    def _embedder(self) -> Embedder:
        if self._opened is None:
            from platformdirs import user_cache_path

            # Compiled by each kind of machine for itself: what is fastest on one need not be so on another.
            folder = user_cache_path("photoseek", appauthor=False, ensure_exists=True) / "compiled"
            folder.mkdir(parents=True, exist_ok=True)
            with FileLock(folder / "opening.lock"):
                self._opened = open_embedder(self._source, folder)
        return self._opened
