"""Videos are found like photos: by a poster, with their length, date, place and codec."""

import io
import sys
from pathlib import Path

import pytest
from PIL import Image

from photoseek.indexer import Run, index
from photoseek.indexer.decode.decode import Decoded
from photoseek.indexer.decode.video.poster import decode_video
from photoseek.indexer.errors import UnreadablePhoto, UnreadForNow
from photoseek.indexer.metadata.values import camera_named
from photoseek.indexer.metadata.video.facts import claims_of
from photoseek.indexer.pipeline.index import index_in_detail
from photoseek.indexer.pipeline.rereading import read_again
from photoseek.indexer.upkeep import claims
from photoseek.storage import PhotoFacts, Root
from photoseek.storage.photo_formats import MOST_MOTION_BYTES
from tests.videos import make_sound, make_video

LEFT_BLUE = Image.new("RGB", (96, 64), "red")
LEFT_BLUE.paste((0, 0, 255), (0, 0, 48, 64))
BLACK = Image.new("RGB", (96, 64))
# Container, encoder and pixels by the file's name; then what the catalog calls container and codec.
KINDS = {
    "a.mp4": (None, "libx264", "yuv420p", "MP4", "h264"),
    "b.m4v": ("mp4", "libx265", "yuv420p", "MP4", "hevc"),
    "c.mp4": (None, "libsvtav1", "yuv420p", "MP4", "av1"),
    "d.mov": (None, "mjpeg", "yuvj420p", "MOV", "mjpeg"),
    "e.mov": (None, "prores_ks", "yuv422p10le", "MOV", "prores"),
    "f.mkv": (None, "ffv1", "yuv420p", "MKV", "ffv1"),
    "g.avi": (None, "mpeg4", "yuv420p", "AVI", "mpeg4"),
    "h.avi": (None, "mjpeg", "yuvj420p", "AVI", "mjpeg"),
    "i.webm": (None, "libvpx", "yuv420p", "WEBM", "vp8"),
    "j.webm": (None, "libvpx-vp9", "yuv420p", "WEBM", "vp9"),
    "k.3gp": (None, "mpeg4", "yuv420p", "3GP", "mpeg4"),
    "l.mts": ("mpegts", "libx264", "yuv420p", "MTS", "h264"),
    "m.m2ts": ("mpegts", "mpeg2video", "yuv420p", "MTS", "mpeg2video"),
}


def _decoded(path: Path) -> Decoded:
    with path.open("rb") as file:
        return decode_video(file, path.name, bytes(16), min_side=360)


def _facts(run: Run) -> dict[str, PhotoFacts]:
    """Return the facts of the library's photos by the name of their first file."""
    with run.library.catalog.read() as transaction:
        photos = transaction.photos.by_id(sorted(transaction.photos.present_ids())).values()
        return {Path(photo.paths[0]).name: photo.facts for photo in photos}


def _root(run: Run, folder: Path) -> Root:
    with run.library.catalog.write() as transaction:
        return transaction.roots.add(str(folder))


def _reasons(run: Run) -> dict[str, str]:
    with run.library.catalog.read() as transaction:
        return {one.path: one.reason for one in transaction.skips.all()}


@pytest.mark.parametrize("name", KINDS)
def test_a_video_of_any_container_and_codec_has_a_poster(name: str, tmp_path: Path) -> None:
    container, codec, pixels, format_name, codec_name = KINDS[name]
    path = make_video(tmp_path / name, [(LEFT_BLUE, 2)], container=container, codec=codec, pixels=pixels)
    found = _decoded(path)
    assert (found.format, found.facts.codec) == (format_name, codec_name)
    assert (found.width, found.height) == (96, 64)
    assert found.facts.duration_ms == pytest.approx(2000, abs=120)
    left, right = found.photo.getpixel((8, 32)), found.photo.getpixel((88, 32))
    assert (left[2] > 200, left[0] < 60) == (right[0] > 200, right[2] < 60) == (True, True)


def test_videos_are_brought_in_like_photos_and_have_thumbnails(run: Run, photos: Path) -> None:
    make_video(photos / "a.mp4", [(LEFT_BLUE, 3)], codec="libx264")
    make_video(photos / "wrong.jpg", [(BLACK, 1)], container="mp4")
    LEFT_BLUE.save(photos / "other.mp4", "JPEG")
    summary = index(run, {_root(run, photos): [""]})
    assert (summary.embedded, summary.skipped) == (3, 0)
    facts = _facts(run)
    assert {name: (one.format, one.duration_ms) for name, one in facts.items()} == {
        "a.mp4": ("MP4", 3000),
        "wrong.jpg": ("MP4", 1000),
        "other.mp4": ("JPEG", None),
    }
    for one in facts.values():
        with Image.open(run.library.thumbnails.path(one.content_hash)) as thumbnail:
            assert thumbnail.size == (96, 64)


