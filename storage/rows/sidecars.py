"""Rows of sidecars: which files beside a photo's files were read with it, and their stamps then."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select

from photoseek.storage.records import SidecarRead, Stamp
from photoseek.storage.schema import tables

_TABLE = tables.sidecar.c
_IDS_A_STATEMENT = 10_000


class Sidecars:
    """Questions about the files beside photos that were read with them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def under(self, root_id: int, below: Iterable[str], also: Iterable[str]) -> dict[str, list[SidecarRead]]:
        """Return what was read beside files at or under paths of a root, and beside `also`, by the file's path."""
        found: dict[str, list[SidecarRead]] = defaultdict(list)
        for some in tables.few_at_a_time(below):
            asked = select(tables.sidecar).where(_TABLE.root_id == root_id)
            for row in self._connection.execute(asked.where(tables.at_or_under(_TABLE.path, some))):
                found[row.path].append(_read(row))
        for some in tables.few_at_a_time(path for path in also if path not in found):
            asked = select(tables.sidecar).where(_TABLE.root_id == root_id, _TABLE.path.in_(some))
            for row in self._connection.execute(asked):
                found[row.path].append(_read(row))
        return dict(found)

    def of(self, photo_ids: Collection[int]) -> dict[int, list[SidecarRead]]:
        """Return what was read beside the files of these photos, by photo id."""
        wanted, found = sorted(photo_ids), defaultdict[int, list[SidecarRead]](list)
        for start in range(0, len(wanted), _IDS_A_STATEMENT):
            some = wanted[start : start + _IDS_A_STATEMENT]
            for row in self._connection.execute(select(tables.sidecar).where(_TABLE.photo_id.in_(some))):
                found[row.photo_id].append(_read(row))
        return dict(found)

    def set_read(self, read: Mapping[int, Iterable[SidecarRead]]) -> None:
        """Record, by photo id, beside which files what was read, in place of what was before."""
        wanted = sorted(read)
        for start in range(0, len(wanted), _IDS_A_STATEMENT):
            some = wanted[start : start + _IDS_A_STATEMENT]
            self._connection.execute(delete(tables.sidecar).where(_TABLE.photo_id.in_(some)))
        rows = [
            {
                "root_id": one.root_id,
                "path": one.path,
                "name": one.name,
                "is_sure": one.is_sure,
                "photo_id": photo_id,
                **one.stamp._asdict(),
            }
            for photo_id, of_photo in read.items()
            for one in of_photo
        ]
        if not rows:
            return
        of_another = delete(tables.sidecar).where(  # which lay at the path before
            _TABLE.root_id == bindparam("of_root"), _TABLE.path == bindparam("of_file")
        )
        files = {(row["root_id"], row["path"]) for row in rows}
        self._connection.execute(of_another, [{"of_root": r, "of_file": path} for r, path in files])
        self._connection.execute(insert(tables.sidecar), rows)


def _read(row: Row[*tuple[Any, ...]]) -> SidecarRead:
    stamp = Stamp(row.size, row.mtime_ns, row.inode)
    return SidecarRead(row.root_id, row.path, row.name, stamp, row.is_sure, row.photo_id)
