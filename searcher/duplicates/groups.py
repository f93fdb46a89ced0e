"""Groups of photos that are copies of one picture, or one burst. Nothing is ever deleted."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice, pairwise
from pathlib import Path

import numpy as np

from photoseek.searcher.duplicates.own_files import files_of_their_own
from photoseek.searcher.hits.companions import belong_together, is_raw
from photoseek.searcher.same_picture.coarse_look import (
    compared_look,
    is_one_burst,
    likeliest_pairs,
    may_be_one_picture,
    moment,
    standardised,
)
from photoseek.searcher.same_picture.finer_look import Proof
from photoseek.storage import Library, Photo

Pair = tuple[int, int]
LookOf = Callable[[Path], bytes | None]  # the coarse look of the picture at a path; None if it can't be read
_KEPT_AT_ONCE = 500
_FINER_LOOKS = 24  # how many of a photo's most similar photos are compared closely
# Formats that photos are developed or scanned into before they are sent around as others, at the same size.
_EARLIER_FORMATS = frozenset({"HEIC", "TIFF"})
_Place = tuple[int, bool, bool, bool]


@dataclass(frozen=True, slots=True)
class Group:
    """Photos that are copies of one picture, or one burst."""

    photos: tuple[Photo, ...]  # the one with the most pixels first

    @property
    def files(self) -> int:
        """The number of files, counting each copy of one content."""
        return sum(len(photo.paths) for photo in self.photos)


def duplicates(
    photos: Iterable[Photo],
    is_proven: Proof,
    shown: Callable[[list[Pair]], Iterable[Pair]] = iter,
    sizes: Mapping[int, int] | None = None,
) -> list[Group]:
    """Group exact copies, and the same picture resaved, resized or recoloured.

    A coarse look proposes pairs, and `is_proven` decides; `shown` may display the progress. `sizes` are the bytes
    of photos' files, by photo id: of two in one format with as many pixels, the one compressed less comes first.
    Frames of a burst are no duplicates. A raw photo is one only of the same pixels in its own format: it is
    the original.
    """
    listed = [photo for photo in photos if photo.paths]
    found = _Groups(len(listed), [moment(photo.facts) for photo in listed], sizes)
    by_pixels: dict[tuple[bytes, str | None], int] = {}
    for number, photo in enumerate(listed):
        key = photo.facts.pixel_hash, photo.facts.format if is_raw(photo) else None
        found.join(by_pixels.setdefault(key, number), number)
    seen = [n for n in by_pixels.values() if compared_look(listed[n].facts) and not is_raw(listed[n])]
    looks = standardised([listed[number].facts.look or b"" for number in seen])
    moments = [moment(listed[number].facts) for number in seen]
    for i, j in shown(likeliest_pairs(looks, moments, _FINER_LOOKS)):
        one, other = listed[seen[i]], listed[seen[j]]
        may_be = found.may_join(seen[i], seen[j]) and may_be_one_picture(one.facts, other.facts)
        if may_be and is_proven(one, other):
            found.join(seen[i], seen[j])
    return _of_own_files(group for group in found.of(listed) if group.files > 1)


def bursts(photos: Iterable[Photo]) -> list[Group]:
    """Group photos that one camera took within moments of each other, of one scene."""
    dated = [photo for photo in photos if photo.paths and photo.facts.taken_at and photo.facts.camera]
    dated.sort(key=lambda photo: (photo.facts.camera or "", photo.facts.taken_at or "", photo.paths[0]))
    found = _Groups(len(dated), [moment(photo.facts) for photo in dated])
    for i, j in pairwise(range(len(dated))):
        if is_one_burst(dated[i].facts, dated[j].facts) and not belong_together(dated[i], dated[j]):
            found.join(i, j)
    groups = _of_own_files(group for group in found.of(dated) if len(group.photos) > 1)
    return [group for group in groups if len(group.photos) > 1]


def present_photos(library: Library) -> list[Photo]:
    """Return every photo that has a file on disk, according to the catalog, and is not hidden."""
    with library.catalog.read() as transaction:
        return list(transaction.photos.by_id(sorted(transaction.photos.shown_ids())).values())


def sizes_of(library: Library, photos: Iterable[Photo]) -> dict[int, int]:
    """Return how many bytes a file of each photo has, by photo id."""
    with library.catalog.read() as transaction:
        files = transaction.files.of([photo.photo_id for photo in photos])
    return {file.photo_id: file.stamp.size for file in files}


def take_looks(library: Library, photos: Iterable[Photo], look_of: LookOf) -> None:
    """Compute and store missing coarse looks, from thumbnails if possible."""
    for some in iter(partial(_few, iter(photos)), []):
        looks = {photo.photo_id: look for photo in some if (look := look_of(_picture(library, photo)))}
        with library.catalog.write() as transaction:
            transaction.photos.set_looks(looks)


def _of_own_files(groups: Iterable[Group]) -> list[Group]:
    """Count each file once, however many links lead to it. A group of one file is dropped."""
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
        return Path(library.thumbnails.location(content_hash))
    return Path(photo.paths[0])


class _Groups:
    """Disjoint sets of numbers, joined two by two (union–find with path halving)."""

    def __init__(self, count: int, moments: Sequence[float], sizes: Mapping[int, int] | None = None) -> None:
        self._parents = np.arange(count)
        self._sizes = sizes or {}
        self._moments = {number: {taken} for number, taken in enumerate(moments) if not np.isnan(taken)}

    def may_join(self, i: int, j: int) -> bool:
        """Return whether two are in different groups that were not taken at different moments.

        A copy that lost its date may look like two frames of a burst, which doesn't make the frames copies.
        """
        one, other = self._root(i), self._root(j)
        mine, theirs = self._moments.get(one, set()), self._moments.get(other, set())
        return one != other and (mine <= theirs or theirs <= mine)

    def join(self, i: int, j: int) -> None:
        """Make the groups of two one group."""
        one, other = self._root(i), self._root(j)
        if one != other:
            self._parents[one] = other
            self._moments[other] = self._moments.get(other, set()) | self._moments.pop(one, set())

    def of(self, photos: list[Photo]) -> list[Group]:
        """Return the groups, each with its largest photo first, in the order of their first photos' paths."""
        members: dict[int, list[Photo]] = {}
        for number, photo in enumerate(photos):
            members.setdefault(self._root(number), []).append(photo)
        groups = [Group(tuple(_best_first(group, self._sizes))) for group in members.values()]
        return sorted(groups, key=lambda group: group.photos[0].paths[0])

    def _root(self, number: int) -> int:
        while self._parents[number] != number:
            self._parents[number] = self._parents[self._parents[number]]
            number = int(self._parents[number])
        return number


def _best_first(group: Iterable[Photo], sizes: Mapping[int, int]) -> list[Photo]:
    """Put the photo to keep first: bytes count among photos of one format, since formats compress differently."""
    listed = list(group)
    earliest: dict[tuple[_Place, str], tuple[str, int]] = {}
    for photo in listed:
        of_format = _place(photo), photo.facts.format
        came = photo.added_at, photo.photo_id
        earliest[of_format] = min(earliest.get(of_format, came), came)
    return sorted(
        listed,
        key=lambda photo: (
            _place(photo),
            earliest[_place(photo), photo.facts.format],
            -sizes.get(photo.photo_id, 0),
            photo.added_at,
            photo.photo_id,
        ),
    )


def _place(photo: Photo) -> _Place:
    facts = photo.facts
    return (
        -facts.width * facts.height,
        facts.taken_at is None,
        facts.camera is None,
        facts.format not in _EARLIER_FORMATS,
    )
