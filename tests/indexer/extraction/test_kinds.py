"""Whether anything waits for an engine is known without loading it, also where only grouping is left to do."""

import subprocess
import sys
from pathlib import Path
from threading import Event

import pytest
from PIL import Image

from photoseek.embedder.faces.model_files import ENGINE as FACES
from photoseek.embedder.faces.model_files import is_installed
from photoseek.indexer import Run
from photoseek.indexer.extraction.extracting import extract
from photoseek.indexer.extraction.kinds import wanted_extractors
from photoseek.indexer.extraction.names import EXTRACTED, STAGES
from photoseek.storage import Library
from tests.conftest import MakePhoto
from tests.end_to_end.person import environment_for
from tests.runs import index_folders
from tests.storage.people.made import face
from tests.videos import make_video

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not is_installed(), reason="the extra `people` is not installed"),
]
_HEAVY = {"av", "cv2", "openvino", "PIL", "photoseek.indexer.extraction.extracting"}


@pytest.fixture
def indexed(run: Run, photos: Path, make_photo: MakePhoto) -> Library:
    """Give a library of a photo and a video, in which people are wanted."""
    make_photo(photos / "one.jpg")
    make_video(photos / "clip.mp4", [(Image.new("RGB", (64, 64), "red"), 1)])
    index_folders(run, photos)
    with run.library.catalog.write() as transaction:
        transaction.people.turn_on()
    return run.library


def _wanted(library: Library) -> list[str]:
    return [one.kind for one in wanted_extractors(library, EXTRACTED)]


def test_a_kind_waits_until_its_own_engine_has_looked_at_all(indexed: Library) -> None:
    assert _wanted(indexed) == list(EXTRACTED)
    for extractor in wanted_extractors(indexed, EXTRACTED):
        with indexed.catalog.write() as transaction:
            waiting = transaction.extractions.waiting(
                extractor.kind, extractor.engine, of_videos=extractor.of_videos
            )
            reasons = dict.fromkeys(one.file.photo_id for one in waiting)
            transaction.extractions.done(extractor.kind, "another", reasons)
        assert extractor.kind in _wanted(indexed)
        with indexed.catalog.write() as transaction:
            transaction.extractions.done(extractor.kind, extractor.engine, reasons)
        assert extractor.kind not in _wanted(indexed)
    assert _wanted(indexed) == []
    assert [one.kind for one in wanted_extractors(indexed, EXTRACTED, idle=True)] == list(EXTRACTED)


def test_faces_that_a_killed_run_found_are_grouped_by_the_next(indexed: Library) -> None:
    for extractor in wanted_extractors(indexed, EXTRACTED):
        extract(indexed, extractor, Event(), workers=0, isolated=False)
    with indexed.catalog.write() as transaction:
        transaction.faces.save(FACES, {1: [face(0.1)]})
    (people,) = wanted_extractors(indexed, EXTRACTED)
    extract(indexed, people, Event(), workers=0, isolated=False)
    with indexed.catalog.read() as transaction:
        assert transaction.faces.waiting(FACES) == (0, 1)
    assert _wanted(indexed) == []


def test_an_index_with_nothing_new_loads_no_engine(tmp_path: Path, make_photo: MakePhoto) -> None:
    make_photo(tmp_path / "photos" / "one.jpg")
    program = (
        "import sys; from photoseek.__main__ import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"print({_HEAVY} & sys.modules.keys(), file=sys.stderr)\n"
    )

    def loaded_by(*typed: str) -> str:
        ran = subprocess.run(
            [sys.executable, "-c", program, *typed],
            env=environment_for(tmp_path / "library") | {"PHOTOSEEK_ONLY": ",".join(STAGES)},
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        return ran.stderr.splitlines()[-1]

    assert "cv2" in loaded_by("index", str(tmp_path / "photos"), "--model", "fake")
    loaded_by("people", "on")
    assert "openvino" in loaded_by("index")
    assert loaded_by("index") == "set()"
