"""No video stops an index, leads elsewhere or takes more than it may."""

import io
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from photoseek.indexer.decode.video.moments import moments_in
from photoseek.indexer.decode.video.poster import decode_video
from photoseek.indexer.errors import UnreadablePhoto, UnreadForNow
from photoseek.indexer.workers.isolation import NO_MODEL, Isolated
from photoseek.indexer.workers.outcomes import Prepared, Rejected, Task, Unreadable
from photoseek.storage import Root, Stamp
from tests.videos import make_video

SCENES = [
    (Image.linear_gradient("L").resize((96, 64)).convert("RGB"), 1.0),
    (Image.new("RGB", (96, 64), "red"), 1.0),
]
KINDS = {
    "a.mp4": (None, "libx264"),
    "a.mov": (None, "mpeg4"),
    "a.mkv": (None, "libx265"),
    "a.avi": (None, "mpeg4"),
    "a.webm": (None, "libvpx-vp9"),
    "a.mts": ("mpegts", "mpeg2video"),
}


def _task(path: Path) -> Task:
    return Task(Root(0, str(path.parent)), path.name, Stamp.of(path.stat()))


def _reason(content: bytes, name: str) -> str:
    with pytest.raises(UnreadablePhoto) as refused:
        decode_video(io.BytesIO(content), name, bytes(16), min_side=64)
    assert not isinstance(refused.value, UnreadForNow)
    return str(refused.value)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_video_is_read_or_refused_by_a_process_that_lives_or_dies(
    kind: str, tmp_path: Path
) -> None:
    container, codec = KINDS[kind]
    whole = make_video(tmp_path / kind, SCENES, container=container, codec=codec).read_bytes()
    chance = np.random.default_rng(7)
    with closing(Isolated(NO_MODEL, frozenset(), None, file_s=20)) as isolated:
        for number in range(25):
            damaged = bytearray(whole)
            for at in chance.integers(12, len(whole), 1 + number):
                damaged[at] = chance.integers(0, 256)
            path = tmp_path / f"{number}{Path(kind).suffix}"
            path.write_bytes(damaged[: len(damaged) - int(chance.integers(0, 2)) * number])
            outcome = isolated(_task(path))
            assert isinstance(outcome, Prepared | Rejected | Unreadable)
            if isinstance(outcome, Rejected | Unreadable):
                assert outcome.reason


@pytest.mark.parametrize("kind", KINDS)
def test_moments_of_a_damaged_video_are_found_or_refused(kind: str, tmp_path: Path) -> None:
    container, codec = KINDS[kind]
    whole = make_video(tmp_path / kind, SCENES, container=container, codec=codec).read_bytes()
    chance = np.random.default_rng(8)
    for number in range(12):
        damaged = bytearray(whole)
        for at in chance.integers(12, len(whole), 1 + 3 * number):
            damaged[at] = chance.integers(0, 256)
        try:
            found = moments_in(io.BytesIO(damaged), kind, min_side=32, most_s=5)
        except UnreadablePhoto as error:
            assert str(error)  # noqa: PT017 (either is right)
        else:
            times = [one.at_ms for one in found]
            assert times == sorted(times)


@pytest.mark.parametrize("name", ["list.mp4", "list.mkv", "list.avi", "list.mts", "list.mov"])
def test_a_playlist_that_leads_to_another_file_is_no_video(name: str, tmp_path: Path) -> None:
    other = make_video(tmp_path / "other.mp4", SCENES)
    for content in (
        f"#EXTM3U\n#EXTINF:1,\n{other.as_uri()}\n#EXT-X-ENDLIST\n",
        f"ffconcat version 1.0\nfile '{other}'\n",
        f'<?xml version="1.0"?><MPD><BaseURL>{other.as_uri()}</BaseURL></MPD>',
        "v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n",
    ):
        assert "no video" in _reason(content.encode(), name)


def test_a_video_whose_pictures_are_too_large_is_refused_before_they_are_decoded(tmp_path: Path) -> None:
    huge = [(Image.new("RGB", (10_000, 7_200)), 0.1)]
    content = make_video(tmp_path / "a.mov", huge, codec="mjpeg", pixels="yuvj420p").read_bytes()
    assert "million" in _reason(content, "a.mov")


def test_a_reason_is_about_what_is_in_the_file_and_not_where_it_lies(tmp_path: Path) -> None:
    path = tmp_path / "secret-folder.mkv"
    path.write_bytes(b"\x1aE\xdf\xa3" + bytes(range(256)) * 20)
    with path.open("rb") as file, pytest.raises(UnreadablePhoto) as refused:
        decode_video(file, str(path), bytes(16), min_side=64)
    assert "secret-folder" not in str(refused.value)


def test_memory_for_decoding_is_asked_for(tmp_path: Path) -> None:
    content = make_video(tmp_path / "a.mp4", SCENES).read_bytes()
    asked: list[int] = []
    decode_video(io.BytesIO(content), "a.mp4", bytes(16), min_side=64, reserve=asked.append)
    moments_in(io.BytesIO(content), "a.mp4", min_side=64, most_s=5, reserve=asked.append)
    assert len(asked) == 2
    assert all(size >= 96 * 64 * 16 for size in asked)


def test_boxes_that_go_in_circles_end() -> None:
    box = b"\0\0\0\x08free"
    assert _reason(b"\0\0\0\x14ftypisom\0\0\2\0isom" + box * 50_000, "a.mp4")
    assert _reason(b"\0\0\0\x14ftypisom\0\0\2\0isom" + b"\0\0\0\0moov", "a.mp4")
    assert _reason(b"\0\0\0\x01ftypisom" + b"\xff" * 8, "a.mp4")


def test_the_name_of_a_video_may_be_no_text(tmp_path: Path) -> None:
    path = tmp_path / "caf\udce9.mp4"
    make_video(tmp_path / "a.mp4", SCENES).rename(path)
    with path.open("rb") as file:
        assert decode_video(file, str(path), bytes(16), min_side=64).format == "MP4"
