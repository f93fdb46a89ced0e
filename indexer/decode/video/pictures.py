"""Decoded frames of a video as upright RGB pictures, and the frames at given times."""

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from PIL import Image

from photoseek.indexer.decode.memory import Reserve
from photoseek.indexer.decode.video.opening import Video

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

# A decoder keeps up to sixteen frames of three bytes in two pixels, and as many more as it reads ahead.
_BYTES_A_PIXEL = 40
_MOST_ERRORS = 20  # frames in a row that can't be decoded
_QUARTER = 90  # degrees
_TURNS = {
    1: Image.Transpose.ROTATE_90,  # counterclockwise, as FFmpeg and Pillow count
    2: Image.Transpose.ROTATE_180,
    3: Image.Transpose.ROTATE_270,
}


def reserve_for(video: Video, reserve: Reserve) -> None:
    """Ask for the memory that decoding takes."""
    size = video.stream.codec_context
    reserve(size.width * size.height * _BYTES_A_PIXEL)


def displayed_size(video: Video, frame: "VideoFrame") -> tuple[int, int]:
    """Return width and height of a frame as displayed: turned, and with square pixels."""
    width, height = frame.width, frame.height
    ratio = video.stream.sample_aspect_ratio
    if ratio and 0.1 < ratio < 10:  # noqa: PLR2004 (others are damage)
        width = max(1, round(width * ratio))
    return (height, width) if _turns(frame) % 2 else (width, height)


def picture(video: Video, frame: "VideoFrame", min_side: int) -> Image.Image:
    """Return a frame upright, with square pixels, reduced to a shorter side of `min_side` if it is larger."""
    width, height = displayed_size(video, frame)
    turns = _turns(frame)
    if turns % 2:
        width, height = height, width
    scale = min(1.0, min_side / min(width, height))
    small = frame.reformat(
        width=max(1, round(width * scale)), height=max(1, round(height * scale)), format="rgb24"
    )
    shown = Image.fromarray(small.to_ndarray())
    return shown.transpose(_TURNS[turns]) if turns else shown


def frame_at(video: Video, at_s: float) -> "VideoFrame | None":
    """Return the last key frame before a time, or the next frame that can be decoded; None if there is none."""
    if not sought(video, at_s):
        return None
    return next(decoded(video), None)


def sought(video: Video, at_s: float) -> bool:
    """Go to the last key frame before a time, counted from the video's beginning; False if it can't be found."""
    from av.error import FFmpegError

    base = video.stream.time_base
    with suppress(FFmpegError, OverflowError, ValueError):
        if base is None:
            video.container.seek(int((video.begins_s + at_s) * 1_000_000))
        else:
            video.container.seek(int((video.begins_s + at_s) / base), stream=video.stream)
        return True
    return False


def decoded(video: Video) -> Iterator["VideoFrame"]:
    """Yield the frames from where the video stands, without those that can't be decoded."""
    from av.error import EOFError as Ended
    from av.error import FFmpegError

    errors = 0
    for packet in video.container.demux(video.stream):
        try:
            frames = packet.decode()
        except Ended:
            return
        except FFmpegError:
            errors += 1
            if errors > _MOST_ERRORS:
                return
            continue
        for frame in frames:
            errors = 0
            yield frame


def time_of(video: Video, frame: "VideoFrame") -> float:
    """Return a frame's time in seconds from the video's beginning; 0 where it says none."""
    return 0.0 if frame.time is None else max(0.0, frame.time - video.begins_s)


def _turns(frame: "VideoFrame") -> int:
    """Return by how many quarters of a turn, counterclockwise, a frame is shown turned."""
    return round(frame.rotation / _QUARTER) % 4
