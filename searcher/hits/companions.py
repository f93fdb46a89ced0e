"""One press of the shutter, several files: a raw photo beside its JPEG, the film of a live photo."""

import os
import re
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from photoseek.searcher.hits.records import Hit
from photoseek.searcher.same_picture.coarse_look import may_show_one_scene, moment, seconds_apart
from photoseek.storage import Photo, found_within
from photoseek.storage.photo_formats import DEVELOPED_FORMATS

# What cameras and phones write beside a raw photo, as the catalog names formats.
_DEVELOPED = frozenset({"JPEG", "HEIC"})
# PXL_20250126_164931991.RAW-01.COVER.jpg and PXL_20250126_164931991.RAW-02.ORIGINAL.dng
_PART_OF_A_PRESS = re.compile(r"\.(?:raw|mp)-\d+(?:\.[a-z]+)*$")
Led = tuple[Hit, Hit]  # the hit that came first, and the one that is shown for it
FILMS_S = 0.25  # that a disk may be silent while a question is answered
_FIRST_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
_FILMS = (".mov", ".MOV", ".mp4", ".MP4")


def folded(hits: Iterable[Hit], limit: int) -> list[Hit]:
    """Give at most `limit` hits, a raw photo and its JPEG or HEIC as one at the better place of the two."""
    return with_films(shown for _, shown in led(hits)[:limit])


def led(hits: Iterable[Hit]) -> list[Led]:
    """Give the hit that came first and the one that is shown, for each photo as a person counts them.

    The developed one stands for itself and its raw photo.
    """
    found: list[Led] = []
    alone: dict[
        object, list[int]
    ] = {}  # by what the two of a pair share: places in `found` of who lacks the other
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
    """Tell whether one is the raw photo of the other."""
    return not set(_keys(first)).isdisjoint(_keys(second)) and _is_pair(first, second)


def _is_pair(first: Photo, second: Photo) -> bool:
    """Tell whether one of two photos with a key in common may be what the other was developed from.

    Names are used again, by cameras whose counters begin anew: date and look must not speak against it.
    """
    if is_raw(first) == is_raw(second):
        return False
    return not seconds_apart(first.facts, second.facts) and may_show_one_scene(first.facts, second.facts)


def _keys(photo: Photo) -> list[object]:
    """Give what a raw photo and what was developed from it share: folder and name, or name and moment.

    A photo of another kind has none.
    """
    kind = photo.facts.format
    if kind not in _DEVELOPED and not is_raw(photo):
        return []
    keys: list[object] = []
    for path in photo.paths:
        folder, name = os.path.split(path)
        stem = _shutter_name(name)
        keys.append((folder.lower(), stem))
        if not np.isnan(
            taken := moment(photo.facts)
        ):  # as where raw photos are kept in a folder of their own
            keys.append((taken, stem))
    return list(dict.fromkeys(keys))


def _shutter_name(name: str) -> str:
    """Give what of a file's name names the press of the shutter: Pixel phones add what each of its files is."""
    stem = os.path.splitext(name)[0].lower()  # noqa: PTH122 (paths stay str)
    return _PART_OF_A_PRESS.sub("", stem)


def is_raw(photo: Photo) -> bool:
    """Tell whether a photo is of a format that a camera means to be developed."""
    return photo.facts.format not in DEVELOPED_FORMATS


def with_films(hits: Iterable[Hit], stall_s: float = FILMS_S) -> list[Hit]:
    """Name the film of each live photo beside it, once; where a disk is silent for `stall_s`, no more of it."""
    listed = list(hits)
    developed = [hit for hit in listed if hit.photo.facts.format in _DEVELOPED]
    found = found_within(stall_s, developed, _films, lambda hit: hit.path)
    films = {hit.path: beside for hit, beside in found if isinstance(beside, list) and beside}
    return [
        replace(hit, companions=tuple(dict.fromkeys((*hit.companions, *films[hit.path]))))
        if hit.path in films
        else hit
        for hit in listed
    ]


def is_film(path: str) -> bool:
    """Tell whether what belongs to a photo is a film, by its name."""
    return path.endswith(_FILMS)


def begins_as_film(content: bytes) -> bool:
    """Tell whether a file's first bytes are those of a QuickTime or MP4 film: its first box says of which kind."""
    return content[4:8] in _FIRST_BOXES


def _films(hit: Hit) -> list[str]:
    stem = os.path.splitext(hit.path)[0]  # noqa: PTH122 (paths stay str)
    # A disk that heeds no case shows one film under two names. Paths stay str.
    films = {film.lower(): film for film in (stem + end for end in _FILMS) if os.path.isfile(film)}  # noqa: PTH113
    return list(films.values())
