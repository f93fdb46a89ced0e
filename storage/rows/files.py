"""Rows of files: which paths hold which photos, and which are missing."""

import os
import sys
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import (
    Case,
    Connection,
    LargeBinary,
    Row,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    not_,
    select,
    type_coerce,
    update,
)

from photoseek.storage.clock import now
from photoseek.storage.names import ways_of_writing
from photoseek.storage.records import KnownFile, Model, Stamp
from photoseek.storage.schema import tables
from photoseek.storage.schema.dialect import upsert
from photoseek.storage.schema.paths import at_or_under, few_at_a_time

_TABLE = tables.file.c
_COLUMNS = (
    _TABLE.id,
    _TABLE.root_id,
    _TABLE.path,
    _TABLE.size,
    _TABLE.mtime_ns,
    _TABLE.inode,
    _TABLE.photo_id,
    _TABLE.missing_since,
    _TABLE.left_out,
)

# The path as bytes, to be decoded as by `FilePath`: in SQLAlchemy that would take as long as all the rest.
_COMPARED = (
    type_coerce(_TABLE.path, LargeBinary),
    _TABLE.size,
    _TABLE.mtime_ns,
    _TABLE.inode,
    _TABLE.missing_since,
    _TABLE.id,
    _TABLE.photo_id,
    _TABLE.left_out,
)

_ENCODING, _ERRORS = sys.getfilesystemencoding(), sys.getfilesystemencodeerrors()

_IDS_A_STATEMENT = 10_000
_A_FEW = 64
_NO_SIZE = -1  # a size that no file has