def test_what_is_known_of_a_video_names_its_length_and_codec(run: Run, photos: Path) -> None:
    make_video(photos / "a.mp4", [(LEFT_BLUE, 3)], codec="libx264")
    index(run, {_root(run, photos): [""]})
    with run.library.catalog.read() as transaction:
        (photo,) = transaction.photos.by_id(sorted(transaction.photos.present_ids())).values()
    known = claims.as_json(photo, None)
    assert known["length_s"] == pytest.approx(3, abs=0.12)
    assert claims.lines(known) == ["length: 0:00:03", "codec: h264"]


def test_a_turned_video_is_shown_upright(tmp_path: Path) -> None:
    found = _decoded(make_video(tmp_path / "a.mp4", [(LEFT_BLUE, 1)], codec="libx264", turned=90))
    assert (found.width, found.height) == found.photo.size == (64, 96)
    assert found.photo.getpixel((32, 8))[0] > 200  # a quarter counterclockwise: what was right is above
    assert found.photo.getpixel((32, 88))[2] > 200


def test_the_poster_of_a_video_that_begins_black_shows_something(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4", [(BLACK, 3), (LEFT_BLUE, 7)], codec="libx264")
    assert max(_decoded(path).photo.getpixel((8, 32))) > 200


def test_a_video_of_black_alone_has_a_black_poster(tmp_path: Path) -> None:
    assert max(_decoded(make_video(tmp_path / "a.mkv", [(BLACK, 2)])).photo.getpixel((8, 32))) < 30


def test_a_broken_video_is_a_reason(run: Run, photos: Path) -> None:
    whole = make_video(photos / "whole.mp4", [(LEFT_BLUE, 2)], codec="libx264").read_bytes()
    (photos / "cut.mp4").write_bytes(whole[: len(whole) // 2])
    fast = make_video(photos / "fast.mov", [(LEFT_BLUE, 2)], options={"movflags": "faststart"}).read_bytes()
    (photos / "cut-fast.mov").write_bytes(fast[: len(fast) - 200])
    (photos / "empty.mkv").write_bytes(b"")
    (photos / "text.avi").write_bytes(b"no video at all" * 100)
    (photos / "zeros.mp4").write_bytes(bytes(5000))
    (photos / "noise.webm").write_bytes(b"\x1aE\xdf\xa3" + bytes(range(256)) * 20)
    make_sound(photos / "sound.mp4")
    index(run, {_root(run, photos): [""]})
    reasons = _reasons(run)
    assert set(_facts(run)) == {"whole.mp4", "fast.mov"}
    assert set(reasons) == {path.name for path in photos.iterdir()} - {"whole.mp4", "fast.mov"}
    assert all("cut short" in reasons[name] for name in ("cut.mp4", "cut-fast.mov"))
    assert "sound" in reasons["sound.mp4"]
    assert "empty" in reasons["empty.mkv"]


@pytest.mark.parametrize("kind", ["a.mkv", "a.avi", "a.mts", "a.webm"])
def test_what_is_left_of_a_truncated_stream_is_answered_or_refused(kind: str, tmp_path: Path) -> None:
    container, codec = {"a.mts": ("mpegts", "mpeg2video"), "a.webm": (None, "libvpx")}.get(
        kind, (None, "mpeg4")
    )
    content = make_video(tmp_path / kind, [(LEFT_BLUE, 2)], container=container, codec=codec).read_bytes()
    for share in (0.02, 0.3, 0.9):
        part = io.BytesIO(content[: int(len(content) * share)])
        try:
            assert decode_video(part, kind, bytes(16), min_side=64).photo.size == (96, 64)
        except UnreadablePhoto as error:
            assert not isinstance(error, UnreadForNow)  # noqa: PT017 (either is right)


def test_a_phones_video_says_when_where_and_with_what(tmp_path: Path) -> None:
    said = {
        "com.apple.quicktime.creationdate": "2024-07-14T12:30:05+0900",
        "com.apple.quicktime.location.ISO6709": "+35.0116+135.7681+051.2/",
        "com.apple.quicktime.make": "Apple",
        "com.apple.quicktime.model": "iPhone 15",
        "creation_time": "2024-07-14T03:30:05.000000Z",
    }
    facts = _decoded(make_video(tmp_path / "a.mov", [(LEFT_BLUE, 1)], said=said)).facts
    assert (facts.taken_at, facts.taken_offset_minutes) == ("2024-07-14T12:30:05", 540)
    assert (facts.latitude, facts.longitude) == (35.0116, 135.7681)
    assert facts.camera == "Apple iPhone 15"
    assert facts.date_source == "QuickTime creationdate"


@pytest.mark.parametrize(
    ("name", "taken", "offset"),
    [
        ("VID_20240714_123005.mp4", "2024-07-14T12:30:05", 540),  # the wall clock's, when recording began
        ("20240714_090004.mp4", "2024-07-14T09:00:04", 330),
        ("VID_20230101_000000.mp4", None, None),  # of another day: it says nothing of the zone
        ("a.mp4", None, None),
    ],
)
def test_the_zone_of_a_date_in_utc_is_that_of_the_wall_clock_that_named_the_file(
    name: str, taken: str | None, offset: int | None, tmp_path: Path
) -> None:
    said = {"creation_time": "2024-07-14T03:30:06.000000Z"}
    facts = _decoded(make_video(tmp_path / name, [(LEFT_BLUE, 2)], said=said)).facts
    if taken is None:  # then in the zone of this computer, which is said
        assert "this computer" in (facts.date_source or "")
        assert facts.taken_offset_minutes is not None
    else:
        assert (facts.taken_at, facts.taken_offset_minutes) == (taken, offset)


def test_a_clock_that_was_never_set_is_not_believed(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4", [(LEFT_BLUE, 1)], said={"creation_time": "1970-01-01T00:00:00Z"})
    assert _decoded(path).facts.taken_at is None


def test_the_video_of_a_live_photo_is_no_item_of_its_own(run: Run, photos: Path, make_photo) -> None:
    make_photo(photos / "IMG_1.jpg")
    make_video(photos / "IMG_1.MOV", [(BLACK, 1)])
    make_photo(photos / "IMG_2.jpg", "green")
    long = make_video(photos / "IMG_2.mov", [(LEFT_BLUE, 1)])
    with long.open("r+b") as file:  # what stands behind the last box is not read
        file.truncate(MOST_MOTION_BYTES + 1)
    make_photo(
        photos / "MVI_3.jpg", "blue"
    )  # what some cameras write beside a video, which is no live photo's
    make_video(photos / "MVI_3.avi", [(LEFT_BLUE, 2)])
    root = _root(run, photos)
    assert index(run, {root: [""]}).embedded == 5
    assert set(_facts(run)) == {"IMG_1.jpg", "IMG_2.jpg", "IMG_2.mov", "MVI_3.jpg", "MVI_3.avi"}
    again = index(run, {root: ["IMG_1.MOV"]})  # as a watch looks at it
    assert (again.embedded, again.missing, again.skipped) == (0, 0, 0)


def test_a_video_becomes_an_item_once_its_photo_is_gone(run: Run, photos: Path, make_photo) -> None:
    make_photo(photos / "IMG_1.jpg")
    make_photo(photos / "other.jpg", "green")
    make_video(photos / "IMG_1.MOV", [(BLACK, 1)])
    root = _root(run, photos)
    index(run, {root: [""]})
    (photos / "IMG_1.jpg").unlink()
    assert index(run, {root: [""]}).embedded == 1
    assert set(_facts(run)) == {"other.jpg", "IMG_1.MOV"}


def test_without_what_reads_videos_they_are_counted_and_left_for_later(
    run: Run, photos: Path, make_photo, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_photo(photos / "a.jpg")
    make_video(photos / "b.mp4", [(BLACK, 1)])
    root = _root(run, photos)
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "av", None)
        summary = index(run, {root: [""]})
        assert (summary.embedded, summary.skipped, summary.unread_videos) == (1, 0, 1)
    summary = index(run, {root: [""]})
    assert (summary.embedded, summary.unread_videos) == (1, 0)


def test_a_video_that_was_indexed_stays_where_nothing_reads_videos_any_more(
    run: Run, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_video(photos / "b.mp4", [(LEFT_BLUE, 1)])
    root = _root(run, photos)
    index(run, {root: [""]})
    monkeypatch.setitem(sys.modules, "av", None)
    summary = index(run, {root: [""]})
    assert (summary.unchanged, summary.missing, summary.unread_videos) == (1, 0, 0)


def test_facts_of_a_video_are_read_again_without_decoding_it(run: Run, photos: Path) -> None:
    said = {"com.apple.quicktime.creationdate": "2024-07-14T12:30:05+0900"}
    make_video(photos / "a.mov", [(LEFT_BLUE, 2)], said=said)
    root = _root(run, photos)
    index_in_detail(run, {root: [""]})
    with run.library.catalog.write() as transaction:
        (photo_id,) = transaction.photos.present_ids()
        transaction.photos.set_facts({photo_id: {"taken_at": None, "duration_ms": 1}})
    read = read_again(run.library, {root: [""]}, run.stop, workers=0)
    assert (read.read, read.changed) == (1, 1)
    assert _facts(run)["a.mov"].duration_ms == 2000
    assert _facts(run)["a.mov"].taken_at == "2024-07-14T12:30:05"


def test_two_videos_with_one_poster_are_two(run: Run, photos: Path) -> None:
    make_video(photos / "a.mp4", [(LEFT_BLUE, 2)])
    make_video(photos / "b.mp4", [(LEFT_BLUE, 3)])
    assert index(run, {_root(run, photos): [""]}).embedded == 2
    first, second = _facts(run).values()
    assert first.pixel_hash != second.pixel_hash


def test_a_camera_has_one_name_in_its_videos_and_its_photos() -> None:
    said = {"make": "NIKON CORPORATION", "model": "NIKON D90"}
    assert claims_of(said, "a.mov", 3.0).camera == camera_named(*said.values()) == "NIKON D90"
