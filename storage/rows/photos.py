"""Rows of photos: their facts and their paths."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Select,
    delete,
    exists,
    func,
    literal,
    select,
    update,
)

from photoseek.storage.clock import now
from photoseek.storage.names import to_text
from photoseek.storage.records import Attributes, Glance, Moment, Photo, PhotoFacts
from photoseek.storage.rows.conditions import Condition, located, video
from photoseek.storage.rows.edits import Edits
from photoseek.storage.rows.people.inheriting import inherit_faces
from photoseek.storage.rows.tags.inheriting import inherit
from photoseek.storage.schema import tables
from photoseek.storage.schema.dialect import dialect_of, upsert
from photoseek.storage.schema.portions import in_portions

_TABLE = tables.photo.c
_FULL_CIRCLE = 360  # degrees
_FACTS = tuple(_TABLE[field.name] for field in fields(PhotoFacts))
_IS_PRESENT = exists().where(tables.file.c.photo_id == _TABLE.id, tables.file.c.missing_since.is_(None))
_IDS_A_STATEMENT = 10_000


class Photos:
    """Questions about photos. A photo is a content, not a path."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, facts: PhotoFacts) -> int:
        """Return the id of the photo with this content, adding it if needed."""
        return self.add_each([facts])[facts.content_hash]

    def add_each(self, facts: Sequence[PhotoFacts]) -> dict[bytes, int]:
        """Return the ids of the photos with these contents by content hash, adding them if needed."""
        known = self.ids_of(one.content_hash for one in facts)
        added_at = now()
        # By hash: a batch may hold two files of one content.
        new = {
            f.content_hash: asdict(f) | {"added_at": added_at} for f in facts if f.content_hash not in known
        }
        if new:
            self._connection.execute(upsert(self._connection, tables.photo), list(new.values()))
        return known | self.ids_of(new)

    def ids_of(self, content_hashes: Iterable[bytes]) -> dict[bytes, int]:
        """Return the ids of existing photos with these contents, by content hash."""
        wanted = list(content_hashes)
        found: dict[bytes, int] = {}
        for start in range(0, len(wanted), _IDS_A_STATEMENT):
            some = wanted[start : start + _IDS_A_STATEMENT]
            asked = select(_TABLE.content_hash, _TABLE.id).where(_TABLE.content_hash.in_(some))
            found |= {row.content_hash: row.id for row in self._connection.execute(asked)}
        return found

    def by_id(self, photo_ids: Sequence[int]) -> dict[int, Photo]:
        """Return these photos with the paths of their present files, the shortest path first."""
        found: dict[int, Photo] = {}
        for start in range(0, len(photo_ids), _IDS_A_STATEMENT):
            some = photo_ids[start : start + _IDS_A_STATEMENT]
            edited = Edits(self._connection).fields_of(some)
            found |= {
                photo.photo_id: photo for photo in self._read(_joined().where(_TABLE.id.in_(some)), edited)
            }
        return found

    def which(self, conditions: Iterable[Condition]) -> set[int]:
        """Return the ids of photos that meet all conditions, missing ones too."""
        return {photo_id for (photo_id,) in self._connection.execute(select(_TABLE.id).where(*conditions))}

    def known(self, photo_ids: Iterable[int]) -> list[int]:
        """Return those of these ids that photos have, missing ones too, in their order and each once."""
        wanted = dict.fromkeys(photo_ids)
        there: set[int] = set()
        for some in in_portions(wanted, _IDS_A_STATEMENT):
            there.update(self._connection.execute(select(_TABLE.id).where(_TABLE.id.in_(some))).scalars())
        return [photo_id for photo_id in wanted if photo_id in there]

    def positions(self, condition: Condition) -> list[tuple[int, float, float]]:
        """Return id, latitude and longitude (degrees) of photos that meet the condition and have a position."""
        asked = select(_TABLE.id, _TABLE.latitude, _TABLE.longitude).where(located(), condition)
        return [
            (photo_id, latitude, longitude)
            for photo_id, latitude, longitude in self._connection.execute(asked)
        ]

    def degrees(self) -> set[tuple[int, int]]:
        """Return the positions of photos in whole degrees, rounded down, each once."""
        # Rounded towards zero, so both get an offset that makes them positive.
        whole = dialect_of(self._connection).truncated
        north, east = (whole(column + _FULL_CIRCLE) for column in (_TABLE.latitude, _TABLE.longitude))
        rows = self._connection.execute(select(north, east).where(located(), _IS_PRESENT).distinct())
        return {(latitude - _FULL_CIRCLE, longitude - _FULL_CIRCLE) for latitude, longitude in rows}

    def dates(self) -> dict[int, str | None]:
        """Return when each photo with a file was taken, ISO 8601 wall time, by id."""
        rows = self._connection.execute(select(_TABLE.id, _TABLE.taken_at).where(_IS_PRESENT))
        return {photo_id: taken_at for photo_id, taken_at in rows}  # noqa: C416 (rows are not pairs to dict())

    def clocks(self, photo_ids: Sequence[int]) -> dict[int, tuple[str | None, int | None]]:
        """Return when these photos were taken, wall time, and its offset from UTC in minutes."""
        found: dict[int, tuple[str | None, int | None]] = {}
        for start in range(0, len(photo_ids), _IDS_A_STATEMENT):
            some = photo_ids[start : start + _IDS_A_STATEMENT]
            asked = select(_TABLE.id, _TABLE.taken_at, _TABLE.taken_offset_minutes).where(_TABLE.id.in_(some))
            found |= {
                photo_id: (taken_at, offset) for photo_id, taken_at, offset in self._connection.execute(asked)
            }
        return found

    def moments(self) -> list[Moment]:
        """Return when and where each photo with a file was taken, but for hidden ones, by id."""
        asked = select(_TABLE.id, _TABLE.taken_at, _TABLE.latitude, _TABLE.longitude)
        rows = self._connection.execute(asked.where(_IS_PRESENT, ~_TABLE.hidden).order_by(_TABLE.id))
        return [Moment(*row) for row in rows]

    def attributes(self, *, with_hidden: bool = False) -> list[Attributes]:
        """Return what each photo with a file is counted by; hidden ones are left out, unless they are wanted."""
        columns = [_TABLE.id if name == "photo_id" else _TABLE[name] for name in Attributes._fields]
        shown = [] if with_hidden else [~_TABLE.hidden]
        rows = self._connection.execute(select(*columns).where(_IS_PRESENT, *shown))
        return [Attributes(*row) for row in rows]

    def cameras(self) -> list[str]:
        """Return the names of all cameras."""
        return self._names(_TABLE.camera)

    def lenses(self) -> list[str]:
        """Return the names of all lenses."""
        return self._names(_TABLE.lens)

    def present_ids(self) -> set[int]:
        """Return the ids of photos with a present file."""
        rows = self._connection.execute(
            select(tables.file.c.photo_id).where(tables.file.c.missing_since.is_(None)).distinct()
        )
        return {photo_id for (photo_id,) in rows}

    def shown_ids(self) -> set[int]:
        """Return the ids of photos with a present file that are not hidden."""
        return self.present_ids() - self.hidden_ids()

    def is_any_present(self) -> bool:
        """Return whether any photo has a present file."""
        present = select(tables.file.c.id).where(tables.file.c.missing_since.is_(None)).limit(1)
        return self._connection.execute(present).first() is not None

    def has_videos(self) -> bool:
        """Return whether any of them is a video."""
        return self._connection.execute(select(_TABLE.id).where(video()).limit(1)).first() is not None

    def absent_ids(self) -> list[int]:
        """Return the ids of photos without a present file, which answers must not show."""
        return [photo_id for (photo_id,) in self._connection.execute(select(_TABLE.id).where(~_IS_PRESENT))]

    def hidden_ids(self) -> frozenset[int]:
        """Return the ids of photos that are left out of answers unless these ask for hidden ones."""
        return frozenset(self._connection.execute(select(_TABLE.id).where(_TABLE.hidden.is_(True))).scalars())

    def unplaced_ids(self) -> set[int]:
        """Return the ids of photos without any file, even missing: of removed roots, replaced or forgotten."""
        leads = exists().where(tables.file.c.photo_id == _TABLE.id)
        return {photo_id for (photo_id,) in self._connection.execute(select(_TABLE.id).where(~leads))}

    def forget(self, photo_ids: Iterable[int]) -> None:
        """Delete photos without files, with their tags and their membership in albums.

        Their vectors must be deleted before, so that this is recorded for the caches.
        """
        for photo_id in photo_ids:
            self._connection.execute(delete(tables.photo).where(_TABLE.id == photo_id))

    def content_hashes(self) -> dict[int, bytes]:
        """Return the content hash of every photo, missing ones too, by id."""
        rows = self._connection.execute(select(_TABLE.id, _TABLE.content_hash))
        return {photo_id: content_hash for photo_id, content_hash in rows}  # noqa: C416 (rows are not pairs to dict())

    def paths(self, photo_id: int) -> tuple[str, ...]:
        """Return the absolute paths of the photo's present files."""
        found = self.by_id([photo_id]).get(photo_id)
        return () if found is None else found.paths

    def same_pixels(self, one: int, other: int) -> bool:
        """Return whether two photos have the same pixels, whatever their metadata."""
        hashes = select(_TABLE.pixel_hash).where(_TABLE.id.in_([one, other])).distinct()
        return len(self._connection.execute(hashes).all()) == 1

    def set_looks(self, looks: Mapping[int, bytes | None]) -> None:
        """Store the looks of photos that were indexed before looks were stored, by photo id."""
        for photo_id, look in looks.items():
            self._connection.execute(update(tables.photo).where(_TABLE.id == photo_id).values(look=look))

    def set_facts(self, facts_of: Mapping[int, Mapping[str, Any]]) -> int:
        """Store what files say by photo id and by the fact's name; returns of how many they said something else.

        Where a person has set a field, the person's word goes on to count.
        """
        edits = Edits(self._connection)
        own = edits.own_facts(facts_of)
        before = {
            photo_id: asdict(photo.facts) | own.get(photo_id, {})
            for photo_id, photo in self.by_id(list(facts_of)).items()
        }
        for photo_id, facts in edits.keep_own(facts_of).items():
            if facts:
                self._connection.execute(update(tables.photo).where(_TABLE.id == photo_id).values(**facts))
        return sum(
            any(before[photo_id][name] != fact for name, fact in facts.items() if name != "facts_version")
            for photo_id, facts in facts_of.items()
        )

    def read_before(self, facts_version: int) -> int:
        """Count the photos with present files whose facts were read by an older version of the reader."""
        older = select(func.count()).select_from(tables.photo).where(_TABLE.facts_version < facts_version)
        return self._connection.execute(older.where(_IS_PRESENT)).scalar_one()

    def inherit(self, old: int, new: int) -> None:
        """Copy what a person set and said, of tags, faces and so on, to the photo that replaced another."""
        Edits(self._connection).inherit(old, new)
        inherit(self._connection, old, new)
        inherit_faces(self._connection, old, new)
        picked = select(tables.album_photo.c.album_id, literal(new), tables.album_photo.c.added_at).where(
            tables.album_photo.c.photo_id == old
        )
        self._connection.execute(
            upsert(self._connection, tables.album_photo)
            .from_select(["album_id", "photo_id", "added_at"], picked)
            .on_conflict_do_nothing()
        )
        judged = tables.judgement.c
        facts_of = select(judged.query, literal(new), judged.good, judged.judged_at).where(
            judged.photo_id == old
        )
        self._connection.execute(
            upsert(self._connection, tables.judgement)
            .from_select(["query", "photo_id", "good", "judged_at"], facts_of)
            .on_conflict_do_nothing()
        )

    def glance(self) -> Glance:
        """Count everything."""

        def count(asked: Select[int]) -> int:
            return self._connection.execute(asked).scalar_one()

        present, left_out = tables.file.c.missing_since.is_(None), tables.file.c.left_out
        missing = ~present & ~left_out
        in_use = select(tables.library.c.model_id).scalar_subquery()
        embedded = exists().where(tables.vector.c.photo_id == _TABLE.id, tables.vector.c.model_id == in_use)
        return Glance(
            photos=count(select(func.count()).select_from(tables.photo).where(_IS_PRESENT)),
            files=count(select(func.count()).select_from(tables.file).where(present)),
            missing_files=count(select(func.count()).select_from(tables.file).where(missing)),
            excluded_files=count(select(func.count()).select_from(tables.file).where(left_out)),
            skipped_files=count(select(func.count()).select_from(tables.skipped)),
            vectors=count(select(func.count()).select_from(tables.photo).where(_IS_PRESENT, embedded)),
            absent_photos=count(select(func.count()).select_from(tables.photo).where(~_IS_PRESENT)),
            tags=count(select(func.count()).select_from(tables.tag)),
            albums=count(select(func.count()).select_from(tables.album)),
        )

    def _names(self, column: Column[str]) -> list[str]:
        asked = select(column).where(column.is_not(None)).distinct().order_by(column)
        return [name for (name,) in self._connection.execute(asked)]

    def _read(
        self, asked: Select[*tuple[Any, ...]], edited: Mapping[int, tuple[str, ...]]
    ) -> Iterator[Photo]:
        rows = self._connection.execute(asked)
        for photo_id, group in groupby(rows, key=itemgetter(0)):
            of_photo = list(group)
            paths = [os.path.join(root, path) for *_, path, root in of_photo if path is not None]
            _, added_at, favourite, hidden, *facts, _, _ = of_photo[0]
            shown_first = tuple(sorted(paths, key=_shown_first) if len(paths) > 1 else paths)
            yield Photo(
                photo_id,
                PhotoFacts(*facts),
                added_at,
                shown_first,
                favourite,
                hidden,
                edited.get(photo_id, ()),
            )


def _joined() -> Select[*tuple[Any, ...]]:
    present = (tables.file.c.photo_id == _TABLE.id) & tables.file.c.missing_since.is_(None)
    return (
        select(
            _TABLE.id,
            _TABLE.added_at,
            _TABLE.favourite,
            _TABLE.hidden,
            *_FACTS,
            tables.file.c.path.label("file_path"),
            tables.root.c.path.label("root_path"),
        )
        .outerjoin(tables.file, present)
        .outerjoin(tables.root, tables.root.c.id == tables.file.c.root_id)
        .order_by(_TABLE.id)
    )


def _shown_first(path: str) -> tuple[int, str]:
    return len(path), to_text(path)
