"""Which files could not become photos, and why?"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, select

from storage import tables
from storage.clock import now
from storage.records import SkippedFile, Stamp
from storage.sqlite import upsert

_COLUMNS = (
    tables.skipped.c.root_id,
    tables.skipped.c.path,
    tables.skipped.c.size,
    tables.skipped.c.mtime_ns,
    tables.skipped.c.inode,
    tables.skipped.c.reason,
    tables.skipped.c.skipped_at,
)


class Skips:
    """Questions about files that were left out."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def under(self, root_id: int, below: Iterable[str]) -> dict[str, Stamp]:
        """Each skipped path of a root, at or under these paths, with the stamp it was refused at."""
        table = tables.skipped.c
        found: dict[str, Stamp] = {}
        for some in tables.few_at_a_time(below):
            rows = self._connection.execute(
                select(table.path, table.size, table.mtime_ns, table.inode).where(
                    table.root_id == root_id, tables.at_or_under(table.path, some)
                )
            )
            found |= {path: Stamp(*stamp) for path, *stamp in rows}
        return found

    def at(self, root_id: int, path: str) -> SkippedFile | None:
        """Why the file at `path` below the root is not in, if it was skipped."""
        table = tables.skipped.c
        rows = self._connection.execute(select(*_COLUMNS).where(table.root_id == root_id, table.path == path))
        return next((_skipped(row) for row in rows), None)

    def all(self) -> list[SkippedFile]:
        """Every skipped file, the latest last."""
        table = tables.skipped.c
        ordered = select(*_COLUMNS).order_by(table.skipped_at, table.root_id, table.path)
        return [_skipped(row) for row in self._connection.execute(ordered)]

    def count(self) -> int:
        """How many files were skipped."""
        return self._connection.execute(select(func.count()).select_from(tables.skipped)).scalar_one()

    def add(self, root_id: int, path: str, stamp: Stamp, reason: str) -> None:
        """Remember that the file as it is now is no photo; a new stamp is a new try."""
        values = {**stamp._asdict(), "reason": reason, "skipped_at": now()}
        statement = upsert(tables.skipped).values(root_id=root_id, path=path, **values)
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=[tables.skipped.c.root_id, tables.skipped.c.path], set_=values
            )
        )

    def clear(self, root_id: int, paths: Iterable[str]) -> None:
        """Forget that these paths were skipped: they became photos, or went."""
        table = tables.skipped.c
        cleared = delete(tables.skipped).where(table.root_id == root_id, table.path == bindparam("cleared"))
        if rows := [{"cleared": path} for path in paths]:
            self._connection.execute(cleared, rows)


def _skipped(row: Row[*tuple[Any, ...]]) -> SkippedFile:
    stamp = Stamp(row.size, row.mtime_ns, row.inode)
    return SkippedFile(row.root_id, row.path, stamp, row.reason, row.skipped_at)
