"""The moments of videos are extracted in the background, and found at their times."""

import sys
from fractions import Fraction
from pathlib import Path
from threading import Event

import av
import numpy as np
import pytest
import skimage.data
from PIL import Image

from photoseek.embedder import FakeEmbedder
from photoseek.embedder.fake import COLOURS
from photoseek.indexer import Run
from photoseek.indexer.decode.video.moments import MOST_MOMENTS, moments_in
from photoseek.indexer.errors import NotInstalled
from photoseek.indexer.extraction.extracting import Extraction, extract
from photoseek.indexer.extraction.kinds import wanted_extractors
from photoseek.indexer.extraction.videos import VideoMoments
from photoseek.searcher import Searcher, parse_line
from photoseek.storage import Library
from tests.runs import index_folders
from tests.videos import make_video

SIZE = (160, 120)
NAMES = ("astronaut", "coffee", "chelsea")


def _photograph(name: str) -> Image.Image:
    return Image.fromarray(getattr(skimage.data, name)()).convert("RGB").resize(SIZE)


def _flat(colour: str) -> Image.Image:
    return Image.new("RGB", (64, 48), COLOURS[colour])


def _times(path: Path, most_s: float = 60.0) -> list[float]:
    with path.open("rb") as file:
        return [one.at_ms / 1000 for one in moments_in(file, path.name, min_side=32, most_s=most_s)]


def _extract(run: Run, name: str = "fake") -> Extraction:
    with run.library.catalog.read() as transaction:
        model = transaction.models.named(name)
    assert model is not None
    extractor = VideoMoments(model, run.library.compiled_folder, FakeEmbedder(name))
    return extract(run.library, extractor, Event(), workers=0, isolated=False)


def _saved(run: Run) -> int:
    with run.library.catalog.read() as transaction:
        return transaction.video_moments.state(run.model).moments


@pytest.mark.parametrize("made", ["cut", "fade", "turned", "key frames alone", "no key frames", "stream"])
def test_each_of_three_photographs_is_found_at_its_time(made: str, run: Run, photos: Path) -> None:
    pictures = [_photograph(name) for name in NAMES]
    for name, picture in zip(NAMES, pictures, strict=True):
        picture.save(photos / f"{name}.png")
    shown = [one.rotate(-90, expand=True) for one in pictures] if made == "turned" else pictures
    make_video(
        photos / ("clip.mts" if made == "stream" else "clip.mp4"),
        [(one, 10) for one in shown],
        container="mpegts" if made == "stream" else None,
        codec={"key frames alone": "mjpeg", "stream": "mpeg2video"}.get(made, "libx264"),
        pixels="yuvj420p" if made == "key frames alone" else "yuv420p",
        turned=90 if made == "turned" else 0,
        fade_s=1.0 if made == "fade" else 0.0,
        options={"g": "100000", "sc_threshold": "0"} if made == "no key frames" else None,
    )
    index_folders(run, photos)
    assert _extract(run).done == 1
    searcher = Searcher(run.library, run.embedder)
    for number, name in enumerate(NAMES):
        hits = searcher.find(parse_line(f"+{photos}/{name}.png"), 4).hits
        (clip,) = (hit for hit in hits if Path(hit.path).stem == "clip")
        assert clip.at_ms is None or abs(clip.at_ms / 1000 - 10 * number) <= 1
        assert number == 0 or clip.at_ms is not None


def test_a_video_is_looked_at_once_by_each_model(run: Run, photos: Path) -> None:
    make_video(photos / "clip.mp4", [(_flat("red"), 3), (_flat("blue"), 3)])
    index_folders(run, photos)
    assert (_extract(run).done, _saved(run)) == (1, 2)
    assert (_extract(run).done, _saved(run)) == (0, 2)
    with run.library.catalog.write() as transaction:
        transaction.models.add("another", run.model.dimension, None)
    assert (_extract(run, "another").done, _saved(run)) == (1, 2)


def test_photos_are_not_read_for_moments(run: Run, photos: Path, make_photo) -> None:
    make_photo(photos / "a.jpg")
    index_folders(run, photos)
    assert _extract(run) == Extraction("videos")
    assert list(wanted_extractors(run.library, ["videos"])) == []


