"""A person's judgement of an answer: which of its photos are right."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from photoseek.searcher.albums.contents import photo_ids
from photoseek.searcher.errors import BadQuery
from photoseek.searcher.hits.companions import belong_together, is_raw
from photoseek.searcher.hits.records import Hit
from photoseek.searcher.query.query import Query
from photoseek.storage import Library, UnknownName
from photoseek.storage.disk.paths import as_meant

_NUMBERS = re.compile(r"(?:#?\d{1,18}|\d{1,9}-\d{1,9})(?:,(?:#?\d{1,18}|\d{1,9}-\d{1,9}))*")


@dataclass(frozen=True, slots=True)
class Judged:
    """A question, and which photos a person judged right or wrong for it."""

    query: str
    verdicts: dict[int, bool]  # by photo id: whether it is right

    @property
    def right(self) -> list[int]:
        """Photos that are right."""
        return [photo_id for photo_id, good in self.verdicts.items() if good]

    @property
    def wrong(self) -> list[int]:
        """Photos that are wrong."""
        return [photo_id for photo_id, good in self.verdicts.items() if not good]


def question(query: Query) -> Query:
    """Return the query without its order, as it is judged. Raises BadQuery for filters alone."""
    if not query.embeds:
        raise BadQuery(
            "filters alone are answered alike by every model: judge a question in words or pictures"
        )
    return replace(query, sort=None)


def photos_of(library: Library, hit: Hit) -> list[int]:
    """Return the ids of a hit's photo and of photos folded under it, but of no raw photo beside its JPEG."""
    paths = [Path(path) for path in hit.alike]
    folded = []
    for path in paths:
        try:
            folded += photo_ids(library, [path])
        except UnknownName:  # the video of a live photo
            continue
    with library.catalog.read() as transaction:
        photos = [hit.photo, *transaction.photos.by_id(folded).values()]
    return [
        photo.photo_id
        for photo in photos
        if photo is hit.photo
        or not (is_raw(photo) and any(belong_together(photo, other) for other in photos))
    ]


def named(library: Library, hits: Sequence[Hit], names: Sequence[str], directory: Path) -> list[int]:
    """Return the ids of photos named by hit numbers (1,4-6), by ids (#12) or by paths.

    Raises BadQuery for a number that no hit has, UnknownName for a photo that is not in the library.
    """
    found: list[int] = []
    for typed in names:
        name = "".join(typed.split()) if _NUMBERS.fullmatch("".join(typed.split())) else typed
        if not name.strip():
            raise BadQuery("no hit is named: say hits as in 1,4-6, ids as in #12,#13, or a path")
        if not _NUMBERS.fullmatch(name):
            found += photo_ids(library, [directory / as_meant(Path(name))])
            continue
        for number in name.split(","):
            if number.startswith("#"):
                found.append(_known(library, int(number[1:])))
            else:
                first, _, last = number.partition("-")
                for hit_number in _numbers(int(first), int(last or first)):
                    found += photos_of(library, _hit_at(hits, hit_number))
    return found


def verdicts_of(right: Sequence[int], wrong: Sequence[int]) -> dict[int, bool]:
    """Return one dictionary of both. Raises BadQuery for a photo that is in both."""
    if both := set(right).intersection(wrong):
        raise BadQuery(f"photo #{min(both)} can't be right and wrong: say one of the two")
    return dict.fromkeys(right, True) | dict.fromkeys(wrong, False)


def _numbers(first: int, last: int) -> range:
    if last < first:
        raise BadQuery(f"{first}-{last} counts down: write the lower hit first, as in 4-6")
    return range(first, last + 1)


def _hit_at(hits: Sequence[Hit], number: int) -> Hit:
    if not 1 <= number <= len(hits):
        raise BadQuery(
            f"there is no hit {number} among {len(hits)}: `photoseek judge` with the query alone numbers them"
        )
    return hits[number - 1]


def _known(library: Library, photo_id: int) -> int:
    with library.catalog.read() as transaction:
        if photo_id in transaction.photos.by_id([photo_id]):
            return photo_id
    raise UnknownName(f"there is no photo #{photo_id}: `photoseek find --json` shows the ids of photos")
