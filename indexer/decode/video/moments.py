"""The moments of a video that show something of their own: the first picture, and each that differs from the last.

Pictures are looked at at even distances, key frames where there is one near enough: these decode alone. A video
that has few is decoded from one to the next. What is looked at has a bound, in pictures and in seconds.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
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
# Between pictures that lie closer, a change is near enough; between those further apart, finding it takes long.
_NEAR_ENOUGH_S, _DATED_BACK_S = 0.6, 3.0
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


@dataclass(slots=True)
class _Kept:
    at_s: float
    seen_s: float  # when the picture before it was looked at, which didn't show it yet
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
        until, seen_s = time.monotonic() + most_s, 0.0
        for at_s, frame in _looked_at(video, until):
            look = _look(frame)
            change = _difference(look, kept[-1].look) if kept else np.inf
            is_slow = bool(kept) and at_s - kept[-1].at_s >= _SLOWLY_S and change >= _CHANGED_SLOWLY
            if change >= _CHANGED or is_slow:
                kept.append(_Kept(at_s, seen_s, look, picture(video, frame, min_side), change))
            seen_s = at_s
        _date_back(video, kept, until)
        return [Moment(round(one.at_s * 1000), one.picture) for one in _most_changed(kept)]


def _date_back(video: Video, kept: list[_Kept], until: float) -> None:
    """Move the time of a moment back to where it begins, where key frames were too far apart to see it."""
    for before, one in pairwise(kept):
        if not _NEAR_ENOUGH_S < one.at_s - one.seen_s <= _DATED_BACK_S or not sought(video, one.seen_s):
            continue
        for frame in decoded(video):
            at_s = time_of(video, frame)
            if at_s >= one.at_s or time.monotonic() > until:
                break
            look = _look(frame)
            if at_s > one.seen_s and _difference(look, one.look) < _difference(look, before.look):
                one.at_s = at_s
                break


def _most_changed(kept: list[_Kept]) -> list[_Kept]:
    """Return as many as are allowed: the most changed of each part of the video, then of all."""
    if len(kept) <= MOST_MOMENTS:
        return kept
    part_s = (kept[-1].at_s + _EVERY_S) / MOST_MOMENTS
    best: dict[int, _Kept] = {}
    for one in kept:
        part = int(one.at_s / part_s)
        if part not in best or one.change > best[part].change:
            best[part] = one
    chosen = {id(one) for one in best.values()}
    others = sorted((one for one in kept if id(one) not in chosen), key=lambda one: -one.change)
    chosen |= {id(one) for one in others[: MOST_MOMENTS - len(chosen)]}
    return [one for one in kept if id(one) in chosen]


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


def _difference(one: Look, other: Look) -> float:
    return float(np.abs(one - other).mean())


def _look(frame: "VideoFrame") -> Look:
    small = frame.reformat(width=_LOOK[0], height=_LOOK[1], format="rgb24", interpolation="AREA")
    return small.to_ndarray().astype(np.float32)
