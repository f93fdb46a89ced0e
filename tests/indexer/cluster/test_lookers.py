"""What a cluster finds in photos is what one machine finds, and what it can't look at, that one does."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import psutil
import pytest
from PIL import Image

from photoseek.embedder import FakeEmbedder
from photoseek.indexer import Run
from photoseek.indexer.cluster.cluster import Cluster
from photoseek.indexer.extraction.extracting import Extraction, extract
from photoseek.indexer.extraction.extractor import Extractor
from photoseek.indexer.extraction.looking import Looked, ToLookAt
from photoseek.indexer.extraction.videos import VideoMoments
from photoseek.storage import Library
from tests.runs import index_folders
from tests.videos import make_video

pytestmark = pytest.mark.slow

_CLIPS = 20
_COLOURS = ("red", "blue", "lime", "black", "white")
_Moment = tuple[int, int, bytes]  # a photo's id, a time in ms, a vector


@pytest.fixture
def clips(run: Run, photos: Path) -> Library:
    """Give a library of videos of two colours each."""
    for number in range(_CLIPS):
        size = (64, 64 + 2 * number)
        scenes = [(Image.new("RGB", size, _COLOURS[(number + part) % 5]), 2.0) for part in (0, 1)]
        make_video(photos / f"{number}.mp4", scenes)
    index_folders(run, photos)
    return run.library


class _Engine(VideoMoments):
    """Looks by a fake model, which counts what this process embeds."""

    def __init__(self, run: Run, suffix: str = "") -> None:
        self.here = FakeEmbedder()
        self._suffix = suffix
        super().__init__(run.model, run.library.compiled_folder, self.here)

    @property
    def engine(self) -> str:
        return super().engine + self._suffix


def _extracted_once(run: Run, engine: _Engine | None = None) -> list[_Moment]:
    """Return what this machine alone finds, and have it found anew."""
    engine = engine or _Engine(run)
    assert extract(run.library, engine, Event()).done == _CLIPS
    found = _moments(run)
    assert len(found) == 2 * _CLIPS
    with run.library.catalog.write() as transaction:
        transaction.video_moments.drop(run.model)
        transaction.extractions.forget("videos")
    return found


def _moments(run: Run) -> list[_Moment]:
    with run.library.catalog.read() as transaction:
        found = transaction.video_moments.all(run.model)
    vectors = [vector.tobytes() for vector in found.vectors]
    return list(zip(found.photo_ids.tolist(), found.at_ms.tolist(), vectors, strict=True))


def test_it_finds_what_one_machine_finds(run: Run, clips: Library, cluster: Cluster) -> None:
    found = _extracted_once(run)
    engine = _Engine(run)
    assert extract(clips, engine, Event(), others=cluster.looked) == Extraction("videos", done=_CLIPS)
    assert _moments(run) == found
    assert engine.here.photos_embedded == 0


def test_a_process_that_looks_may_be_killed(run: Run, clips: Library, cluster: Cluster) -> None:
    found = _extracted_once(run)
    killed: list[str] = []

    def looked(
        library: Library, extractor: Extractor, photos: list[ToLookAt], stop: Event
    ) -> Iterator[Looked]:
        for one in cluster.looked(library, extractor, photos, stop):
            yield one
            if not killed:
                for process in psutil.Process().children(recursive=True):
                    title = "".join(process.cmdline()[:1])
                    if title.startswith("ray::") and "Agent" not in title:
                        process.kill()
                        killed.append(title)

    assert extract(clips, _Engine(run), Event(), others=looked).done == _CLIPS
    assert killed
    assert _moments(run) == found


def test_an_engine_that_a_machine_has_otherwise_looks_here(
    run: Run, clips: Library, cluster: Cluster, caplog: pytest.LogCaptureFixture
) -> None:
    found = _extracted_once(run)
    engine = _Engine(run, " of another version")
    assert extract(clips, engine, Event(), others=cluster.looked).done == _CLIPS
    assert _moments(run) == found
    assert engine.here.photos_embedded == 2 * _CLIPS
    assert "of another version” is wanted" in caplog.text


def test_what_was_found_when_it_was_stopped_stays(run: Run, clips: Library, cluster: Cluster) -> None:
    found = _extracted_once(run)
    stop = Event()

    def looked(library: Library, extractor: Extractor, photos: list[ToLookAt], _: Event) -> Iterator[Looked]:
        for one in cluster.looked(library, extractor, photos, stop):
            yield one
            stop.set()

    stopped = extract(clips, _Engine(run), stop, others=looked)
    assert stopped.stopped
    assert 0 < stopped.done < _CLIPS
    assert stopped.left == _CLIPS - stopped.done
    again = extract(clips, _Engine(run), Event(), others=cluster.looked)
    assert again.done == _CLIPS - stopped.done
    assert _moments(run) == found
