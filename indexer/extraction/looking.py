"""How an engine looks at one photo: at its thumbnail, and if that doesn't say enough, at its file."""

import io
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from PIL import Image

from photoseek.embedder import Pixels
from photoseek.indexer.disk.hanging import hangs
from photoseek.indexer.extraction.extractor import Engine
from photoseek.indexer.pipeline.here import disk_answers
from photoseek.indexer.workers.isolation import NO_MODEL, Isolated
from photoseek.indexer.workers.outcomes import Outcome, ReadForExtraction, Rejected, Task, Unreadable
from photoseek.storage import Root, for_terminal

_MOST_OF_ERROR = 200  # characters


@dataclass(frozen=True, slots=True)
class ToLookAt:
    """A photo that an engine has yet to look at, and one of its files."""

    photo_id: int
    task: Task
    content_hash: bytes


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of one photo."""

    photo_id: int
    found: Any = None
    reason: str | None = None  # nothing could be extracted
    is_left: bool = False  # for a later run


@dataclass(frozen=True, slots=True)
class Looking:
    """One engine at work, for several threads at once."""

    engine: Engine
    thumbnail: Callable[[bytes], bytes | None]  # of a content hash, as a JPEG
    read: Callable[[Task], Outcome]
    away: set[Root] = field(default_factory=set)  # whose store stopped answering during this run

    def __call__(self, photo: ToLookAt) -> Looked:
        """Extract what is in one photo."""
        try:
            found = self._at_a_glance(photo.content_hash)
            if found is not None:
                return Looked(photo.photo_id, found)
            outcome = self._read(photo.task)
            if isinstance(outcome, ReadForExtraction) and outcome.content_hash == photo.content_hash:
                return Looked(photo.photo_id, self.engine.extract(outcome.payload))
        except MemoryError:
            return Looked(photo.photo_id, is_left=True)
        except Exception as error:  # noqa: BLE001 (whatever an engine stumbles over, the other photos go on)
            said = for_terminal(str(error))[:_MOST_OF_ERROR]
            reason = f"the engine failed on it ({type(error).__name__}: {said})"
            return Looked(photo.photo_id, reason=reason)
        if isinstance(outcome, Rejected) or (isinstance(outcome, Unreadable) and outcome.costly):
            return Looked(photo.photo_id, reason=outcome.reason)
        return Looked(photo.photo_id, is_left=True)

    def _at_a_glance(self, content_hash: bytes) -> Any | None:  # noqa: ANN401 (what the engine finds)
        thumbnail = _pixels(self.thumbnail(content_hash))
        return None if thumbnail is None else self.engine.glance(thumbnail)

    def _read(self, task: Task) -> Outcome:
        if hangs(task.absolute) or task.root in self.away:
            return Unreadable(task, None)
        outcome = self.read(task)
        if isinstance(outcome, Unreadable) and outcome.away:
            self.away.add(task.root)
        return outcome


@contextmanager
def reading(engine: Engine, niceness: int, *, isolated: bool) -> Iterator[Callable[[Task], Outcome]]:
    """Return what reads a file: in processes that it may crash, or in the threads that call it."""
    if not isolated:
        yield partial(engine.reading, reserve=lambda _: None)
        return
    with closing(reading_apart(engine, niceness)) as processes:
        yield processes


def reading_apart(engine: Engine, niceness: int = 0) -> Isolated:
    """Return what reads files in processes of its own, until it is closed."""
    return Isolated(
        NO_MODEL,
        frozenset(),
        None,
        engine.file_s,
        answers=disk_answers,
        reading=engine.reading,
        niceness=niceness,
    )


def _pixels(thumbnail: bytes | None) -> Pixels | None:
    """Return the pixels of a thumbnail, which is decoded here: indexing has made it, or decoded it once before."""
    if thumbnail is not None:
        with suppress(OSError, ValueError):
            return np.asarray(Image.open(io.BytesIO(thumbnail)).convert("RGB"))
    return None
