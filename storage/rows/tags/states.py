"""What is known of a tag on photos, to be put back as it was."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, select

from photoseek.storage.schema import tables
from photoseek.storage.schema.portions import in_portions

_IDS_A_STATEMENT = 500


class TagState(NamedTuple):
    """What is known of one tag on one photo: a model's or a person's yes, a person's no, or nothing."""

    tag: tuple[Any, ...] | None = None  # the row of `tag`
    refused_at: str | None = None


UNKNOWN = TagState()


class TagStates:
    """Takes what is known of a tag on photos, and puts it back."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, name: str, photo_ids: Iterable[int]) -> dict[int, TagState]:
        """Return what is known of this tag, by photo id; photos of which nothing is known are left out."""
        found: dict[int, TagState] = {}
        for some in in_portions(photo_ids, _IDS_A_STATEMENT):
            tag, refused = tables.tag, tables.refused_tag
            for row in self._connection.execute(
                select(tag).where(tag.c.name == name, tag.c.photo_id.in_(some))
            ):
                found[row.photo_id] = TagState(tag=tuple(row))
            for row in self._connection.execute(
                select(refused).where(refused.c.name == name, refused.c.photo_id.in_(some))
            ):
                found[row.photo_id] = found.get(row.photo_id, UNKNOWN)._replace(refused_at=row.refused_at)
        return found

    def put_back(self, name: str, before: Mapping[int, TagState], after: Mapping[int, TagState]) -> int:
        """Put back what was known of photos before, where it is still what it was after; returns of how many.

        Photos that were forgotten meanwhile are left out, as are those about whose tag something was said since.
        """
        photo_ids = sorted(before.keys() | after.keys())
        now, there = self.of(name, photo_ids), self._there(photo_ids)
        changed = [
            photo_id
            for photo_id in photo_ids
            if photo_id in there
            and before.get(photo_id, UNKNOWN) != after.get(photo_id, UNKNOWN)
            and now.get(photo_id, UNKNOWN) == after.get(photo_id, UNKNOWN)
        ]
        for some in in_portions(changed, _IDS_A_STATEMENT):
            for table in (tables.tag, tables.refused_tag):
                self._connection.execute(
                    delete(table).where(table.c.name == name, table.c.photo_id.in_(some))
                )
        columns = [column.name for column in tables.tag.c]
        states = [(photo_id, before.get(photo_id, UNKNOWN)) for photo_id in changed]
        tags = [dict(zip(columns, state.tag, strict=True)) for _, state in states if state.tag is not None]
        refused = [
            {"photo_id": photo_id, "name": name, "refused_at": state.refused_at}
            for photo_id, state in states
            if state.refused_at is not None
        ]
        if tags:
            self._connection.execute(insert(tables.tag), tags)
        if refused:
            self._connection.execute(insert(tables.refused_tag), refused)
        return len(changed)

    def _there(self, photo_ids: Iterable[int]) -> set[int]:
        return {
            photo_id
            for some in in_portions(photo_ids, _IDS_A_STATEMENT)
            for photo_id in self._connection.execute(
                select(tables.photo.c.id).where(tables.photo.c.id.in_(some))
            ).scalars()
        }
