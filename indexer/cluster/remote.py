"""What runs on the machines of a cluster: it reads, embeds and extracts, and writes nothing."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock

from photoseek.embedder import (
    Embedder,
    EmbedderError,
    ModelSource,
    Pixels,
    Preprocess,
    Vectors,
    open_embedder,
)
from photoseek.indexer.errors import NotInstalled
from photoseek.indexer.extraction.kinds import KINDS
from photoseek.indexer.extraction.looking import Looking, ToLookAt, reading_apart
from photoseek.indexer.pipeline.here import disk_answers
from photoseek.indexer.workers.isolation import Isolated
from photoseek.indexer.workers.outcomes import Outcome, Prepared, Task
from photoseek.indexer.workers.prepare import CarriedThumbnails
from photoseek.storage import Model

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
            compiled = _compiled_folder()
            with _opening(compiled):
                self._opened = open_embedder(self._source, compiled)
        return self._opened


def look_at(
    kind: str, engine: str, model: Model | None, photos: Sequence[ToLookAt], thumbnails: Mapping[bytes, bytes]
) -> dict[int, Any] | str:
    """Return what an engine found, by photo id, or why it can't look here; what it stumbled over is left out."""
    looking = _looking(kind, model)
    if isinstance(looking, str):
        return looking
    if looking.engine.engine != engine:
        return f"it has “{looking.engine.engine}” where “{engine}” is wanted: install the same packages"
    looked = map(replace(looking, thumbnail=thumbnails.get), photos)
    return {one.photo_id: one.found for one in looked if one.reason is None and not one.is_left}


@cache
def _looking(name: str, model: Model | None) -> Looking | str:
    """Return an engine of this machine, at work, or why there is none."""
    kind = next(one for one in KINDS if one.name == name)
    compiled = _compiled_folder()
    try:
        engine = kind.make(model, compiled)
        with _opening(compiled):  # that of videos opens the model to know what it reads
            read = reading_apart(engine)
    except (NotInstalled, EmbedderError) as error:
        return str(error)
    return Looking(engine, lambda _: None, read)


def _compiled_folder() -> Path:
    """Return where models are compiled on this machine: what is fastest on one need not be so on another."""
    from platformdirs import user_cache_path

    folder = user_cache_path("photoseek", appauthor=False, ensure_exists=True) / "compiled"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _opening(compiled: Path) -> FileLock:
    """Return what lets one process at a time open a model: it compiles it where it wasn't yet."""
    return FileLock(compiled / "opening.lock")
