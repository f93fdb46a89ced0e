"""What a grid of photos shows of each: read once, and then only of photos that changed."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, delete, exists, insert, select

from photoseek.storage.schema import tables
from photoseek.storage.schema.portions import in_portions

_PHOTO = tables.photo.c
_CHANGE = tables.photo_change.c
_IS_PRESENT = exists().where(tables.file.c.photo_id == _PHOTO.id, tables.file.c.missing_since.is_(None))
_IDS_A_STATEMENT = 10_000


class GridRow(NamedTuple):
    """What a grid shows of one photo."""

    photo_id: int
    content_hash: bytes
    width: int
    height: int
    format: str
    taken_at: str | None  # ISO 8601 wall time, as precise as it is known
    latitude: float | None
    longitude: float | None
    look: bytes | None  # (8, 8) uint8, brightness
    duration_ms: int | None  # of a video
    motion_at: int | None  # of a motion photo: where its file has the video
    rating: int | None
    favourite: bool
    hidden: bool


_COLUMNS = tuple(
    _PHOTO.id.label("photo_id") if name == "photo_id" else _PHOTO[name] for name in GridRow._fields
)


class Grid:
    """Questions about what a grid shows. A photo is shown as long as one of its files is present."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> Iterator[Row[*tuple[Any, ...]]]:
        """Yield every photo with a present file, in no order, with the fields of a GridRow."""
        yield from self._connection.execute(select(*_COLUMNS).where(_IS_PRESENT))

    def of(self, photo_ids: Iterable[int]) -> Iterator[Row[*tuple[Any, ...]]]:
        """Yield those of these photos that have a present file, likewise."""
        for some in in_portions(photo_ids, _IDS_A_STATEMENT):
            yield from self._connection.execute(select(*_COLUMNS).where(_IS_PRESENT, _PHOTO.id.in_(some)))

    def changed_since(self, revision: int) -> set[int]:
        """Return the ids of photos whose rows changed, came or went after this revision of the library."""
        asked = select(_CHANGE.photo_id).where(_CHANGE.revision > revision)
        return set(self._connection.execute(asked).scalars())

    def outdate(self, revision: int, also: Iterable[int] = ()) -> None:
        """Note that every photo, and those with the ids `also`, changed at this revision."""
        self._connection.execute(delete(tables.photo_change))
        changed = set(self._connection.execute(select(_PHOTO.id)).scalars()).union(also)
        rows = [{"photo_id": photo_id, "revision": revision} for photo_id in sorted(changed)]
        if rows:
            self._connection.execute(insert(tables.photo_change), rows)
