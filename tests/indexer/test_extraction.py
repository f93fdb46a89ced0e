"""What is extracted from photos: newest first, once by each engine, and never at the cost of the other photos."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from PIL import Image

from photoseek.embedder import Pixels
from photoseek.indexer import Run
from photoseek.indexer.decode.memory import Reserve
from photoseek.indexer.extraction.background import Background
from photoseek.indexer.extraction.extracting import Extraction, extract
from photoseek.indexer.extraction.kinds import Kind
from photoseek.indexer.watch.loop import WatchEvent, watch
from photoseek.indexer.workers.outcomes import Outcome, Task
from photoseek.indexer.workers.reading import Reading, WholePhoto
from photoseek.storage import Library, Overview, Transaction
from tests.runs import index_folders

_PATIENCE_S = 30


@dataclass
class Redness:
    """Finds how red a photo is, and keeps what it found as judgements."""

    kind: str = "redness"
    engine: str = "first"
    reading: Reading = field(default_factory=lambda: WholePhoto(64, 128))
    file_s: float = 20.0
    of_videos: bool = False
    at_a_glance: bool = False
    stop_after: int | None = None
    stop: Event = field(default_factory=Event)
    extracted: list[tuple[int, ...]] = field(default_factory=list)

    def glance(self, thumbnail: Pixels) -> bool | None:
        return self._is_red(thumbnail) if self.at_a_glance else None

    def extract(self, payload: Pixels) -> bool:
        self.extracted.append(payload.shape)
        if len(self.extracted) == self.stop_after:
            self.stop.set()
        return self._is_red(payload)

    def save(self, transaction: Transaction, found: Mapping[int, Any]) -> None:
        transaction.judgements.put("red", found)

    def _is_red(self, pixels: Pixels) -> bool:
        red, green, blue = pixels.reshape(-1, 3).mean(0)
        if blue > 200 > green:
            raise ValueError("blue\x1b is too much for it")
        return bool(red > 200 > green)


@dataclass
class Crashing:
    """Ends the process that reads a green photo."""

    def __call__(self, task: Task, reserve: Reserve) -> Outcome:
        if "green" in task.path:
            os.abort()
        return WholePhoto(64, 128)(task, reserve)


def _redness(library: Library, extractor: Redness, workers: int = 0) -> Extraction:
    return extract(library, extractor, extractor.stop, workers=workers, isolated=bool(workers))


def _found(library: Library) -> dict[int, bool]:
    with library.catalog.read() as transaction:
        return transaction.judgements.of("red")


def _reasons(library: Library) -> list[str]:
    with library.catalog.read() as transaction:
        return list(transaction.extractions.reasons("redness").values())


@pytest.fixture
def indexed(run: Run, photos: Path, make_photo) -> Run:
    """Give a library of three photos; the later they are in the alphabet, the wider."""
    for number, colour in enumerate(("red", "green", "white")):
        make_photo(photos / f"{number}-{colour}.jpg", colour, size=(64 + number, 64))
    index_folders(run, photos)
    return run


def test_each_photo_is_looked_at_once_newest_first(indexed: Run, photos: Path) -> None:
    for name, taken in (("1-green.jpg", 2021), ("0-red.jpg", 2019), ("2-white.jpg", 2020)):
        photo = Image.open(photos / name)
        exif = photo.getexif()
        exif[306] = f"{taken}:01:01 12:00:00"
        photo.save(photos / name, exif=exif)
    index_folders(indexed, photos)
    extractor = Redness()
    assert _redness(indexed.library, extractor) == Extraction("redness", done=3)
    assert [width for _, width, _ in extractor.extracted] == [65, 66, 64]
    assert sorted(_found(indexed.library).values()) == [False, False, True]
    assert _redness(indexed.library, extractor) == Extraction("redness")


def test_only_what_is_new_is_looked_at_later_and_moves_cost_nothing(indexed: Run, photos, make_photo) -> None:
    _redness(indexed.library, Redness())
    make_photo(photos / "new.jpg", "red", 7)
    (photos / "0-red.jpg").rename(photos / "moved.jpg")
    index_folders(indexed, photos)
    assert _redness(indexed.library, Redness()).done == 1


def test_another_engine_looks_at_all_photos_again(indexed: Run) -> None:
    _redness(indexed.library, Redness())
    again = Redness(engine="second")
    state = Overview.of(indexed.library).extracted["redness"]
    assert (state.engine, state.done, state.waiting) == ("first", 3, 0)
    assert _redness(indexed.library, again).done == 3
    assert Overview.of(indexed.library).extracted["redness"].engine == "second"


def test_a_photo_that_the_engine_fails_on_has_a_reason_and_the_others_go_on(
    indexed: Run, photos: Path, make_photo
) -> None:
    make_photo(photos / "blue.jpg", "blue")
    index_folders(indexed, photos)
    assert _redness(indexed.library, Redness()) == Extraction("redness", done=4, failed=1)
    assert _reasons(indexed.library) == ["the engine failed on it (ValueError: blue\\x1b is too much for it)"]
    assert _redness(indexed.library, Redness()).done == 0
    with indexed.library.catalog.write() as transaction:
        transaction.extractions.retry_failed("redness")
    assert _redness(indexed.library, Redness()).done == 1


def test_what_was_done_before_a_stop_is_kept_and_the_next_run_goes_on(indexed: Run) -> None:
    stopped = _redness(indexed.library, Redness(stop_after=1))
    assert (stopped.done, stopped.left, stopped.stopped) == (1, 2, True)
    assert Overview.of(indexed.library).extracted["redness"].waiting == 2
    assert _redness(indexed.library, Redness()).done == 2


def test_a_stop_does_not_wait_for_photos_that_were_handed_out_ahead(indexed: Run) -> None:
    extractor = Redness(stop_after=1)
    stopped = extract(indexed.library, extractor, extractor.stop, workers=1, isolated=False)
    assert (stopped.done, stopped.left, len(extractor.extracted)) == (1, 2, 1)
    assert _redness(indexed.library, Redness()) == Extraction("redness", done=2)


def test_a_batch_that_can_not_be_saved_is_not_said_to_be_done(indexed: Run) -> None:
    class Failing(Redness):
        def save(self, transaction: Transaction, found: Mapping[int, Any]) -> None:
            super().save(transaction, found)
            raise RuntimeError("the power is gone")

    with pytest.raises(RuntimeError):
        _redness(indexed.library, Failing())
    assert _found(indexed.library) == {}
    assert _redness(indexed.library, Redness()).done == 3


def test_a_file_that_changed_or_went_is_left_for_the_next_index(
    indexed: Run, photos: Path, make_photo
) -> None:
    make_photo(photos / "0-red.jpg", "white", 9)
    (photos / "1-green.jpg").unlink()
    assert _redness(indexed.library, Redness()) == Extraction("redness", done=1, left=2)
    assert _reasons(indexed.library) == []


def test_a_folder_that_is_away_is_left_as_a_whole(indexed: Run, photos: Path) -> None:
    photos.rename(photos.with_name("unplugged"))
    assert _redness(indexed.library, Redness(at_a_glance=True)) == Extraction("redness", left=3)


def test_what_a_thumbnail_tells_needs_no_file(indexed: Run) -> None:
    extractor = Redness(at_a_glance=True)
    assert _redness(indexed.library, extractor).done == 3
    assert extractor.extracted == []
    assert sorted(_found(indexed.library).values()) == [False, False, True]


def test_a_photo_forgotten_meanwhile_is_no_obstacle(indexed: Run) -> None:
    class Forgetting(Redness):
        def extract(self, payload: Pixels) -> bool:
            if not self.extracted:
                with indexed.library.catalog.write() as transaction:
                    transaction.files.forget(file.file_id for file in transaction.files.of([1]))
                    transaction.vectors.forget([1])
                    transaction.photos.forget([1])
            return super().extract(payload)

    _redness(indexed.library, Forgetting())
    assert _reasons(indexed.library) == []
    assert 1 not in _found(indexed.library)


def test_photos_without_a_vector_or_a_file_are_not_waiting(indexed: Run, photos: Path) -> None:
    (photos / "0-red.jpg").unlink()
    index_folders(indexed, photos)
    with indexed.library.catalog.write() as transaction:
        transaction.vectors.delete(indexed.model, [2])
    assert _redness(indexed.library, Redness()).done == 1


def test_videos_wait_for_an_extractor_of_videos_and_photos_for_one_of_photos(indexed: Run) -> None:
    assert _redness(indexed.library, Redness(of_videos=True)) == Extraction("redness")
    assert Overview.of(indexed.library).extracted["redness"].waiting == 0
    assert _redness(indexed.library, Redness()).done == 3


def test_a_photo_decodes_as_large_as_is_wanted_and_a_strip_keeps_its_short_side() -> None:
    wanted = WholePhoto(short_side=60, long_side=100)
    assert wanted.reduced(Image.new("RGB", (400, 300))).shape == (75, 100, 3)
    assert wanted.reduced(Image.new("RGB", (90, 50))).shape == (50, 90, 3)
    assert wanted.reduced(Image.new("RGB", (120, 1200))).shape == (600, 60, 3)
    assert WholePhoto(60, 100, most_pixels=5_000).reduced(Image.new("RGB", (60, 1200))).shape == (316, 16, 3)


@pytest.mark.slow
def test_a_file_that_crashes_its_reader_costs_only_itself(indexed: Run) -> None:
    done = _redness(indexed.library, Redness(reading=Crashing()), workers=2)
    assert (done.done, done.failed) == (3, 1)
    assert _reasons(indexed.library) == ["the program that decodes it crashed on it: export it as JPEG"]


_KINDS = (Kind("redness", lambda *_: Redness()), Kind("off", lambda *_: Redness(), is_on=lambda _: False))


@pytest.mark.slow
def test_a_watch_extracts_in_quiet_moments_and_still_sees_new_photos(
    run: Run, photos: Path, make_photo
) -> None:
    make_photo(photos / "red.jpg", "red")
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(str(photos))
    events: list[WatchEvent] = []
    background = Background(run.library, {"redness", "off"}, _KINDS)
    thread = Thread(target=lambda: events.extend(watch(run, [root], background=background)))
    thread.start()
    try:
        _until(lambda: len(_found(run.library)) == 1)
        make_photo(photos / "later.jpg", "red", 5)
        _until(lambda: len(_found(run.library)) == 2)
    finally:
        run.stop.set()
        thread.join(_PATIENCE_S)
    assert [event.done for event in events if isinstance(event, Extraction)] == [1, 1]


def test_in_the_background_only_what_was_named_is_extracted(indexed: Run) -> None:
    assert Background(indexed.library, {"meaning", "off"}, _KINDS).in_a_quiet_moment(Event()) == []
    assert _found(indexed.library) == {}


def _until(is_so) -> None:
    stop = Event()
    for _ in range(_PATIENCE_S * 20):
        if is_so():
            return
        stop.wait(0.05)
    raise AssertionError


def test_without_any_extra_an_index_says_which_are_missing_and_goes_on(library: Library) -> None:
    asked = (
        "import sys\n"
        "sys.modules.update(dict.fromkeys(('av', 'cv2', 'rapidocr')))  # as if they were not installed\n"
        "from pathlib import Path\n"
        "from photoseek.indexer.extraction.kinds import wanted_extractors\n"
        "from photoseek.storage import Library\n"
        "for one in wanted_extractors(Library(Path(sys.argv[1])), ('text', 'videos', 'people'), idle=True):\n"
        "    print(type(one).__name__, one)\n"
    )
    said = subprocess.check_output([sys.executable, "-c", asked, str(library.folder)], encoding="utf-8")
    assert said.startswith("NotInstalled ")
    assert "photoseek[text]" in said