def test_without_what_reads_videos_there_is_advice(
    run: Run, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_video(photos / "clip.mp4", [(_flat("red"), 1)])
    index_folders(run, photos)
    monkeypatch.setitem(sys.modules, "av", None)
    (advice,) = wanted_extractors(run.library, ["videos"])
    assert isinstance(advice, NotInstalled)
    assert "photoseek[video]" in str(advice)


def test_a_video_that_changed_or_went_is_left_for_the_next_index(run: Run, photos: Path) -> None:
    make_video(photos / "changed.mp4", [(_flat("red"), 1)])
    make_video(photos / "gone.mp4", [(_flat("blue"), 1)])
    index_folders(run, photos)
    make_video(photos / "changed.mp4", [(_flat("green"), 2)])
    (photos / "gone.mp4").unlink()
    done = _extract(run)
    assert (done.done, done.left, _saved(run)) == (0, 2, 0)


def test_a_video_of_constant_change_has_moments_all_along_and_no_more_than_a_hundred(tmp_path: Path) -> None:
    colours = [name for name in COLOURS if name != "black"]
    scenes = [(_flat(colours[number % len(colours)]), 1.0) for number in range(240)]
    times = _times(make_video(tmp_path / "clip.mp4", scenes, rate=4))
    assert 24 <= len(times) <= MOST_MOMENTS
    assert times == sorted(set(times))
    assert max(np.diff([*times, 240])) <= 10


def test_a_slow_change_has_a_moment_in_each_ten_seconds(tmp_path: Path) -> None:
    shades = [Image.new("RGB", (64, 48), (number, number, 120)) for number in range(0, 240, 2)]
    times = _times(make_video(tmp_path / "clip.mp4", [(one, 1.0) for one in shades], rate=2))
    assert max(np.diff([*times, len(shades)])) <= 11


def _black(path: Path, at_ms: list[int]) -> Path:
    """Write black frames at given times."""
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=1)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        frame = av.VideoFrame.from_image(Image.new("RGB", (64, 48)))
        for at in at_ms:
            frame.pts, frame.time_base = at, Fraction(1, 1000)
            output.mux(stream.encode(frame))
        output.mux(stream.encode())
    return path


def test_four_hours_of_black_are_one_moment(tmp_path: Path) -> None:
    assert _times(_black(tmp_path / "black.mkv", list(range(0, 4 * 3600 * 1000, 10_000)))) == [0.0]


def test_frames_at_uneven_times_are_found_at_theirs(tmp_path: Path) -> None:
    path = tmp_path / "clip.mkv"
    with av.open(str(path), "w") as output:
        stream = output.add_stream("mpeg4", rate=1000)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for at, colour in [(0, "red"), (40, "red"), (7000, "blue"), (7010, "blue"), (19_500, "white")]:
            frame = av.VideoFrame.from_image(_flat(colour))
            frame.pts, frame.time_base = at, Fraction(1, 1000)
            output.mux(stream.encode(frame))
        output.mux(stream.encode())
    assert _times(path) == pytest.approx([0, 7, 19.5], abs=0.6)


def test_what_was_found_until_the_time_was_up_counts(tmp_path: Path) -> None:
    path = make_video(tmp_path / "clip.mp4", [(_flat("red"), 3), (_flat("blue"), 3)])
    assert _times(path, most_s=0.0) == [0.0]


def test_a_cut_video_that_begins_whole_gives_what_is_there(tmp_path: Path) -> None:
    content = make_video(tmp_path / "clip.mkv", [(_flat("red"), 20), (_flat("blue"), 20)]).read_bytes()
    (tmp_path / "cut.mkv").write_bytes(content[: len(content) // 4])
    assert _times(tmp_path / "cut.mkv")[0] == 0.0


def test_a_model_that_goes_takes_its_moments_along(run: Run, photos: Path) -> None:
    make_video(photos / "clip.mp4", [(_flat("red"), 2)])
    index_folders(run, photos)
    _extract(run)
    with run.library.catalog.write() as transaction:
        transaction.models.drop_vectors(run.model, transaction.revision)
    assert _saved(run) == 0


def test_a_video_that_is_forgotten_takes_its_moments_along(run: Run, photos: Path) -> None:
    make_video(photos / "clip.mp4", [(_flat("red"), 2)])
    index_folders(run, photos)
    _extract(run)
    with run.library.catalog.write() as transaction:
        (photo_id,) = transaction.photos.present_ids()
        transaction.files.forget(file.file_id for file in transaction.files.of([photo_id]))
        transaction.vectors.forget([photo_id])
        transaction.photos.forget([photo_id])
    assert _saved(run) == 0


def test_moments_are_in_a_backup(run: Run, photos: Path, tmp_path: Path) -> None:
    make_video(photos / "clip.mp4", [(_flat("red"), 2), (_flat("blue"), 2)])
    index_folders(run, photos)
    _extract(run)
    run.library.catalog.back_up(tmp_path / "copy")
    (tmp_path / "restored").mkdir()
    (tmp_path / "copy").rename(tmp_path / "restored" / "catalog.sqlite")
    restored = Library(tmp_path / "restored")
    with restored.catalog.read() as transaction:
        assert transaction.video_moments.state(run.model).moments == 2
    restored.close()
