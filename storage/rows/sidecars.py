"""Rows of sidecars: which files beside a photo's files were read with it, and their stamps then."""

import os
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, LargeBinary, Row, bindparam, delete, insert, select, type_coerce

from photoseek.storage.disk.paths import is_under, outermost
from photoseek.storage.records import SidecarRead, Stamp
from photoseek.storage.schema import tables
from photoseek.storage.schema.paths import at_or_under, few_at_a_time

_TABLE = tables.sidecar.c
_IDS_A_STATEMENT = 10_000
# The path as bytes, to be decoded at once: in SQLAlchemy that would take as long as all the rest.
_COMPARED = (
    type_coerce(_TABLE.path, LargeBinary),
    type_coerce(_TABLE.name, LargeBinary),
    _TABLE.size,
    _TABLE.mtime_ns,
    _TABLE.inode,
    _TABLE.is_sure,
    _TABLE.photo_id,
)


class Sidecars:
    """Questions about the files beside photos that were read with them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def differing(
        self,
        root_id: int,
        below: Iterable[str],
        seen: Mapping[str, Collection[tuple[str, Stamp, bool]]],
    ) -> tuple[set[str], dict[str, set[int]]]:
        """Compare what was read with what was `seen` beside files: name, stamp and whether that surely belongs.

        It is about files at or under `below`, or in `seen`. Returns the paths of present ones that were read with
        just that; and by the path of each other one, the photos that were read with something else there.
        """
        as_seen: Counter[str] = Counter()
        others: dict[str, set[int]] = defaultdict(set)
        # Rows are unpacked, and no records made: of Takeout's photos each has one.
        for name_of_file, name, size, mtime_ns, inode, is_sure, photo_id, now, since in self._rows(
            root_id, below, seen
        ):
            path = os.fsdecode(name_of_file)
            there = (os.fsdecode(name), (size, mtime_ns, inode), is_sure)
            if now == photo_id and since is None and there in seen.get(path, ()):
                as_seen[path] += 1
            else:
                others[path].add(photo_id)
        whole = {path for path, count in as_seen.items() if count == len(seen[path]) and path not in others}
        return whole, dict(others)

    def _rows(
        self, root_id: int, below: Iterable[str], also: Iterable[str]
    ) -> Iterator[Row[*tuple[Any, ...]]]:
        file = tables.file.c
        joined = (
            select(*_COMPARED, file.photo_id, file.missing_since)
            .join_from(
                tables.sidecar,
                tables.file,
                (file.root_id == _TABLE.root_id) & (file.path == _TABLE.path),
                isouter=True,
            )
            .where(_TABLE.root_id == root_id)
        )
        places = outermost(set(below))
        for some in few_at_a_time(places):
            yield from self._connection.execute(joined.where(at_or_under(_TABLE.path, some)))
        elsewhere = (path for path in also if not any(is_under(path, place) for place in places))
        for some in few_at_a_time(elsewhere):
            yield from self._connection.execute(joined.where(_TABLE.path.in_(some)))

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
