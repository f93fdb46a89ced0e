"""Groups of photos in a library that are one picture, or one burst; nothing is ever deleted."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice, pairwise
from pathlib import Path

import numpy as np

from searcher.alike import is_one_burst, is_one_picture, pairs, standardised
from searcher.companions import belong_together
from searcher.own_files import files_of_their_own
from storage import Library, Photo, PhotoFacts

LookOf = Callable[[Path], bytes | None]  # of the picture at a path; None for one that can't be read
_KEPT_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Group:
    """Photos that are one picture, or one burst."""

    photos: tuple[Photo, ...]  # the one with the most pixels first

    @property
    def files(self) -> int:
        """How many files they are, copies of one content included."""
        return sum(len(photo.paths) for photo in self.photos)


def duplicates(photos: Iterable[Photo]) -> list[Group]:
    """Group photos that lie in several files, as exact copies or as the same picture resaved, resized, recoloured.

    A raw photo and its JPEG, or frames of a burst, are no duplicates.
    """
    listed = [photo for photo in photos if photo.paths]
    found = _Groups(len(listed))
    seen = [number for number, photo in enumerate(listed) if photo.facts.look is not None]
    looks = standardised([look for photo in listed if (look := photo.facts.look) is not None])
    for i, j in pairs(looks):
        found.join_if(listed, seen[i], seen[j], is_one_picture)
    by_pixels: dict[bytes, int] = {}
    for number, photo in enumerate(listed):  # flat pictures look like any other, and are told by their pixels
        found.join_if(listed, by_pixels.setdefault(photo.facts.pixel_hash, number), number, is_one_picture)
    return _of_own_files(group for group in found.of(listed) if group.files > 1)


def bursts(photos: Iterable[Photo]) -> list[Group]:
    """Group photos that one camera took within moments of each other, of one scene."""
    dated = [photo for photo in photos if photo.paths and photo.facts.taken_at and photo.facts.camera]
    dated.sort(key=lambda photo: (photo.facts.camera or "", photo.facts.taken_at or "", photo.paths[0]))
    found = _Groups(len(dated))
    for i, j in pairwise(range(len(dated))):
        found.join_if(dated, i, j, is_one_burst)
    groups = _of_own_files(group for group in found.of(dated) if len(group.photos) > 1)
    return [group for group in groups if len(group.photos) > 1]


def present_photos(library: Library) -> list[Photo]:
    """Give every photo that lies somewhere on disk, as far as is known."""
    with library.catalog.read() as transaction:
        return list(transaction.photos.by_id(sorted(transaction.photos.present_ids())).values())


def take_looks(library: Library, photos: Iterable[Photo], look_of: LookOf) -> None:
    """Look at photos that came in before looks were kept, at their thumbnails where there are any, and keep it."""
    for some in iter(partial(_few, iter(photos)), []):
        looks = {photo.photo_id: look for photo in some if (look := look_of(_picture(library, photo)))}
        with library.catalog.write() as transaction:
            transaction.photos.set_looks(looks)


def _of_own_files(groups: Iterable[Group]) -> list[Group]:
    """Count each file once, whatever links lead to it; what lies in one file after all is no group."""
    counted: list[Group] = []
    for group in groups:
        own = files_of_their_own(path for photo in group.photos for path in photo.paths)
        photos = (
            replace(photo, paths=tuple(path for path in own if path in photo.paths)) for photo in group.photos
        )
        counted.append(Group(tuple(photo for photo in photos if photo.paths)))
    return [group for group in counted if group.files > 1]


def _few(photos: Iterator[Photo]) -> list[Photo]:
    return list(islice(photos, _KEPT_AT_ONCE))


def _picture(library: Library, photo: Photo) -> Path:
    content_hash = photo.facts.content_hash
    if library.thumbnails.has(content_hash):
        return library.thumbnails.path(content_hash)
    return Path(photo.paths[0])


class _Groups:
    """Disjoint sets of numbers, joined two by two (union–find with path halving)."""

    def __init__(self, count: int) -> None:
        self._parents = np.arange(count)

    def join_if(
        self, photos: list[Photo], i: int, j: int, condition: Callable[[PhotoFacts, PhotoFacts], bool]
    ) -> None:
        """Make two photos one group where `condition` says so, but for a raw photo and its JPEG."""
        first, second = photos[i], photos[j]
        if i != j and condition(first.facts, second.facts) and not belong_together(first, second):
            self._parents[self._root(i)] = self._root(j)

    def of(self, photos: list[Photo]) -> list[Group]:
        """Give the groups, each with its largest photo first, in the order of their first photos' paths."""
        members: dict[int, list[Photo]] = {}
        for number, photo in enumerate(photos):
            members.setdefault(self._root(number), []).append(photo)
        groups = [Group(tuple(sorted(group, key=_best_first))) for group in members.values()]
        return sorted(groups, key=lambda group: group.photos[0].paths[0])

    def _root(self, number: int) -> int:
        while self._parents[number] != number:
            self._parents[number] = self._parents[self._parents[number]]
            number = int(self._parents[number])
        return number


def _best_first(photo: Photo) -> tuple[int, bool, str, int]:
    facts = photo.facts
    return -facts.width * facts.height, facts.taken_at is None, photo.added_at, photo.photo_id
