"""The moments of a video that show something of their own: the first picture, and each that differs from the last.

Pictures are looked at at even distances, key frames where there is one near enough: these decode alone. A video
that has few is decoded from one to the next. What is looked at has a bound, in pictures and in seconds.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from photoseek.indexer.decode.memory import Reserve
from photoseek.indexer.decode.video.opening import Video, opened
from photoseek.indexer.decode.video.pictures import decoded, picture, reserve_for, sought, time_of

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

MOST_MOMENTS = 100
_EVERY_S = 0.5  # at least so far apart are the pictures that are looked at…
_MOST_LOOKED_AT = 300  # …and further in a longer video
_LOOK = (16, 12)  # pixels in which pictures are compared
# Mean differences of two such pictures, of 255. A cut is above 30 and a turning camera above 15; the noise of a
# dark picture, or leaves in the wind, stay below 6.
_CHANGED = 12.0
_CHANGED_SLOWLY, _SLOWLY_S = 6.0, 10.0

Look = NDArray[np.float32]  # (12, 16, 3)


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment."""

    at_ms: int  # from the video's beginning
    picture: Image.Image  # upright, RGB


@dataclass(frozen=True, slots=True)
class _Kept:
    at_s: float
    look: Look
    picture: Image.Image
    change: float  # from the one before


def moments_in(
    file: BinaryIO, name: str, *, min_side: int, most_s: float, reserve: Reserve = lambda _: None
) -> list[Moment]:
    """Return the moments of a video in the order of their times, at most `MOST_MOMENTS`.

    Pictures have a shorter side of `min_side` pixels. What was found within `most_s` seconds is the answer.
    Raises what `opened` does.
    """
    with opened(file, name) as video:
        reserve_for(video, reserve)
        kept: list[_Kept] = []
        for at_s, frame in _looked_at(video, time.monotonic() + most_s):
            look = _look(frame)
            change = float(np.abs(look - kept[-1].look).mean()) if kept else np.inf
            is_slow = bool(kept) and at_s - kept[-1].at_s >= _SLOWLY_S and change >= _CHANGED_SLOWLY
            if change >= _CHANGED or is_slow:
                kept.append(_Kept(at_s, look, picture(video, frame, min_side), change))
        return [Moment(round(one.at_s * 1000), one.picture) for one in _most_changed(kept)]


def _most_changed(kept: list[_Kept]) -> list[_Kept]:
    if len(kept) <= MOST_MOMENTS:
        return kept
    least = sorted((one.change for one in kept), reverse=True)[MOST_MOMENTS - 1]
    return [one for one in kept if one.change >= least][:MOST_MOMENTS]


def _looked_at(video: Video, until: float) -> Iterator[tuple[float, "VideoFrame"]]:
    """Yield pictures with their times in seconds, at even distances as far as that is cheap."""
    step = max(_EVERY_S, video.duration_s / _MOST_LOOKED_AT)
    frames = decoded(video)
    first = next(frames, None)
    if first is None:
        return
    yield 0.0, first
    latest, target = 0.0, step
    is_far_from_key = False  # so that to decode on is cheaper than to begin at the key frame again
    while time.monotonic() < until and (target < video.duration_s or not video.duration_s):
        if not is_far_from_key and sought(video, target):
            frames = decoded(video)
        frame, is_far_from_key = _next(video, frames, latest + step / 2, target, until)
        if frame is None:
            return
        latest = time_of(video, frame)
        target = max(target, latest) + step
        yield latest, frame


def _next(
    video: Video, frames: Iterator["VideoFrame"], new_from: float, target: float, until: float
) -> tuple["VideoFrame | None", bool]:
    """Return a key frame that is new, or the frame at the target; and whether key frames are far apart."""
    key_frames = 0
    for frame in frames:
        at_s = time_of(video, frame)
        key_frames += bool(frame.key_frame)
        if at_s >= target or (frame.key_frame and at_s >= new_from):
            return frame, key_frames < 2 and not (frame.key_frame and at_s >= new_from)  # noqa: PLR2004 (where it began, and the next)
        if time.monotonic() > until:
            break
    return None, False


def _look(frame: "VideoFrame") -> Look:
    small = frame.reformat(width=_LOOK[0], height=_LOOK[1], format="rgb24", interpolation="AREA")
    return small.to_ndarray().astype(np.float32)
