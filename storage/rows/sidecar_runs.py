"""Rows of written sidecars: which run wrote which, what was there before, and what of it is the library's."""

import json
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from photoseek.storage.clock import now
from photoseek.storage.errors import UnknownName
from photoseek.storage.records import SidecarRun, SidecarWrite
from photoseek.storage.schema import tables
from photoseek.storage.schema.paths import few_at_a_time

_RUN = tables.sidecar_run.c
_WRITE = tables.sidecar_write.c


class SidecarRuns:
    """Questions about runs that wrote sidecars.

    A run of which all was undone is none any more. The row of the latest one stays: no number is used twice.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self) -> int:
        """Record that a run begins, and return its number."""
        number: int = self._connection.execute(select(func.coalesce(func.max(_RUN.id), 0))).scalar_one() + 1
        self._connection.execute(
            insert(tables.sidecar_run).values(id=number, written_at=now(), is_whole=False)
        )
        return number

    def set_whole(self, number: int, *, whole: bool) -> None:
        """Record that a run came to its end, or that it is about to be undone."""
        self._connection.execute(update(tables.sidecar_run).where(_RUN.id == number).values(is_whole=whole))

    def all(self) -> list[SidecarRun]:
        """Return every run of which something can be undone, the first one first."""
        counted = (
            select(_RUN.id, _RUN.written_at, _RUN.is_whole, func.count(_WRITE.path))
            .join_from(tables.sidecar_run, tables.sidecar_write)
            .group_by(_RUN.id)
            .order_by(_RUN.id)
        )
        return [SidecarRun(*row) for row in self._connection.execute(counted)]

    def numbered(self, number: int | None) -> SidecarRun:
        """Return a run, the latest without a number. Raises UnknownName."""
        runs = [run for run in self.all() if number in {None, run.number}]
        if not runs:
            which = "no sidecars were written" if number is None else f"there is no run {number}"
            raise UnknownName(f"{which}: `photoseek sidecars status` lists the runs that can be undone")
        return runs[-1]

    def add(self, number: int, writes: Iterable[SidecarWrite]) -> None:
        """Record what a run is about to write."""
        rows = [
            {
                "run_id": number,
                "path": write.path,
                "photo_id": write.photo_id,
                "before": None if write.before is None else zlib.compress(write.before),
                "before_hash": write.before_hash,
                "after_hash": write.after_hash,
                "written": json.dumps(write.written, sort_keys=True),
            }
            for write in writes
        ]
        if rows:
            self._connection.execute(insert(tables.sidecar_write), rows)

    def of(self, number: int, paths: Iterable[str]) -> list[SidecarWrite]:
        """Return what a run wrote to these paths."""
        return [
            _write(row)
            for some in few_at_a_time(paths)
            for row in self._connection.execute(
                select(tables.sidecar_write).where(_WRITE.run_id == number, _WRITE.path.in_(some))
            )
        ]

    def paths(self, number: int) -> list[str]:
        """Return the paths of what a run wrote."""
        asked = select(_WRITE.path).where(_WRITE.run_id == number).order_by(_WRITE.path)
        return list(self._connection.execute(asked).scalars())

    def at_each(self, paths: Iterable[str]) -> dict[str, list[SidecarWrite]]:
        """Return all that was written to these paths, the latest first."""
        found: dict[str, list[SidecarWrite]] = defaultdict(list)
        for some in few_at_a_time(paths):
            asked = select(tables.sidecar_write).where(_WRITE.path.in_(some)).order_by(_WRITE.run_id.desc())
            for row in self._connection.execute(asked):
                found[row.path].append(_write(row))
        return dict(found)

    def of_photos(self, photo_ids: Collection[int]) -> dict[int, list[SidecarWrite]]:
        """Return all that was written beside a few hundred photos, wherever they lay then, the latest first."""
        found: dict[int, list[SidecarWrite]] = defaultdict(list)
        asked = select(tables.sidecar_write).where(_WRITE.photo_id.in_(photo_ids))
        for row in self._connection.execute(asked.order_by(_WRITE.run_id.desc())):
            found[row.photo_id].append(_write(row))
        return dict(found)

    def photo_ids(self) -> set[int]:
        """Return the photos beside which a sidecar was written."""
        return set(self._connection.execute(select(_WRITE.photo_id).distinct()).scalars())

    def forget(self, number: int, paths: Iterable[str]) -> bool:
        """Forget that a run wrote these sidecars, and the run where none is left; returns whether that is so."""
        rows = [{"of_run": number, "at_path": path} for path in paths]
        if rows:
            of_run = delete(tables.sidecar_write).where(
                _WRITE.run_id == bindparam("of_run"), _WRITE.path == bindparam("at_path")
            )
            self._connection.execute(of_run, rows)
        is_left = bool(self.paths(number))
        if not is_left:
            later = select(func.max(_RUN.id)).scalar_subquery()
            undone = _RUN.id.not_in(select(_WRITE.run_id)) & (_RUN.id < later)
            self._connection.execute(delete(tables.sidecar_run).where(undone))
        return not is_left


def _write(row: Row[*tuple[Any, ...]]) -> SidecarWrite:
    before = None if row.before is None else zlib.decompress(row.before)
    return SidecarWrite(
        row.path, row.photo_id, before, row.before_hash, row.after_hash, json.loads(row.written)
    )
