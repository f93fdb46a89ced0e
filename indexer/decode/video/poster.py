"""A video as one picture, its poster, with the video's facts."""

from dataclasses import replace
from itertools import chain
from typing import BinaryIO

import numpy as np
from PIL import Image

from photoseek.indexer.decode.decode import Decoded
from photoseek.indexer.decode.memory import Reserve
from photoseek.indexer.decode.video.opening import Video, opened
from photoseek.indexer.decode.video.pictures import decoded, displayed_size, frame_at, picture, reserve_for
from photoseek.indexer.errors import UnreadablePhoto
from photoseek.indexer.metadata import NOTHING_BESIDE, Beside, Facts
from photoseek.indexer.metadata.video.facts import facts_of

# Where in a video its poster is looked for, as shares of its length: many begin black, or with a shaken camera.
_PLACES = (0.1, 0.35, 0.6)
_FLATTEST = 8.0  # of 255: a picture whose brightness varies less is a wall, a title's ground, or black
_LOOKED_AT = (32, 32)  # pixels


def decode_video(
    file: BinaryIO, name: str, pixel_hash: bytes, *, min_side: int, reserve: Reserve = lambda _: None
) -> Decoded:
    """Decode a video's poster, reduced to a shorter side of at least `min_side` pixels, and read its facts.

    `pixel_hash` is the hash of the content: two videos are one only if their files are. Raises what `opened` does.
    """
    with opened(file, name) as video:
        reserve_for(video, reserve)
        size, poster = _poster(video, min_side)
        facts = _facts(video, name, NOTHING_BESIDE)
        return Decoded(pixel_hash, *size, video.format, facts, poster, is_the_files=False)


def facts_of_video(file: BinaryIO, name: str, beside: Beside = NOTHING_BESIDE) -> Facts:
    """Read what a video says, and decode nothing. Raises what `opened` does."""
    with opened(file, name) as video:
        return _facts(video, name, beside)


def _facts(video: Video, name: str, beside: Beside) -> Facts:
    said = {**video.stream.metadata, **video.container.metadata}
    facts = facts_of(said, name, video.duration_s, beside)
    codec = video.stream.codec_context.codec.canonical_name
    return replace(facts, duration_ms=round(video.duration_s * 1000), codec=codec)


def _poster(video: Video, min_side: int) -> tuple[tuple[int, int], Image.Image]:
    """Return the first picture that shows something, and the size at which it is displayed.

    The very first is decoded before anything is sought: in some containers, nothing can be.
    """
    first: tuple[tuple[int, int], Image.Image] | None = None
    for frame in chain(
        [next(decoded(video), None)], (frame_at(video, s * video.duration_s) for s in _PLACES)
    ):
        if frame is None:
            continue
        found = displayed_size(video, frame), picture(video, frame, min_side)
        if not _is_flat(found[1]):
            return found
        first = first or found
    if first is None:
        raise UnreadablePhoto(
            "none of its pictures can be decoded: it is damaged or has none, so restore it or export it as MP4"
        )
    return first


def _is_flat(poster: Image.Image) -> bool:
    small = np.asarray(poster.convert("L").resize(_LOOKED_AT, Image.Resampling.BOX), np.float32)
    return float(small.std()) < _FLATTEST
