"""Which paths hold which photos, and which of them are missing?"""

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
from photoseek.storage.schema.sqlite import upsert

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

# The path as bytes, to be decoded as `FilePath` does: through SQLAlchemy that takes as long as all the rest.
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
_NO_SIZE = -1  # that a file on disk has


class Files:
    """Questions about paths below roots."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def known(self, root_id: int, below: Iterable[str] = ("",)) -> dict[str, KnownFile]:
        """Each known path of a root, at or under these paths, missing ones too."""
        return self.known_but(root_id, below, {})[0]

    def known_but(
        self, root_id: int, below: Iterable[str], seen: Mapping[str, Stamp]
    ) -> tuple[dict[str, KnownFile], set[str]]:
        """Return what `known` gives but for files that are not missing and were `seen` as they are known.

        Of these the paths alone.
        """
        others: dict[str, KnownFile] = {}
        as_seen: set[str] = set()
        for some in tables.few_at_a_time(below):
            asked = select(*_COMPARED).where(_TABLE.root_id == root_id, tables.at_or_under(_TABLE.path, some))
            # Unpacked, and no record made of what is as it was: a root may have very many.
            for name, size, mtime_ns, inode, since, file_id, photo_id, out in self._connection.execute(asked):
                path = name.decode(_ENCODING, _ERRORS)
                if seen.get(path) == (size, mtime_ns, inode) and since is None:
                    as_seen.add(path)
                else:
                    stamp = Stamp(size, mtime_ns, inode)
                    others[path] = KnownFile(file_id, root_id, path, stamp, photo_id, since, out)
        return others, as_seen

    def any_under(self, places: Iterable[tuple[int, str]]) -> bool:
        """Return whether any file, missing ones too, is known at or below one of these places below roots."""
        table = tables.file.c
        return any(
            self._connection.execute(
                select(table.id)
                .where(table.root_id == root_id, tables.at_or_under(table.path, [path]))
                .limit(1)
            ).first()
            for root_id, path in places
        )

    def places(self) -> set[tuple[int, str]]:
        """Return every file that is not missing, and every folder that holds one, by root and path below it."""
        table = tables.file.c
        asked = select(table.root_id, table.path).where(table.missing_since.is_(None))
        found: set[tuple[int, str]] = set()
        for root_id, path in self._connection.execute(asked):
            place = path
            while place and (root_id, place) not in found:
                found.add((root_id, place))
                place = os.path.dirname(place)  # noqa: PTH120 (paths stay str)
        return found

    def some_present(self, root_id: int, part: str, but: Collection[str]) -> list[KnownFile]:
        """Return a few present files at or under `part` of a root, except those under `but`."""
        asked = (
            select(*_COLUMNS)
            .where(_TABLE.root_id == root_id, _TABLE.missing_since.is_(None))
            .where(tables.at_or_under(_TABLE.path, [part]), not_(tables.at_or_under(_TABLE.path, but)))
            .order_by(func.random())  # the first ones could all lie in a folder that somebody tidied
            .limit(_A_FEW)
        )
        return [_known(row) for row in self._connection.execute(asked)]

    def at(self, root_id: int, path: str) -> KnownFile | None:
        """Return the file at `path` below the root, if it is known, by any spelling that looks the same."""
        return self.at_all(root_id, [path]).get(path)

    def at_all(self, root_id: int, paths: Iterable[str]) -> dict[str, KnownFile]:
        """Return for each of these paths below the root, that is known, the file as `at` does for one."""
        ways = {path: ways_of_writing(path) for path in paths}
        found = self.at_each(root_id, {way for its_own in ways.values() for way in its_own})
        first = {path: next((way for way in its_own if way in found), None) for path, its_own in ways.items()}
        return {path: found[way] for path, way in first.items() if way is not None}

    def at_each(self, root_id: int, paths: Iterable[str]) -> dict[str, KnownFile]:
        """Return the files at these very paths below the root that are known."""
        found: dict[str, KnownFile] = {}
        for some in tables.few_at_a_time(paths):
            asked = select(*_COLUMNS).where(_TABLE.root_id == root_id, _TABLE.path.in_(some))
            found |= {row.path: _known(row) for row in self._connection.execute(asked)}
        return found

    def place(self, root_id: int, path: str, stamp: Stamp, photo_id: int) -> None:
        """Say that the photo lies at `path` now; it replaces what was known to lie there."""
        self.place_each(root_id, {path: (stamp, photo_id)})

    def place_each(self, root_id: int, placed: Mapping[str, tuple[Stamp, int]]) -> None:
        """Return for each path with which stamp which photo lies there now, as `place` does for one."""
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
        statement = upsert(tables.file)
        replaced = {name: statement.excluded[name] for name in rows[0] if name not in {"root_id", "path"}}
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=[_TABLE.root_id, _TABLE.path], set_=replaced), rows
        )

    def move(self, file: KnownFile, path: str, stamp: Stamp) -> None:
        """Say that a file of a root lies at another path of it now."""
        self._connection.execute(delete(tables.file).where(_TABLE.id == file.file_id))
        self.place(file.root_id, path, stamp, file.photo_id)

    def set_missing(self, file_ids: Iterable[int]) -> None:
        """Say that these files are not on disk any more; the photos keep everything.

        They were there when their root was last compared: a clock that says less is wrong.
        """
        moment = now()
        seen_at = select(tables.root.c.scanned_at).where(tables.root.c.id == _TABLE.root_id).scalar_subquery()
        self._set_missing_since(file_ids, case((seen_at > moment, seen_at), else_=moment))

    def set_present(self, file_ids: Iterable[int]) -> None:
        """Say that these files, missing or left out before, are there, unchanged."""
        self._set_missing_since(file_ids, None)

    def leave_out(self, file_ids: Iterable[int]) -> None:
        """Say that a person leaves these files out from now on; the photos keep everything."""
        since = func.coalesce(_TABLE.missing_since, now())
        self._update_each(file_ids, left_out=True, missing_since=since)

    def left_out(self) -> list[KnownFile]:
        """Every known file that is left out, by its path."""
        asked = select(*_COLUMNS).where(_TABLE.left_out).order_by(_TABLE.root_id, _TABLE.path)
        return [_known(row) for row in self._connection.execute(asked)]

    def hold_back(self, root_id: int, below: Iterable[str], file_ids: Iterable[int]) -> None:
        """Return which files at or under these paths of a root are gone, but too many at once to be believed.

        It takes the place of what was said of these paths before.
        """
        held = tables.held_back.c
        for some in tables.few_at_a_time(below):
            there = exists().where(
                _TABLE.id == held.file_id, _TABLE.root_id == root_id, tables.at_or_under(_TABLE.path, some)
            )
            self._connection.execute(delete(tables.held_back).where(there))
        if rows := [{"file_id": file_id, "since": now()} for file_id in file_ids]:
            self._connection.execute(insert(tables.held_back), rows)

    def held_back(self) -> set[str]:
        """Return the absolute paths of files that were gone when last looked for, and are not believed to be."""
        asked = (
            select(tables.root.c.path, _TABLE.path)
            .join_from(tables.held_back, tables.file)
            .join(tables.root)
            .where(_TABLE.missing_since.is_(None))
        )
        return {os.path.join(root, path) for root, path in self._connection.execute(asked)}

    def count_held_back(self) -> int:
        """How many these are."""
        asked = select(func.count()).select_from(tables.held_back).join(tables.file)
        return self._connection.execute(asked.where(_TABLE.missing_since.is_(None))).scalar_one()

    def drop_missing(self, photo_ids: Iterable[int]) -> None:
        """Forget the paths where these photos were and are not: they have been found at others."""
        gone = delete(tables.file).where(
            _TABLE.photo_id == bindparam("found"), _TABLE.missing_since.is_not(None)
        )
        if found := [{"found": photo_id} for photo_id in photo_ids]:
            self._connection.execute(gone, found)

    def of(self, photo_ids: Iterable[int]) -> list[KnownFile]:
        """Every path that leads to these photos, missing ones too."""
        wanted = sorted(photo_ids)
        found: list[KnownFile] = []
        for start in range(0, len(wanted), _IDS_A_STATEMENT):
            some = wanted[start : start + _IDS_A_STATEMENT]
            asked = select(*_COLUMNS).where(_TABLE.photo_id.in_(some))
            found += [_known(row) for row in self._connection.execute(asked)]
        return found

    def missing_since_before(self, moment: str) -> list[KnownFile]:
        """Files that were missing already at `moment`, UTC, the longest missing first.

        Those that are left out are not among them: nobody looks whether they are there.
        """
        asked = select(*_COLUMNS).where(_TABLE.missing_since <= moment, not_(_TABLE.left_out))
        ordered = asked.order_by(_TABLE.missing_since, _TABLE.root_id, _TABLE.path)
        return [_known(row) for row in self._connection.execute(ordered)]

    def distrust(self, file_ids: Iterable[int]) -> None:
        """Let the next index read these files again, whatever their size and time say."""
        for file_id in file_ids:
            self._connection.execute(update(tables.file).where(_TABLE.id == file_id).values(size=_NO_SIZE))

    def forget(self, file_ids: Iterable[int]) -> None:
        """Let go of these paths; their photos stay, with all they have."""
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
        """Return whether there are as many as photos, which is counted sooner than they are looked through."""
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