class Files:
    """Questions about paths below roots."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def known(self, root_id: int, below: Iterable[str] = ("",)) -> dict[str, KnownFile]:
        """Each known path of a root, at or under these paths, missing ones too."""
        return self.known_except_unchanged(root_id, below, {})[0]

    def known_except_unchanged(
        self, root_id: int, below: Iterable[str], seen: Mapping[str, Stamp]
    ) -> tuple[dict[str, KnownFile], set[str]]:
        """Return what `known` returns, without present files that were `seen` with their known stamps.

        Of these, return only the paths.
        """
        others: dict[str, KnownFile] = {}
        as_seen: set[str] = set()
        for some in few_at_a_time(below):
            asked = select(*_COMPARED).where(_TABLE.root_id == root_id, at_or_under(_TABLE.path, some))
            # Rows are unpacked, and unchanged ones don't become records: a root may have very many.
            for name, size, mtime_ns, inode, since, file_id, photo_id, out in self._connection.execute(asked):
                path = name.decode(_ENCODING, _ERRORS)
                if seen.get(path) == (size, mtime_ns, inode) and since is None:
                    as_seen.add(path)
                else:
                    stamp = Stamp(size, mtime_ns, inode)
                    others[path] = KnownFile(file_id, root_id, path, stamp, photo_id, since, out)
        return others, as_seen

    def any_under(self, locations: Iterable[tuple[int, str]]) -> bool:
        """Return whether any file, missing ones too, is known at or below one of these locations."""
        table = tables.file.c
        return any(
            self._connection.execute(
                select(table.id).where(table.root_id == root_id, at_or_under(table.path, [path])).limit(1)
            ).first()
            for root_id, path in locations
        )

    def locations(self) -> set[tuple[int, str]]:
        """Return the location of every file that is not missing, and of every folder with one."""
        table = tables.file.c
        asked = select(table.root_id, table.path).where(table.missing_since.is_(None))
        found: set[tuple[int, str]] = set()
        for root_id, path in self._connection.execute(asked):
            put = path
            while put and (root_id, put) not in found:
                found.add((root_id, put))
                put = os.path.dirname(put)  # noqa: PTH120 (paths stay str)
        return found

    def present_paths(self) -> list[tuple[int, str]]:
        """Return the root's id and the path of every file that is not missing."""
        rows = self._connection.execute(
            select(_TABLE.root_id, type_coerce(_TABLE.path, LargeBinary)).where(
                _TABLE.missing_since.is_(None)
            )
        )
        return [(root_id, path.decode(_ENCODING, _ERRORS)) for root_id, path in rows]

    def sample_present(self, root_id: int, part: str, excluding: Collection[str]) -> list[KnownFile]:
        """Return a few present files at or under `part` of a root, except those under `excluding`."""
        asked = (
            select(*_COLUMNS)
            .where(_TABLE.root_id == root_id, _TABLE.missing_since.is_(None))
            .where(at_or_under(_TABLE.path, [part]), not_(at_or_under(_TABLE.path, excluding)))
            .order_by(func.random())  # the first ones could all be in one folder that somebody cleaned up
            .limit(_A_FEW)
        )
        return [_known(row) for row in self._connection.execute(asked)]

    def at(self, root_id: int, path: str) -> KnownFile | None:
        """Return the known file at `path` below the root, in any Unicode form that looks the same."""
        return self.at_all(root_id, [path]).get(path)

    def at_all(self, root_id: int, paths: Iterable[str]) -> dict[str, KnownFile]:
        """Return the known files at these paths below the root, found as by `at`."""
        ways = {path: ways_of_writing(path) for path in paths}
        found = self.at_each(root_id, {way for its_own in ways.values() for way in its_own})
        first = {path: next((way for way in its_own if way in found), None) for path, its_own in ways.items()}
        return {path: found[way] for path, way in first.items() if way is not None}

    def at_each(self, root_id: int, paths: Iterable[str]) -> dict[str, KnownFile]:
        """Return the known files at exactly these paths below the root."""
        found: dict[str, KnownFile] = {}
        for some in few_at_a_time(paths):
            asked = select(*_COLUMNS).where(_TABLE.root_id == root_id, _TABLE.path.in_(some))
            found |= {row.path: _known(row) for row in self._connection.execute(asked)}
        return found

    def put(self, root_id: int, path: str, stamp: Stamp, photo_id: int) -> None:
        """Record that the photo is at `path` now, replacing what was recorded for the path."""
        self.put_each(root_id, {path: (stamp, photo_id)})

    def put_each(self, root_id: int, placed: Mapping[str, tuple[Stamp, int]]) -> None:
        """Record the stamp and the photo that are at each path now, as `put` does for one."""
        if not placed:
            return
        rows = [
            {
                "root_id": root_id,
                "path": path,
                **stamp._asdict(),
                "photo_id": photo_id,
                "missing_since": None,
                "left_out": False,
            }
            for path, (stamp, photo_id) in placed.items()
        ]
        statement = upsert(self._connection, tables.file)
        replaced = {name: statement.excluded[name] for name in rows[0] if name not in {"root_id", "path"}}
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=[_TABLE.root_id, _TABLE.path], set_=replaced), rows
        )

    def move(self, file: KnownFile, path: str, stamp: Stamp) -> None:
        """Record that a file of a root is at another path of it now."""
        self._connection.execute(delete(tables.file).where(_TABLE.id == file.file_id))
        self.put(file.root_id, path, stamp, file.photo_id)

    def set_missing(self, file_ids: Iterable[int]) -> None:
        """Mark these files as missing. Their photos keep everything.

        They were there when their root was last compared: an earlier clock time is wrong.
        """
        moment = now()
        seen_at = select(tables.root.c.scanned_at).where(tables.root.c.id == _TABLE.root_id).scalar_subquery()
        self._set_missing_since(file_ids, case((seen_at > moment, seen_at), else_=moment))

    def set_present(self, file_ids: Iterable[int]) -> None:
        """Mark these files, missing or excluded before, as present and unchanged."""
        self._set_missing_since(file_ids, None)

    def leave_out(self, file_ids: Iterable[int]) -> None:
        """Mark these files as excluded. Their photos keep everything."""
        since = func.coalesce(_TABLE.missing_since, now())
        self._update_each(file_ids, left_out=True, missing_since=since)

    def left_out(self) -> list[KnownFile]:
        """Return every known file that is excluded, by path."""
        asked = select(*_COLUMNS).where(_TABLE.left_out).order_by(_TABLE.root_id, _TABLE.path)
        return [_known(row) for row in self._connection.execute(asked)]

    def hold_back(self, root_id: int, below: Iterable[str], file_ids: Iterable[int]) -> None:
        """Hold back files at or under these paths of a root: gone, but too many at once to be marked as missing.

        This replaces what was held back of these paths before.
        """
        held = tables.held_back.c
        for some in few_at_a_time(below):
            there = exists().where(
                _TABLE.id == held.file_id, _TABLE.root_id == root_id, at_or_under(_TABLE.path, some)
            )
            self._connection.execute(delete(tables.held_back).where(there))
        if rows := [{"file_id": file_id, "since": now()} for file_id in file_ids]:
            self._connection.execute(insert(tables.held_back), rows)

    def held_back(self) -> set[str]:
        """Return the absolute paths of files that are held back."""
        asked = (
            select(tables.root.c.path, _TABLE.path)
            .join_from(tables.held_back, tables.file)
            .join(tables.root)
            .where(_TABLE.missing_since.is_(None))
        )
        return {os.path.join(root, path) for root, path in self._connection.execute(asked)}

    def count_held_back(self, root_id: int | None = None) -> int:
        """Count the files that are held back: of a root, or of all."""
        asked = select(func.count()).select_from(tables.held_back).join(tables.file)
        if root_id is not None:
            asked = asked.where(_TABLE.root_id == root_id)
        return self._connection.execute(asked.where(_TABLE.missing_since.is_(None))).scalar_one()

    def drop_missing(self, photo_ids: Iterable[int]) -> None:
        """Forget the missing paths of these photos, which were found at other paths."""
        gone = delete(tables.file).where(
            _TABLE.photo_id == bindparam("found"), _TABLE.missing_since.is_not(None)
        )
        if found := [{"found": photo_id} for photo_id in photo_ids]:
            self._connection.execute(gone, found)

    def of(self, photo_ids: Iterable[int]) -> list[KnownFile]:
        """Return every file of these photos, missing ones too."""
        wanted = sorted(photo_ids)
        found: list[KnownFile] = []
        for start in range(0, len(wanted), _IDS_A_STATEMENT):
            some = wanted[start : start + _IDS_A_STATEMENT]
            asked = select(*_COLUMNS).where(_TABLE.photo_id.in_(some))
            found += [_known(row) for row in self._connection.execute(asked)]
        return found

    def missing_since_before(self, moment: str) -> list[KnownFile]:
        """Return files that were missing already at `moment` (UTC), the longest missing first.

        Excluded files are not among them, since it isn't checked whether they exist.
        """
        asked = select(*_COLUMNS).where(_TABLE.missing_since <= moment, not_(_TABLE.left_out))
        ordered = asked.order_by(_TABLE.missing_since, _TABLE.root_id, _TABLE.path)
        return [_known(row) for row in self._connection.execute(ordered)]

    def distrust(self, file_ids: Iterable[int]) -> None:
        """Let the next index read these files again, even if their stamps are unchanged."""
        for file_id in file_ids:
            self._connection.execute(update(tables.file).where(_TABLE.id == file_id).values(size=_NO_SIZE))

    def forget(self, file_ids: Iterable[int]) -> None:
        """Forget these paths. Their photos stay, with everything."""
        for file_id in file_ids:
            self._connection.execute(delete(tables.file).where(_TABLE.id == file_id))

    def count_present(self, root_id: int) -> int:
        """How many files of a root are not missing."""
        counted = select(func.count()).where(_TABLE.root_id == root_id, _TABLE.missing_since.is_(None))
        return self._connection.execute(counted.select_from(tables.file)).scalar_one()

    def lacking_vectors(self, model: Model) -> list[KnownFile]:
        """Return one present file for each photo that has no vector of this model."""
        if self._all_have_vectors(model):
            return []
        has_vector = exists().where(
            tables.vector.c.photo_id == _TABLE.photo_id, tables.vector.c.model_id == model.model_id
        )
        first = (
            select(func.min(_TABLE.id))
            .where(_TABLE.missing_since.is_(None), ~has_vector)
            .group_by(_TABLE.photo_id)
        )
        asked = select(*_COLUMNS).where(_TABLE.id.in_(first)).order_by(_TABLE.root_id, _TABLE.path)
        return [_known(row) for row in self._connection.execute(asked)]

    def _all_have_vectors(self, model: Model) -> bool:
        """Return whether there are as many vectors as photos: counting is faster than comparing."""
        with_vector = select(func.count()).where(tables.vector.c.model_id == model.model_id)
        photos = select(func.count()).select_from(tables.photo)
        return self._connection.execute(
            select(with_vector.scalar_subquery() == photos.scalar_subquery())
        ).scalar_one()

    def _set_missing_since(self, file_ids: Iterable[int], moment: Case[str] | None) -> None:
        self._update_each(file_ids, left_out=False, missing_since=moment)

    def _update_each(self, file_ids: Iterable[int], **values: object) -> None:
        changed = update(tables.file).where(_TABLE.id == bindparam("changed")).values(**values)
        if rows := [{"changed": file_id} for file_id in file_ids]:
            self._connection.execute(changed, rows)


def _known(row: Row[*tuple[Any, ...]]) -> KnownFile:
    stamp = Stamp(row.size, row.mtime_ns, row.inode)
    return KnownFile(row.id, row.root_id, row.path, stamp, row.photo_id, row.missing_since, row.left_out)
