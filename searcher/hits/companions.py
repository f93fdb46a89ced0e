"""Several files of one press of the shutter: a raw photo beside its JPEG, the video of a live photo."""

import os
import re
import stat
from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from photoseek.searcher.hits.records import Hit
from photoseek.searcher.same_picture.coarse_look import may_show_one_scene, moment, seconds_apart
from photoseek.storage import Photo, found_within
from photoseek.storage.photo_formats import MOST_MOTION_BYTES, MOTION_SUFFIXES, NOT_RAW

# What cameras and phones write beside a raw photo, as the catalog names formats.
_DEVELOPED = frozenset({"JPEG", "HEIC"})
# PXL_20250126_164931991.RAW-01.COVER.jpg and PXL_20250126_164931991.RAW-02.ORIGINAL.dng
_PART_OF_A_PRESS = re.compile(r"\.(?:raw|mp)-\d+(?:\.[a-z]+)*$")
ShownPair = tuple[Hit, Hit]  # the hit that ranks first, and the one that is shown in its place
VIDEOS_S = 0.1  # the longest that a disk may take to answer during a question
_FIRST_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")


def folded(hits: Iterable[Hit], limit: int) -> list[Hit]:
    """Return at most `limit` hits; a raw photo and its JPEG or HEIC are one hit, at the better rank of the two."""
    return with_videos(shown for _, shown in shown_pairs(hits)[:limit])


def shown_pairs(hits: Iterable[Hit]) -> list[ShownPair]:
    """Return for each photo the hit that ranks first and the one that is shown.

    A raw photo and its JPEG or HEIC are one photo, shown as the JPEG or HEIC.
    """
    found: list[ShownPair] = []
    # The indices in `found` of photos without a partner, by the keys that the two of a pair share.
    alone: dict[object, list[int]] = {}
    for hit in hits:
        keys = _keys(hit.photo)
        near = [place for key in keys for place in alone.get(key, ())]
        place = next((place for place in near if _is_pair(found[place][1].photo, hit.photo)), None)
        if place is None:
            for key in keys:
                alone.setdefault(key, []).append(len(found))
            found.append((hit, hit))
            continue
        first, other = found[place]
        shown, beside = (hit, other) if is_raw(other.photo) else (other, hit)
        paired = replace(
            shown,
            score=first.score,
            relevance=first.relevance,
            match=first.match,
            companions=(*other.companions, beside.path),
        )
        found[place] = first, paired
        for key in _keys(other.photo):
            alone[key] = [other_place for other_place in alone[key] if other_place != place]
    return found


def belong_together(first: Photo, second: Photo) -> bool:
    """Return whether one photo is the raw photo of the other."""
    return not set(_keys(first)).isdisjoint(_keys(second)) and _is_pair(first, second)


def _is_pair(first: Photo, second: Photo) -> bool:
    """Return whether one of two photos that share a key may be the raw photo of the other.

    Cameras reuse names when their counters start again, so the dates and the looks must agree too.
    """
    if is_raw(first) == is_raw(second):
        return False
    return not seconds_apart(first.facts, second.facts) and may_show_one_scene(first.facts, second.facts)


def _keys(photo: Photo) -> list[object]:
    """Return keys that a raw photo shares with its JPEG: folder and name, or name and time.

    A photo of another format has none.
    """
    kind = photo.facts.format
    if kind not in _DEVELOPED and not is_raw(photo):
        return []
    keys: list[object] = []
    for path in photo.paths:
        folder, name = os.path.split(path)
        stem = _shutter_name(name)
        keys.append((folder.lower(), stem))
        # Raw photos may be in another folder than their JPEGs.
        if not np.isnan(taken := moment(photo.facts)):
            keys.append((taken, stem))
    return list(dict.fromkeys(keys))


def _shutter_name(name: str) -> str:
    """Return the part of a name that files of one shutter press share: Pixel phones add suffixes."""
    stem = os.path.splitext(name)[0].lower()  # noqa: PTH122 (paths stay str)
    return _PART_OF_A_PRESS.sub("", stem)


def is_raw(photo: Photo) -> bool:
    """Return whether a photo is in a camera's raw format."""
    return photo.facts.format not in NOT_RAW


def with_videos(hits: Iterable[Hit], stall_s: float = VIDEOS_S) -> list[Hit]:
    """Add the video of each live photo to its companions.

    A disk that is silent for `stall_s` is not asked again.
    """
    listed = list(hits)
    developed = [hit for hit in listed if hit.photo.facts.format in _DEVELOPED]
    found = found_within(stall_s, developed, lambda hit: videos_beside(hit.path), lambda hit: hit.path)
    videos = {hit.path: beside for hit, beside in found if isinstance(beside, list) and beside}
    return [
        replace(hit, companions=tuple(dict.fromkeys((*hit.companions, *videos[hit.path]))))
        if hit.path in videos
        else hit
        for hit in listed
    ]


def begins_as_video(content: bytes) -> bool:
    """Return whether a file's first bytes are those of a QuickTime or MP4 video (the type of its first box)."""
    return content[4:8] in _FIRST_BOXES


def _is_motion(path: str, look: Callable[[str], os.stat_result]) -> bool:
    """Return whether a file is there, and short enough to be a photo's motion: a longer video is found itself."""
    try:
        status = look(path)
    except OSError:
        return False
    return stat.S_ISREG(status.st_mode) and status.st_size <= MOST_MOTION_BYTES


def videos_beside(path: str, look: Callable[[str], os.stat_result] = os.stat) -> list[str]:
    """Return the videos that show a photo in motion, by their names and sizes.

    As it stands, `look` finds none in an object store: a question makes no connection to one.
    """
    stem = os.path.splitext(path)[0]  # noqa: PTH122 (paths stay str)
    # A disk that ignores case shows one video under two names. Paths stay str.
    videos = {
        video.lower(): video for video in (stem + end for end in MOTION_SUFFIXES) if _is_motion(video, look)
    }
    return list(videos.values())
