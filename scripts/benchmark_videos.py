"""What videos cost: their posters, their moments, and a question among the moments of many."""

from __future__ import annotations

import json
import time
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from benchmark_photos import make_photos
from benchmark_run import photoseek
from benchmark_table import Measure
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from photoseek.searcher import Searcher
    from photoseek.storage.rows.vectors import Matrix

_SIZE = (1920, 1080)
_RATE = 30
_SCENES, _SCENE_S = 4, 5  # of each video
_MOVED = 120  # pixels by which a scene moves while it is shown
_A_VIDEO = 50  # moments
_ONE_IN = 50  # one photo in so many is a video
_QUESTIONS = ("a dog on a beach", "a red car at night", "two people in a kitchen")


def video_measures(work: Path, videos: int, photos: int, runs: int) -> Iterator[Measure]:
    """Index videos, then extract their moments; then ask among as many photos without and with moments."""
    folder = work / "videos"
    make_photos(work / "scenes", _SCENES * videos, (_SIZE[0] + _MOVED, _SIZE[1]))
    scenes = sorted((work / "scenes").rglob("*.jpg"))
    folder.mkdir(parents=True)
    for number in range(videos):
        _make_video(folder / f"{number}.mp4", scenes[number * _SCENES : (number + 1) * _SCENES])
    what = f"{videos} videos of {_SCENES * _SCENE_S} s, 1080p"
    library = work / "videos-library"
    ran = photoseek("index", library, str(folder), "--only", "meaning", "--json")
    yield Measure(f"index {what}", "videos/s", (json.loads(ran.stdout)["embedded"] / ran.seconds,))
    yield Measure("  its peak memory", "MB", (ran.peak_mb,), "≤ 1000")
    ran = photoseek("index", library, "--only", "videos", "--json")
    yield Measure("  their moments", "videos/s", (videos / ran.seconds,))
    yield Measure("  its peak memory", "MB", (ran.peak_mb,), "≤ 1000")
    yield from _among_moments(work / "moments", photos, runs)


def _make_video(path: Path, scenes: list[Path]) -> None:
    import av

    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=_RATE, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = *_SIZE, "yuv420p"
        frames = _SCENE_S * _RATE
        for number, scene in enumerate(scenes):
            pixels = np.asarray(Image.open(scene).convert("RGB"))
            for step in range(frames):
                left = step * _MOVED // frames
                shown = np.ascontiguousarray(pixels[: _SIZE[1], left : left + _SIZE[0]])
                frame = av.VideoFrame.from_ndarray(shown, format="rgb24")
                frame.pts, frame.time_base = number * frames + step, Fraction(1, _RATE)
                output.mux(stream.encode(frame))
        output.mux(stream.encode())


def _among_moments(folder: Path, count: int, runs: int) -> Iterator[Measure]:
    from benchmark_vectors import fill, photos_vectors

    from photoseek.searcher import Searcher
    from photoseek.storage import Library

    library = Library(folder)
    fill(library, photos_vectors(count))
    searcher = Searcher(library)
    searcher.get_ready()
    before = {asked: _asking(searcher, asked, runs) for asked in _QUESTIONS}
    videos = count // _ONE_IN
    with library.catalog.write() as transaction:
        moments = {
            photo_id: list(enumerate(_moments(photo_id, searcher.model.dimension)))
            for photo_id in range(1, videos * _ONE_IN, _ONE_IN)
        }
        transaction.video_moments.save(searcher.model, moments)
    began = time.perf_counter()
    _ask(searcher, _QUESTIONS[0])
    yield Measure(f"read {videos * _A_VIDEO} moments", "s", (time.perf_counter() - began,))
    for asked in _QUESTIONS:
        after = _asking(searcher, asked, runs)
        more = tuple(late - early for late, early in zip(after, before[asked], strict=True))
        yield Measure(f"find “{asked}” in {count} photos, more by moments", "ms", more, "≤ 30")
    library.close()


def _moments(photo_id: int, dimension: int) -> Matrix:
    drawn = np.random.default_rng(photo_id).standard_normal((_A_VIDEO, dimension), np.float32)
    unit: Matrix = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return unit


def _asking(searcher: Searcher, asked: str, runs: int) -> tuple[float, ...]:
    _ask(searcher, asked)
    took = []
    for _ in range(runs):
        began = time.perf_counter()
        _ask(searcher, asked)
        took.append((time.perf_counter() - began) * 1000)
    return tuple(sorted(took))


def _ask(searcher: Searcher, asked: str) -> None:
    from photoseek.searcher import parse_line

    searcher.find(parse_line(asked), 20)
