"""Rows of skipped files: which could not become photos, and why."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, select

from photoseek.storage.clock import later, now
from photoseek.storage.records import NEVER_READ, SkippedFile, Stamp
from photoseek.storage.schema import tables
from photoseek.storage.schema.dialect import upsert
from photoseek.storage.schema.paths import at_or_under, few_at_a_time

# Pauses after tries that failed for a temporary reason: none, then longer and longer.
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
    """Questions about files that were skipped."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def under(self, root_id: int, below: Iterable[str]) -> dict[str, Stamp]:
        """Return each skipped path at or under these paths of a root, with its stamp.

        One that is due to be tried again has `NEVER_READ` as its stamp.
        """
        due = _Due(now())
        found: dict[str, Stamp] = {}
        for some in few_at_a_time(below):
            rows = self._connection.execute(
                select(_TABLE.path, _TABLE.again_at, _TABLE.size, _TABLE.mtime_ns, _TABLE.inode).where(
                    _TABLE.root_id == root_id, at_or_under(_TABLE.path, some)
                )
            )
            for path, again_at, *stamp in rows:
                found[path] = NEVER_READ if due.has_come(again_at) else Stamp(*stamp)
        return found

    def at(self, root_id: int, path: str) -> SkippedFile | None:
        """Return why the file at `path` below the root was skipped, if it was."""
        asked = select(*_COLUMNS).where(_TABLE.root_id == root_id, _TABLE.path == path)
        return next((_skipped(row) for row in self._connection.execute(asked)), None)

    def all(self) -> list[SkippedFile]:
        """Return every skipped file, the latest last."""
        ordered = select(*_COLUMNS).order_by(_TABLE.skipped_at, _TABLE.root_id, _TABLE.path)
        return [_skipped(row) for row in self._connection.execute(ordered)]

    def reasons(self, most: int) -> list[tuple[str, int]]:
        """Return why files were skipped, with how many for each reason; the most frequent first."""
        count = func.count()
        asked = select(_TABLE.reason, count).group_by(_TABLE.reason).order_by(count.desc(), _TABLE.reason)
        return [(reason, files) for reason, files in self._connection.execute(asked.limit(most))]

    def page(self, reason: str | None, offset: int, limit: int) -> tuple[list[SkippedFile], int]:
        """Return some of the files skipped for a reason, or for any, the latest first, and how many there are."""
        of_reason = [] if reason is None else [_TABLE.reason == reason]
        counted = select(func.count()).select_from(tables.skipped).where(*of_reason)
        ordered = select(*_COLUMNS).where(*of_reason).order_by(_TABLE.skipped_at.desc(), _TABLE.id.desc())
        some = self._connection.execute(ordered.offset(offset).limit(limit))
        return [_skipped(row) for row in some], self._connection.execute(counted).scalar_one()

    def count_of(self, root_id: int) -> int:
        """Count the skipped files of a root."""
        asked = select(func.count()).select_from(tables.skipped).where(_TABLE.root_id == root_id)
        return self._connection.execute(asked).scalar_one()

    def put_off(self) -> list[SkippedFile]:
        """Return files skipped for temporary reasons, the next to be tried again first."""
        asked = select(*_COLUMNS).where(_TABLE.again_at.is_not(None))
        return [_skipped(row) for row in self._connection.execute(asked.order_by(_TABLE.again_at))]

    def due(self) -> list[SkippedFile]:
        """Return those of them that are due to be tried again."""
        due = _Due(now())
        return [skip for skip in self.put_off() if due.has_come(skip.again_at)]

    def waiting(self) -> set[tuple[int, str]]:
        """Return those of them that are not due yet, as root id and path below it."""
        due = _Due(now())
        return {(skip.root_id, skip.path) for skip in self.put_off() if not due.has_come(skip.again_at)}

    def count(self) -> int:
        """Count the skipped files."""
        return self._connection.execute(select(func.count()).select_from(tables.skipped)).scalar_one()

    def add(self, root_id: int, path: str, stamp: Stamp, reason: str) -> None:
        """Record that the file with this stamp is not a photo. With a new stamp it is tried again."""
        self._save(root_id, path, stamp, reason, tries=0, again_at=None)

    def try_later(self, root_id: int, path: str, stamp: Stamp, reason: str) -> None:
        """Record that the file could not be read for a temporary reason, and when to try it again.

        The pause grows with every try of the unchanged file; a changed one is tried at once.
        """
        asked = select(_TABLE.tries, _TABLE.size, _TABLE.mtime_ns, _TABLE.inode)
        before = self._connection.execute(asked.where(_TABLE.root_id == root_id, _TABLE.path == path)).first()
        tries = before[0] if before is not None and Stamp(*before[1:]) == stamp else 0
        again_at = later(PAUSES_S[min(tries, len(PAUSES_S) - 1)])
        self._save(root_id, path, stamp, reason, tries=tries + 1, again_at=again_at)

    def clear(self, root_id: int, paths: Iterable[str]) -> None:
        """Delete these paths' records: they became photos, or are gone."""
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
        statement = upsert(self._connection, tables.skipped).values(root_id=root_id, path=path, **values)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=[_TABLE.root_id, _TABLE.path], set_=values)
        )


class _Due:
    def __init__(self, moment: str) -> None:
        self._moment = moment
        self._latest = later(PAUSES_S[-1])

    def has_come(self, again_at: str | None) -> bool:
        """Return whether the time has come; a time beyond the longest pause came from a wrong clock."""
        return again_at is not None and not self._moment < again_at <= self._latest


def _skipped(row: Row[*tuple[Any, ...]]) -> SkippedFile:
    stamp = Stamp(row.size, row.mtime_ns, row.inode)
    return SkippedFile(row.root_id, row.path, stamp, row.reason, row.skipped_at, row.again_at)
