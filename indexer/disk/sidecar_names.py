"""Which files beside photos say something of which photos, by their names alone.

`name.ext.xmp` belongs to the photo `name.ext`, and `name.xmp` to the photo `name.*`. Of several such photos it is
that of the only raw one (a raw file can't hold XMP, so Adobe's programs write it beside), unless the sidecar names
another by itself. Takeout's JSON goes by rules of its own (`takeout_names`).
"""

import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from photoseek.indexer.decode.formats import is_indexed_name, is_photo_name, suffix
from photoseek.indexer.disk.takeout_names import Stem, takeout_of
from photoseek.storage import Stamp
from photoseek.storage.photo_formats import RAW_SUFFIXES

XMP, JSON = ".xmp", ".json"
_START = re.compile(r"[^.(-]{0,12}")


class Beside(NamedTuple):
    """A file's name that belongs to a photo in the same folder."""

    name: str
    is_sure: bool  # else only if what it says agrees


class Sidecar(NamedTuple):
    """A file beside a photo, as a scan saw it."""

    name: str
    stamp: Stamp
    is_sure: bool


def is_sidecar_name(name: str) -> bool:
    """Return whether a file of this name may say something of a photo beside it."""
    end = name[-4:].lower()  # a scan asks of every file
    return end == XMP or (end == JSON[-4:] and name[-5:-4] == ".")


def beside_each(names: Iterable[str], sidecars: Collection[str]) -> dict[str, list[Beside]]:
    """Return the sidecars of each photo that has some; `names` are those of all photos of one folder."""
    photos = set(names)
    found: dict[str, list[Beside]] = defaultdict(list)
    if xmp := sorted(name for name in sidecars if name[-4:].lower() == XMP):
        _add_xmp(found, photos, xmp)
    if json := sorted(name for name in sidecars if name[-5:].lower() == JSON):
        stems = {name: Stem.of(folded(name)) for name in photos}
        for photo, sidecar, is_sure in takeout_of(stems, ((name, folded(name[:-5])) for name in json)):
            found[photo].append(Beside(sidecar, is_sure))
    return dict(found)


def _add_xmp(found: dict[str, list[Beside]], photos: Collection[str], sidecars: Iterable[str]) -> None:
    by_folded, by_stem = _by(photos, folded), _by(photos, _stem)
    by_folded_stem = _by(photos, lambda name: folded(_stem(name)))
    for sidecar in sidecars:
        of = sidecar[:-4]
        if whole := _whole(of, photos, by_folded):
            found[whole].insert(0, Beside(sidecar, is_sure=True))  # it counts for more than name.xmp
        elif not is_indexed_name(of):
            candidates = by_stem.get(of) or by_folded_stem.get(folded(of), [])
            # The video of a live photo is named as its photo is, and the sidecar is the photo's.
            candidates = list(filter(is_photo_name, candidates)) or candidates
            raw = [name for name in candidates if suffix(name) in RAW_SUFFIXES]
            sure = candidates if len(candidates) == 1 else raw if len(raw) == 1 else []
            for name in candidates:
                found[name].append(Beside(sidecar, is_sure=name in sure))


def folded(name: str) -> str:
    """Return a name without what differs between systems: case, and how accents are written."""
    return name.lower() if name.isascii() else unicodedata.normalize("NFC", name).casefold()


def related(names: Iterable[str], to: Collection[str]) -> list[str]:
    """Return the names that begin as one of `to` does: only these can have to do with it.

    What is behind the first letters is a suffix, a number or "-edited" at the earliest.
    """
    starts = tuple({_START.match(folded(name))[0] for name in to})  # type: ignore[index]
    return [name for name in names if folded(name).startswith(starts)]


def _whole(of: str, photos: Collection[str], by_folded: dict[str, list[str]]) -> str | None:
    if of in photos:
        return of
    alike = by_folded.get(folded(of), [])
    return alike[0] if len(alike) == 1 else None


def _stem(name: str) -> str:
    return os.path.splitext(name)[0]  # noqa: PTH122 (paths stay str)


def _by(names: Iterable[str], key: Callable[[str], str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name in sorted(names):
        found[key(name)].append(name)
    return found
