"""Which files could not become photos, and why?"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, select

from photoseek.storage.clock import later, now
from photoseek.storage.records import NEVER_READ, SkippedFile, Stamp
from photoseek.storage.schema import tables
from photoseek.storage.schema.sqlite import upsert

# From a try that failed for a cause outside the file to the next: at once, then later and later.
PAUSES_S = (0, 600, 3_600, 21_600)

_TABLE = tables.skipped.c
_COLUMNS = (
    _TABLE.root_id,
    _TABLE.path,
    _TABLE.size,
    _TABLE.mtime_ns,
    _TABLE.inode,
    _TABLE.reason,
    _TABLE.skipped_at,
    _TABLE.again_at,
)


class Skips:
    """Questions about files that were left out."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def under(self, root_id: int, below: Iterable[str]) -> dict[str, Stamp]:
        """Each skipped path of a root, at or under these paths, with the stamp it was skipped at.

        One that is to be tried again by now has the stamp that no file has.
        """
        due = _Due(now())
        found: dict[str, Stamp] = {}
        for some in tables.few_at_a_time(below):
            rows = self._connection.execute(
                select(_TABLE.path, _TABLE.again_at, _TABLE.size, _TABLE.mtime_ns, _TABLE.inode).where(
                    _TABLE.root_id == root_id, tables.at_or_under(_TABLE.path, some)
                )
            )
            for path, again_at, *stamp in rows:
                found[path] = NEVER_READ if due.has_come(again_at) else Stamp(*stamp)
        return found

    def at(self, root_id: int, path: str) -> SkippedFile | None:
        """Why the file at `path` below the root is not in, if it was skipped."""
        asked = select(*_COLUMNS).where(_TABLE.root_id == root_id, _TABLE.path == path)
        return next((_skipped(row) for row in self._connection.execute(asked)), None)

    def all(self) -> list[SkippedFile]:
        """Every skipped file, the latest last."""
        ordered = select(*_COLUMNS).order_by(_TABLE.skipped_at, _TABLE.root_id, _TABLE.path)
        return [_skipped(row) for row in self._connection.execute(ordered)]

    def put_off(self) -> list[SkippedFile]:
        """Files that were skipped for causes outside them, the next to be tried again first."""
        asked = select(*_COLUMNS).where(_TABLE.again_at.is_not(None))
        return [_skipped(row) for row in self._connection.execute(asked.order_by(_TABLE.again_at))]

    def due(self) -> list[SkippedFile]:
        """Those of them that may be tried again by now."""
        due = _Due(now())
        return [skip for skip in self.put_off() if due.has_come(skip.again_at)]

    def waiting(self) -> set[tuple[int, str]]:
        """Those of them, as root id and path below it, that are not to be tried yet."""
        due = _Due(now())
        return {(skip.root_id, skip.path) for skip in self.put_off() if not due.has_come(skip.again_at)}

    def count(self) -> int:
        """How many files were skipped."""
        return self._connection.execute(select(func.count()).select_from(tables.skipped)).scalar_one()

    def add(self, root_id: int, path: str, stamp: Stamp, reason: str) -> None:
        """Remember that the file as it is now is no photo; a new stamp is a new try."""
        self._save(root_id, path, stamp, reason, tries=0, again_at=None)

    def try_later(self, root_id: int, path: str, stamp: Stamp, reason: str) -> None:
        """Remember that the file could not be read for a cause outside it, and when to try it again.

        The pause grows with every try of the file as it is; it is tried at once when it changes.
        """
        asked = select(_TABLE.tries, _TABLE.size, _TABLE.mtime_ns, _TABLE.inode)
        before = self._connection.execute(asked.where(_TABLE.root_id == root_id, _TABLE.path == path)).first()
        tries = before[0] if before is not None and Stamp(*before[1:]) == stamp else 0
        again_at = later(PAUSES_S[min(tries, len(PAUSES_S) - 1)])
        self._save(root_id, path, stamp, reason, tries=tries + 1, again_at=again_at)

    def clear(self, root_id: int, paths: Iterable[str]) -> None:
        """Forget that these paths were skipped: they became photos, or went."""
        cleared = delete(tables.skipped).where(_TABLE.root_id == root_id, _TABLE.path == bindparam("cleared"))
        if rows := [{"cleared": path} for path in paths]:
            self._connection.execute(cleared, rows)

    def _save(  # noqa: PLR0913 (a row's columns)
        self, root_id: int, path: str, stamp: Stamp, reason: str, *, tries: int, again_at: str | None
    ) -> None:
        values = {
            **stamp._asdict(),
            "reason": reason,
            "skipped_at": now(),
            "tries": tries,
            "again_at": again_at,
        }
        statement = upsert(tables.skipped).values(root_id=root_id, path=path, **values)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=[_TABLE.root_id, _TABLE.path], set_=values)
        )


class _Due:
    def __init__(self, moment: str) -> None:
        self._moment = moment
        self._latest = later(PAUSES_S[-1])

    def has_come(self, again_at: str | None) -> bool:
        """Return whether it is time; a time beyond the longest pause is of a clock that was wrong."""
        return again_at is not None and not self._moment < again_at <= self._latest


def _skipped(row: Row[*tuple[Any, ...]]) -> SkippedFile:
    stamp = Stamp(row.size, row.mtime_ns, row.inode)
    return SkippedFile(row.root_id, row.path, stamp, row.reason, row.skipped_at, row.again_at)
