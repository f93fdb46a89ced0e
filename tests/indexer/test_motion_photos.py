"""A motion photo is one item, and where its video stands is known."""

from pathlib import Path

import pytest
from PIL import Image

from photoseek.indexer import Run, index
from photoseek.indexer.metadata import motion_in
from photoseek.indexer.pipeline.rereading import read_again
from tests.runs import index_folders
from tests.videos import make_video, motion_photo

PICTURE = Image.linear_gradient("L").resize((96, 64)).convert("RGB")
MAKERS = ("Samsung", "Pixel", "older Pixel", "HEIC")


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("motion") / "clip.mp4"
    return make_video(path, [(Image.new("RGB", (96, 64), "red"), 1)], codec="libx264").read_bytes()


def _motion(run: Run) -> tuple[int | None, int | None]:
    with run.library.catalog.read() as transaction:
        ((_, photo),) = transaction.photos.by_id(sorted(transaction.photos.which([]))).items()
        return photo.facts.motion_at, photo.facts.motion_bytes


@pytest.mark.parametrize("maker", MAKERS)
def test_the_video_in_a_photo_is_found_where_its_maker_put_it(
    maker: str, run: Run, photos: Path, video: bytes
) -> None:
    content, begins = motion_photo(maker, PICTURE, video)
    path = photos / ("a.heic" if maker == "HEIC" else "a.jpg")
    path.write_bytes(content)
    assert index_folders(run, photos).embedded == 1
    assert _motion(run) == (begins, len(video))
    assert content[begins : begins + len(video)] == video


@pytest.mark.parametrize("maker", MAKERS)
def test_a_photo_that_lost_its_video_is_a_photo(maker: str, video: bytes) -> None:
    content, begins = motion_photo(maker, PICTURE, video)
    for cut in (content[:begins], content[: begins + 6], content[: begins + len(video) // 2], content[:-1]):
        found = motion_in(cut)
        assert found is None or found.at + found.size <= len(cut)
    assert motion_in(content.replace(b"ftyp", b"nope")) is None
    assert motion_in(b"") is None


def test_a_photo_without_a_video_has_no_motion(run: Run, photos: Path, make_photo) -> None:
    make_photo(photos / "a.jpg")
    index_folders(run, photos)
    assert _motion(run) == (None, None)


def test_motion_photos_indexed_before_are_known_once_their_facts_are_read_again(
    run: Run, photos: Path, video: bytes
) -> None:
    content, begins = motion_photo("Pixel", PICTURE, video)
    (photos / "a.jpg").write_bytes(content)
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(str(photos))
    index(run, {root: [""]})
    with run.library.catalog.write() as transaction:
        (photo_id,) = transaction.photos.which([])
        transaction.photos.set_facts({photo_id: {"motion_at": None, "motion_bytes": None}})
    assert read_again(run.library, {root: [""]}, run.stop, workers=0).changed == 1
    assert _motion(run) == (begins, len(video))
