"""One press of the shutter, several files: a raw photo beside its JPEG, the film of a live photo."""

import os
from collections.abc import Iterable

from searcher.hits import Hit
from storage import Photo

# What cameras and phones write beside a raw photo, as the catalog names formats.
_DEVELOPED = frozenset({"JPEG", "HEIC"})
_FINISHED = _DEVELOPED | {"AVIF", "BMP", "GIF", "JPEG2000", "MPO", "PNG", "TIFF", "WEBP"}  # all else is raw
_FILMS = (".mov", ".MOV", ".mp4", ".MP4")


def folded(hits: Iterable[Hit], limit: int) -> list[Hit]:
    """Give at most `limit` hits, a raw photo and its JPEG or HEIC as one at the better place of the two.

    What lies in one folder under one name is one photo to a person; the developed one stands for both.
    """
    found: dict[str, Hit] = {}  # by folder and stem; by the whole path where no other file belongs to it
    for hit in hits:
        key = _key(hit.photo, hit.path)
        first = found.get(key)
        if first is None:
            if len(found) == limit:
                break
            found[key] = hit
        elif _is_raw(first.photo) != _is_raw(hit.photo):
            shown, beside = (hit, first) if _is_raw(first.photo) else (first, hit)
            found[key] = Hit(shown.photo, first.score, first.relevance, (*first.companions, beside.path))
        else:
            found[hit.path] = hit
    return [_with_film(hit) for hit in list(found.values())[:limit]]


def belong_together(first: Photo, second: Photo) -> bool:
    """Tell whether one is the raw photo of the other."""
    if _is_raw(first) == _is_raw(second):
        return False
    return not {_key(first, path) for path in first.paths}.isdisjoint(
        _key(second, path) for path in second.paths
    )


def _key(photo: Photo, path: str) -> str:
    kind = photo.facts.format
    pairs = kind in _DEVELOPED or kind not in _FINISHED
    return os.path.splitext(path)[0].lower() if pairs else path  # noqa: PTH122 (paths stay str)


def _is_raw(photo: Photo) -> bool:
    return photo.facts.format not in _FINISHED


def _with_film(hit: Hit) -> Hit:
    if hit.photo.facts.format not in _DEVELOPED:
        return hit
    stem = os.path.splitext(hit.path)[0]  # noqa: PTH122 (as above)
    # A disk that heeds no case shows one film under two names. Paths stay str.
    films = {film.lower(): film for film in (stem + end for end in _FILMS) if os.path.isfile(film)}  # noqa: PTH113
    return Hit(hit.photo, hit.score, hit.relevance, (*hit.companions, *films.values())) if films else hit
