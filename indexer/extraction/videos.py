"""The moments of videos, embedded by the model in use: a video is found by what only a part of it shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from threading import Lock

import numpy as np

from photoseek.embedder import Embedder, ModelSource, Pixels, Preprocess, Vectors, open_embedder
from photoseek.indexer.decode.memory import Reserve
from photoseek.indexer.decode.video.moments import moments_in
from photoseek.indexer.decode.video.opening import NO_EXTRA
from photoseek.indexer.errors import NotInstalled, UnreadablePhoto
from photoseek.indexer.pipeline.comparing import VIDEO_READER
from photoseek.indexer.workers.outcomes import Outcome, ReadForExtraction, Task, Unreadable
from photoseek.indexer.workers.prepare import CHANGING, failed, hash_if_unchanged
from photoseek.storage import Model, Transaction, UnknownName, open_original
from photoseek.storage.rows.videos.moments import KIND, engine_of_moments

_MOST_S = 60.0  # spent on choosing the moments of one video; what was found by then counts
_FILE_S = 150.0

TimedPixels = Sequence[tuple[int, Pixels]]  # times in ms, each with the pixels that the model wants
TimedVectors = Sequence[tuple[int, Vectors]]


@dataclass(frozen=True, slots=True)
class ReadMoments:
    """Reads the moments of a video as pixels for a model."""

    preprocess: Preprocess
    most_s: float = _MOST_S

    def __call__(self, task: Task, reserve: Reserve) -> Outcome:
        """Read one video: its payload is `TimedPixels`."""
        try:
            with open_original(task.absolute) as file:
                found = moments_in(
                    file, task.path, min_side=self.preprocess.size, most_s=self.most_s, reserve=reserve
                )
                file.seek(0)
                content_hash = hash_if_unchanged(file, task)
            if content_hash is None:
                return Unreadable(task, CHANGING)
            payload = [(one.at_ms, self.preprocess(one.picture)) for one in found]
            return ReadForExtraction(task, content_hash, payload)
        except (UnreadablePhoto, OSError, MemoryError) as error:
            return failed(task, error)


class VideoMoments:
    """Extracts the moments of videos."""

    kind = KIND
    of_videos = True
    file_s = _FILE_S

    def __init__(self, model: Model, compiled: Path, embedder: Embedder | None = None) -> None:
        """Take the model that moments are for, and where compiled ones lie. It is loaded at the first video."""
        self._model = model
        self._compiled = compiled
        self._given = embedder
        self._loading = Lock()

    @property
    def engine(self) -> str:
        """Return a name that has the model's: another one's moments are extracted anew."""
        return engine_of_moments(self._model)

    @cached_property
    def _embedder(self) -> Embedder:
        return self._given or open_embedder(ModelSource.of(self._model), self._compiled)

    @property
    def reading(self) -> ReadMoments:
        """Return what reads a video in a decoding process."""
        with self._loading:
            return ReadMoments(self._embedder.facts.preprocess)

    def glance(self, thumbnail: Pixels) -> TimedVectors | None:
        """Return None: a poster says nothing of what follows."""
        return None

    def extract(self, payload: TimedPixels) -> TimedVectors:
        """Return a vector for each moment."""
        if not payload:
            return []
        with self._loading:  # one at a time: the model has all processors
            vectors = self._embedder.embed_photos(np.stack([pixels for _, pixels in payload]))
        return [(at_ms, vector) for (at_ms, _), vector in zip(payload, vectors, strict=True)]

    def save(self, transaction: Transaction, found: Mapping[int, TimedVectors]) -> None:
        """Store the moments by photo id."""
        transaction.video_moments.save(self._model, found)


def make(model: Model | None, compiled: Path) -> VideoMoments:
    """Return what extracts moments for a model. Raises NotInstalled, UnknownName if there is no model."""
    if find_spec(VIDEO_READER) is None:
        raise NotInstalled(NO_EXTRA)
    if model is None:
        raise UnknownName("the library has no model yet: `photoseek index` adds one")
    return VideoMoments(model, compiled)
