"""What a person says of an answer: which of its photos are right."""

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

_NUMBERS = re.compile(r"(?:#?\d{1,18}|\d{1,9}-\d{1,9})(?:,(?:#?\d{1,18}|\d{1,9}-\d{1,9}))*")


@dataclass(frozen=True, slots=True)
class Judged:
    """A question, with what a person said of photos as answers to it."""

    query: str
    said: dict[int, bool]  # by photo id: whether it is right

    @property
    def right(self) -> list[int]:
        """Photos that are right."""
        return [photo_id for photo_id, good in self.said.items() if good]

    @property
    def wrong(self) -> list[int]:
        """Photos that are wrong."""
        return [photo_id for photo_id, good in self.said.items() if not good]


def question(query: Query) -> Query:
    """Give what is judged of a query, which is no order but a model's. Raises BadQuery where no model answers."""
    if not query.embeds:
        raise BadQuery(
            "filters alone are answered alike by every model: judge a question in words or pictures"
        )
    return replace(query, sort=None)


def photos_of(library: Library, hit: Hit) -> list[int]:
    """Give the photos that a hit stands for: it, and what is folded under it, but no raw beside its JPEG."""
    paths = [Path(path) for path in hit.alike]
    folded = []
    for path in paths:
        try:
            folded += photo_ids(library, [path])
        except UnknownName:  # a film of a live photo
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
    """Give the photos named by their places among the hits (1,4-6), by ids (#12) or by paths.

    Raises BadQuery for a place that no hit has, UnknownName for a photo that is not there.
    """
    found: list[int] = []
    for typed in names:
        name = "".join(typed.split()) if _NUMBERS.fullmatch("".join(typed.split())) else typed
        if not name.strip():
            raise BadQuery("no hit is named: say hits as in 1,4-6, ids as in #12,#13, or a path")
        if not _NUMBERS.fullmatch(name):
            found += photo_ids(library, [directory / Path(name).expanduser()])
            continue
        for number in name.split(","):
            if number.startswith("#"):
                found.append(_known(library, int(number[1:])))
            else:
                first, _, last = number.partition("-")
                for place in _places(int(first), int(last or first)):
                    found += photos_of(library, _hit_at(hits, place))
    return found


def said_of(right: Sequence[int], wrong: Sequence[int]) -> dict[int, bool]:
    """Put together what was said. Raises BadQuery for a photo that is called both."""
    if both := set(right).intersection(wrong):
        raise BadQuery(f"photo #{min(both)} can't be right and wrong: say one of the two")
    return dict.fromkeys(right, True) | dict.fromkeys(wrong, False)


def _places(first: int, last: int) -> range:
    if last < first:
        raise BadQuery(f"{first}-{last} counts down: write the lower hit first, as in 4-6")
    return range(first, last + 1)


def _hit_at(hits: Sequence[Hit], place: int) -> Hit:
    if not 1 <= place <= len(hits):
        raise BadQuery(
            f"there is no hit {place} among {len(hits)}: `photoseek judge` with the query alone numbers them"
        )
    return hits[place - 1]


def _known(library: Library, photo_id: int) -> int:
    with library.catalog.read() as transaction:
        if photo_id in transaction.photos.by_id([photo_id]):
            return photo_id
    raise UnknownName(f"there is no photo #{photo_id}: `photoseek find --json` shows the ids of photos")
