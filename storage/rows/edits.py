"""Rows of edits: what a person says of photos, which counts for more than what their files say.

The columns of `photo` hold what counts: a person's latest word that was not undone, else the file's own value.
While a person's word stands, the file's own value is kept in `own_fact`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, distinct, func, insert, literal, select, update

from photoseek.storage.clock import now
from photoseek.storage.errors import UnknownName
from photoseek.storage.records import Change, Edit
from photoseek.storage.schema import tables
from photoseek.storage.schema.dialect import upsert
from photoseek.storage.schema.portions import in_portions

# The columns of `photo` that each field of an edit consists of.
COLUMNS: dict[str, tuple[str, ...]] = {
    "rating": ("rating",),
    "favourite": ("favourite",),
    "hidden": ("hidden",),
    "title": ("title",),
    "description": ("description",),
    "date": ("taken_at", "taken_offset_minutes", "date_source"),
    "place": ("latitude", "longitude", "position_source"),
}
_IN_NO_FILE = ("favourite", "hidden")  # fields that only a person can set
_PHOTO = tables.photo.c
_EDIT = tables.edit.c
_OWN = tables.own_fact.c
_CHANGE = tables.edit_change.c
_AT_ONCE = 10_000  # photos or edits in one statement

Value = Mapping[str, Any]  # by column


class Edits:
    """Questions about what a person set by hand, in numbered changes that can be undone."""

    def __init__(self, connection: Connection, user_id: int | None = None) -> None:
        self._connection = connection
        self._user_id = user_id  # who makes changes, if no owner

    def make(self, what: str, edits: Iterable[Edit]) -> Change | None:
        """Store edits as one change of what they say anew, described by `what`; None if they say nothing new.

        An edit without a value takes the person's word back, so that the file's own value counts. What is said
        again beside it is stored too: it still counts when the change that said it first is undone.
        """
        edits = list(edits)
        new = list(self.news(edits))
        return self.record(what, new, self._said_again(edits)) if new else None

    def record(self, what: str, new: Sequence[Edit], said_again: Iterable[Edit] = ()) -> Change:
        """Store edits as one change, described by `what`, which counts the photos of those that are new."""
        edits = [*new, *said_again]
        number = 1 + (self._connection.execute(select(func.max(_CHANGE.id))).scalar() or 0)
        photos = len({edit.photo_id for edit in new})
        made = Change(number, now(), what, photos, None)
        self._connection.execute(
            insert(tables.edit_change).values(
                id=number, made_at=made.made_at, what=what, photos=photos, account_id=self._user_id
            )
        )
        rows = [
            {
                "photo_id": edit.photo_id,
                "field": edit.field,
                "change_id": number,
                "value": edit.value,
                "set_at": edit.set_at,
            }
            for edit in edits
        ]
        self._connection.execute(insert(tables.edit), rows)
        self._apply(edit.photo_id for edit in edits)
        return made

    def news(self, edits: Iterable[Edit]) -> Iterator[Edit]:
        """Yield the edits that say something else than the person's present words."""
        for some in in_portions(edits, _AT_ONCE):
            words = self._words({edit.photo_id for edit in some})
            for edit in some:
                word = words.get(edit.photo_id, {}).get(edit.field)
                if edit.field in _IN_NO_FILE and word is None and not (edit.value or {}).get(edit.field):
                    continue
                if (None if word is None else word.value) != edit.value:
                    yield edit

    def _said_again(self, edits: Iterable[Edit]) -> Iterator[Edit]:
        """Yield the edits that repeat the person's present words."""
        for some in in_portions(edits, _AT_ONCE):
            words = self._words({edit.photo_id for edit in some})
            for edit in some:
                word = words.get(edit.photo_id, {}).get(edit.field)
                if word is not None and word.value == edit.value:
                    yield edit

    def undo(self, number: int) -> Change:
        """Take a change back, so that the words before it count again. Raises UnknownName."""
        found = next((change for change in self.changes() if change.number == number), None)
        if found is None:
            raise UnknownName(f"there is no change {number}: `photoseek set --list` lists them")
        if found.undone_at is not None:
            raise UnknownName(f"change {number} was undone at {found.undone_at} already")
        of_change = _EDIT.change_id == number
        photo_ids = self._connection.execute(select(_EDIT.photo_id).where(of_change).distinct()).scalars()
        changed = photo_ids.all()
        self._connection.execute(delete(tables.edit).where(of_change))
        self._connection.execute(
            update(tables.edit_change).where(_CHANGE.id == number).values(undone_at=now())
        )
        self._apply(changed)
        return found

    def overruled(self, number: int) -> int:
        """Return how many photos keep what a later change sets, when this one, which sets it too, is undone."""
        later = tables.edit.alias()
        of_same = (later.c.photo_id == _EDIT.photo_id) & (later.c.field == _EDIT.field)
        asked = (
            select(func.count(distinct(_EDIT.photo_id)))
            .join_from(tables.edit, later, of_same & (later.c.change_id > _EDIT.change_id))
            .where(_EDIT.change_id == number)
        )
        return int(self._connection.execute(asked).scalar_one())

    def changes(self) -> list[Change]:
        """Return every change, the first one first."""
        asked = select(_CHANGE.id, _CHANGE.made_at, _CHANGE.what, _CHANGE.photos, _CHANGE.undone_at)
        return [Change(*row) for row in self._connection.execute(asked.order_by(_CHANGE.id))]

    def words(self) -> Iterator[Edit]:
        """Yield the person's present words, also those that say that the file's own value counts again."""
        asked = select(_EDIT.photo_id).distinct().order_by(_EDIT.photo_id)
        for some in in_portions(self._connection.execute(asked).scalars().all(), _AT_ONCE):
            for of_photo in self._words(some).values():
                yield from of_photo.values()

    def fields_of(self, photo_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
        """Return which fields a person set, by photo id; photos without edits are left out."""
        asked = select(_OWN.photo_id, _OWN.field).where(_OWN.photo_id.in_(photo_ids)).order_by(_OWN.field)
        found: dict[int, tuple[str, ...]] = {}
        for photo_id, field in self._connection.execute(asked):
            found[photo_id] = (*found.get(photo_id, ()), field)
        return found

    def own_facts(self, photo_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
        """Return what files say where a person's word counts, by column and photo id."""
        found: dict[int, dict[str, Any]] = {}
        for some in in_portions(photo_ids, _AT_ONCE):
            for photo_id, of_photo in self._own(some).items():
                found[photo_id] = {name: fact for value in of_photo.values() for name, fact in value.items()}
        return found

    def keep_own(self, facts_of: Mapping[int, Mapping[str, Any]]) -> dict[int, dict[str, Any]]:
        """Store what files say now where a person's word counts; returns the facts for the columns of `photo`.

        Facts are by photo id and by the fact's name.
        """
        for_photo = {photo_id: dict(facts) for photo_id, facts in facts_of.items()}
        changed = []
        for some in in_portions(facts_of, _AT_ONCE):
            for photo_id, of_photo in self._own(some).items():
                facts = for_photo[photo_id]
                for field, value in of_photo.items():
                    read = {name: facts.pop(name) for name in COLUMNS[field] if name in facts}
                    changed.append({"photo": photo_id, "of_field": field, "value": {**value, **read}})
        if changed:
            kept = update(tables.own_fact).where(
                _OWN.photo_id == bindparam("photo"), _OWN.field == bindparam("of_field")
            )
            self._connection.execute(kept, changed)
        return for_photo

    def inherit(self, old: int, new: int) -> None:
        """Copy a person's words to the photo that replaced another."""
        words = select(literal(new), _EDIT.field, _EDIT.change_id, _EDIT.value, _EDIT.set_at).where(
            _EDIT.photo_id == old
        )
        self._connection.execute(
            upsert(self._connection, tables.edit)
            .from_select(["photo_id", "field", "change_id", "value", "set_at"], words)
            .on_conflict_do_nothing()
        )
        self._apply([new])

    def _apply(self, photo_ids: Iterable[int]) -> None:
        """Bring the columns of photos in line with the person's words, and keep the file's own values."""
        for some in in_portions(dict.fromkeys(photo_ids), _AT_ONCE):
            words, own = self._words(some), self._own(some)
            for field, columns in COLUMNS.items():
                put: dict[int, Value] = {
                    photo_id: word.value
                    for photo_id, of_photo in words.items()
                    if (word := of_photo.get(field)) is not None and word.value is not None
                }
                kept = {photo_id: of_photo[field] for photo_id, of_photo in own.items() if field in of_photo}
                self._keep_columns(field, [photo_id for photo_id in put if photo_id not in kept])
                freed = {photo_id: value for photo_id, value in kept.items() if photo_id not in put}
                self._write(columns, {**put, **freed})
                if freed:
                    of_field = (_OWN.field == field) & _OWN.photo_id.in_(freed)
                    self._connection.execute(delete(tables.own_fact).where(of_field))

    def _keep_columns(self, field: str, photo_ids: Sequence[int]) -> None:
        asked = select(_PHOTO.id, *(_PHOTO[name] for name in COLUMNS[field])).where(_PHOTO.id.in_(photo_ids))
        rows = [
            {"photo_id": photo_id, "field": field, "value": dict(zip(COLUMNS[field], facts, strict=True))}
            for photo_id, *facts in self._connection.execute(asked)
        ]
        if rows:
            self._connection.execute(insert(tables.own_fact), rows)

    def _write(self, columns: Iterable[str], values: Mapping[int, Value]) -> None:
        rows = [
            {"photo": photo_id, **{name: value.get(name) for name in columns}}
            for photo_id, value in values.items()
        ]
        if rows:
            changed = update(tables.photo).where(_PHOTO.id == bindparam("photo"))
            self._connection.execute(changed.values({name: bindparam(name) for name in columns}), rows)

    def _words(self, photo_ids: Iterable[int]) -> dict[int, dict[str, Edit]]:
        """Return the latest words, by photo id and field; at most `_AT_ONCE` photos."""
        asked = (
            select(_EDIT.photo_id, _EDIT.field, _EDIT.value, _EDIT.set_at)
            .where(_EDIT.photo_id.in_(photo_ids))
            .order_by(_EDIT.photo_id, _EDIT.change_id, _EDIT.field)
        )
        found: dict[int, dict[str, Edit]] = {}
        for row in self._connection.execute(asked):
            edit = Edit(*row)
            found.setdefault(edit.photo_id, {})[edit.field] = edit
        return found

    def _own(self, photo_ids: Iterable[int]) -> dict[int, dict[str, dict[str, Any]]]:
        """Return what files say where a person's word counts, by photo id and field; at most `_AT_ONCE` photos."""
        asked = select(_OWN.photo_id, _OWN.field, _OWN.value).where(_OWN.photo_id.in_(photo_ids))
        found: dict[int, dict[str, dict[str, Any]]] = {}
        for photo_id, field, value in self._connection.execute(asked):
            found.setdefault(photo_id, {})[field] = value
        return found
