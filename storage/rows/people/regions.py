"""Rows of regions: faces that other programs named in photos' files."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from sqlalchemy import Connection, select

from photoseek.storage.records import Box, NamedRegion
from photoseek.storage.schema import tables
from photoseek.storage.schema.portions import in_portions

_TABLE = tables.face_region.c
_IDS_A_STATEMENT = 10_000


class Regions:
    """Questions about faces that other programs named."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, photo_ids: Iterable[int]) -> dict[int, tuple[NamedRegion, ...]]:
        """Return the named faces of these photos by id, in their files' order; photos without any are left out."""
        found: dict[int, list[NamedRegion]] = defaultdict(list)
        for some in in_portions(photo_ids, _IDS_A_STATEMENT):
            asked = select(tables.face_region).where(_TABLE.photo_id.in_(some))
            for row in self._connection.execute(asked.order_by(_TABLE.photo_id, _TABLE.number)):
                box = None if row.left is None else Box(row.left, row.top, row.width, row.height)
                found[row.photo_id].append(NamedRegion(row.name, box))
        return {photo_id: tuple(regions) for photo_id, regions in found.items()}

    def names(self) -> Counter[str]:
        """Return in how many photos with files each name is, but for hidden photos."""
        present = select(tables.file.c.photo_id).where(tables.file.c.missing_since.is_(None))
        shown = select(tables.photo.c.id).where(tables.photo.c.id.in_(present), ~tables.photo.c.hidden)
        asked = select(_TABLE.name, _TABLE.photo_id).where(_TABLE.photo_id.in_(shown)).distinct()
        return Counter(name for name, _ in self._connection.execute(asked))

    def all_names(self) -> list[str]:
        """Return each name once, those of missing photos too."""
        return list(self._connection.execute(select(_TABLE.name).distinct().order_by(_TABLE.name)).scalars())
