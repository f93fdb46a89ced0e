"""One press of the shutter, several files: a raw photo beside its JPEG, the film of a live photo."""

import os
from collections.abc import Iterable
from dataclasses import replace

from searcher.hits import Hit
from storage import Photo, conditions, found_within

# What cameras and phones write beside a raw photo, as the catalog names formats.
_DEVELOPED = frozenset({"JPEG", "HEIC"})
Led = tuple[Hit, Hit]  # the hit that came first, and the one that is shown for it
FILMS_S = 0.25  # that a disk may be silent while a question is answered
_FILMS = (".mov", ".MOV", ".mp4", ".MP4")


def folded(hits: Iterable[Hit], limit: int) -> list[Hit]:
    """Give at most `limit` hits, a raw photo and its JPEG or HEIC as one at the better place of the two."""
    return with_films(shown for _, shown in led(hits)[:limit])


def led(hits: Iterable[Hit]) -> list[Led]:
    """Give the hit that came first and the one that is shown, for each photo as a person counts them.

    What lies in one folder under one name is one photo to a person; the developed one stands for both.
    """
    found: dict[
        str, tuple[Hit, Hit]
    ] = {}  # by folder and stem; by the whole path where no other file belongs to it
    for hit in hits:
        key = _key(hit.photo, hit.path)
        if key not in found:
            found[key] = hit, hit
            continue
        first, other = found[key]
        if is_raw(other.photo) != is_raw(hit.photo):
            shown, beside = (hit, other) if is_raw(other.photo) else (other, hit)
            paired = replace(
                shown,
                score=first.score,
                relevance=first.relevance,
                companions=(*other.companions, beside.path),
            )
            found[key] = first, paired
        else:
            found[hit.path] = hit, hit
    return list(found.values())


def belong_together(first: Photo, second: Photo) -> bool:
    """Tell whether one is the raw photo of the other."""
    if is_raw(first) == is_raw(second):
        return False
    return not {_key(first, path) for path in first.paths}.isdisjoint(
        _key(second, path) for path in second.paths
    )


def _key(photo: Photo, path: str) -> str:
    kind = photo.facts.format
    pairs = kind in _DEVELOPED or kind not in conditions.FINISHED_FORMATS
    return os.path.splitext(path)[0].lower() if pairs else path  # noqa: PTH122 (paths stay str)


def is_raw(photo: Photo) -> bool:
    """Tell whether a photo is of a format that a camera means to be developed."""
    return photo.facts.format not in conditions.FINISHED_FORMATS


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


def _films(hit: Hit) -> list[str]:
    stem = os.path.splitext(hit.path)[0]  # noqa: PTH122 (paths stay str)
    # A disk that heeds no case shows one film under two names. Paths stay str.
    films = {film.lower(): film for film in (stem + end for end in _FILMS) if os.path.isfile(film)}  # noqa: PTH113
    return list(films.values())
