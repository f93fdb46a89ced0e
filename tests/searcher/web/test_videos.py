"""Videos and motion photos over HTTP: whole, in parts, and only what they are."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from photoseek.indexer import Run
from tests.runs import index_folders
from tests.searcher.web.browser import Browser, serving
from tests.videos import make_video, motion_photo

PICTURE = Image.linear_gradient("L").resize((96, 64)).convert("RGB")


@pytest.fixture
def served(run: Run, photos: Path) -> Iterator[Browser]:
    video = make_video(photos / "clip.mp4", [(PICTURE, 2)], codec="libx264").read_bytes()
    (photos / "samsung.jpg").write_bytes(motion_photo("Samsung", PICTURE, video)[0])
    (photos / "pixel.jpg").write_bytes(motion_photo("Pixel", PICTURE.rotate(180), video)[0])
    PICTURE.convert("L").save(photos / "IMG_1.jpg")
    make_video(photos / "IMG_1.MOV", [(PICTURE, 1)])
    Image.new("RGB", (9, 9), "red").save(photos / "still.jpg")
    (photos / "fake.jpg").write_bytes((photos / "still.jpg").read_bytes() + b"\0")
    (photos / "fake.mov").write_bytes(b"no video at all")
    index_folders(run, photos)
    with serving(run.library) as browser:
        yield browser


def _ids(run: Run) -> dict[str, int]:
    with run.library.catalog.read() as transaction:
        photos = transaction.photos.by_id(sorted(transaction.photos.which([]))).values()
        return {Path(photo.paths[0]).name: photo.photo_id for photo in photos}


def test_a_video_is_sent_in_the_parts_that_a_player_asks_for(served: Browser, run: Run, photos: Path) -> None:
    content = (photos / "clip.mp4").read_bytes()
    path = f"/api/v1/photos/{_ids(run)['clip.mp4']}/file"
    whole = served.get(path)
    assert (whole.status, whole.headers["content-type"], whole.body) == (200, "video/mp4", content)
    assert whole.headers["content-disposition"].startswith("inline")
    part = served.get(path, headers={"Range": "bytes=100-299"})
    assert (part.status, part.body) == (206, content[100:300])
    assert part.headers["content-range"] == f"bytes 100-299/{len(content)}"


@pytest.mark.parametrize("name", ["samsung.jpg", "pixel.jpg"])
def test_the_video_in_a_photo_is_sent_alone_and_in_parts(
    name: str, served: Browser, run: Run, photos: Path
) -> None:
    video = (photos / "clip.mp4").read_bytes()
    path = f"/api/v1/photos/{_ids(run)[name]}/motion"
    whole = served.get(path)
    assert (whole.status, whole.headers["content-type"], whole.body) == (200, "video/mp4", video)
    part = served.get(path, headers={"Range": "bytes=-50"})
    assert (part.status, part.body) == (206, video[-50:])
    beyond = served.get(path, headers={"Range": f"bytes={len(video)}-"})
    assert beyond.status == 416


def test_the_video_beside_a_live_photo_is_sent(served: Browser, run: Run, photos: Path) -> None:
    found = served.get(f"/api/v1/photos/{_ids(run)['IMG_1.jpg']}/motion")
    assert (found.status, found.headers["content-type"]) == (200, "video/quicktime")
    assert found.body == (photos / "IMG_1.MOV").read_bytes()


@pytest.mark.parametrize("name", ["still.jpg", "fake.jpg"])
def test_a_photo_without_a_video_says_so(name: str, served: Browser, run: Run) -> None:
    found = served.get(f"/api/v1/photos/{_ids(run)[name]}/motion")
    assert (found.status, found.error["kind"]) == (404, "no-motion")


def test_a_photo_says_whether_it_moves_and_a_video_how_long_it_is(served: Browser, run: Run) -> None:
    ids = _ids(run)
    del ids["fake.jpg"]  # what is beside it is a video by its name, and isn't opened before it is asked for
    said = {name: served.get(f"/api/v1/photos/{photo_id}").answer for name, photo_id in ids.items()}
    assert {name for name, one in said.items() if one.get("motion")} == {
        "samsung.jpg",
        "pixel.jpg",
        "IMG_1.jpg",
    }
    assert (said["clip.mp4"]["length_s"], said["clip.mp4"]["codec"]) == (2.0, "h264")


def test_a_grid_knows_videos_and_motion_photos(served: Browser, run: Run) -> None:
    ids = _ids(run)
    shown = served.get("/api/v1/timeline/undated").answer
    assert shown["kinds"] == {
        str(ids["clip.mp4"]): "video",
        str(ids["samsung.jpg"]): "motion",
        str(ids["pixel.jpg"]): "motion",
    }
    assert shown["seconds"] == {str(ids["clip.mp4"]): 2}


def test_a_video_that_changed_since_is_not_sent(served: Browser, run: Run, photos: Path) -> None:
    photo_id = _ids(run)["clip.mp4"]
    make_video(photos / "clip.mp4", [(PICTURE, 3)])
    assert served.get(f"/api/v1/photos/{photo_id}/file").status == 409
