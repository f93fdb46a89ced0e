"""Rows of people, as they are shown: persons, their faces, and whether faces are found at all."""

from collections.abc import Iterable, Sequence
from typing import Any
from unicodedata import normalize

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    case,
    cast,
    delete,
    distinct,
    func,
    or_,
    select,
    update,
)

from photoseek.storage.clock import now
from photoseek.storage.errors import UnknownName
from photoseek.storage.folding import folded
from photoseek.storage.records import Box
from photoseek.storage.rows.extractions.extractions import Extractions
from photoseek.storage.rows.people.counting import SHOWN
from photoseek.storage.rows.people.records import Face, KeptOfPeople, PeopleChange, Person
from photoseek.storage.rows.people.settling import persons
from photoseek.storage.schema import tables
from photoseek.storage.schema.dialect import dialect_of
from photoseek.storage.schema.portions import in_portions

_FACE = tables.face.c
_PERSON = tables.person.c
_CHANGE = tables.people_change.c
_AT_ONCE = 10_000
# First the faces that a person confirmed, then those that show most.
_BY_WORTH = (
    _FACE.is_said.desc(),
    case({"good": 0, "fair": 1}, value=_FACE.grade, else_=2),
    (_FACE.width * _FACE.height).desc(),
    _FACE.id,
)

# The same order in one number, the best the highest, from which the face's id can be had back: the best face of
# each person is found while faces are counted, without sorting them.
_IDS, _AREAS = 2**31, 2**20
_WORTH = (
    (cast(_FACE.is_said, Integer) * 4 + case({"good": 2, "fair": 1}, value=_FACE.grade, else_=0))
    * (_AREAS * _IDS)
    + cast(_FACE.width * _FACE.height * (_AREAS - 1), Integer) * _IDS
    + (_IDS - 1 - _FACE.id)
)


class People:
    """Questions about people, and the switch that turns finding them on."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def is_on(self) -> bool:
        """Return whether the owner turned on that faces are found."""
        return self._connection.execute(select(tables.library.c.people_since)).scalar_one() is not None

    def turn_on(self) -> None:
        """Let faces be found from now on."""
        since = func.coalesce(tables.library.c.people_since, now())
        self._connection.execute(update(tables.library).values(people_since=since))

    def turn_off(self, *, forget: bool = False) -> None:
        """Let no more faces be found; with `forget`, delete all that is kept of people.

        What is deleted is overwritten in a catalog's file, too; PostgreSQL does so when it next needs the room.
        """
        self._connection.execute(update(tables.library).values(people_since=None))
        if not forget:
            return
        Extractions(self._connection).forget("people")
        with dialect_of(self._connection).overwriting(self._connection):
            self._connection.execute(update(tables.person).values(same_as=None))
            for table in (
                tables.face_word,
                tables.person_word,
                tables.face,
                tables.person,
                tables.people_change,
            ):
                self._connection.execute(delete(table))

    def kept(self) -> KeptOfPeople:
        """Return how much is kept of people."""

        def count(asked: Select[Any]) -> int:
            return int(self._connection.execute(asked).scalar_one())

        return KeptOfPeople(
            faces=count(select(func.count()).select_from(tables.face)),
            vectors=count(select(func.count(_FACE.vector))),
            persons=count(select(func.count()).select_from(tables.person).where(_PERSON.same_as.is_(None))),
            names=count(select(func.count(_PERSON.name)).where(_PERSON.same_as.is_(None))),
            changes=count(
                select(func.count()).select_from(tables.people_change).where(_CHANGE.undone_at.is_(None))
            ),
        )

    def persons(self, *, named: bool | None = None, ignored: bool | None = False) -> list[Person]:
        """Return persons with faces or a name, those in most photos first; None: named or not, and so on.

        Persons that were merged into others are left out. Faces in photos that are hidden, or have no file now,
        don't count here, and none of them is a cover.
        """
        return [
            one
            for one in self._persons()
            if (named is None or (one.name is not None) == named)
            and (ignored is None or one.is_ignored == ignored)
        ]

    def person(self, person_id: int) -> Person:
        """Return a person, or the one that they were merged into. Raises UnknownName."""
        same = persons(self._connection).same(person_id)
        for one in self._persons(same):
            return one
        raise UnknownName(f"there is no person {person_id}: `photoseek people list` shows those there are")

    def named(self, name: str) -> Person | None:
        """Return the person of this name, whatever its case and accents; None if there is none."""
        found = self.ids_named([name])
        return self.person(min(found)) if found else None

    def ids_named(self, names: Iterable[str]) -> list[int]:
        """Return the ids of the persons of these names, whatever their case and accents."""
        found: list[int] = []
        for some in in_portions(names, _AT_ONCE):
            asked = select(_PERSON.id).where(_is_called(some), _PERSON.same_as.is_(None))
            found += self._connection.execute(asked).scalars()
        return found

    def names_of(self, person_ids: Iterable[int]) -> dict[int, str]:
        """Return the names of persons by id; those without a name are left out."""
        found: dict[int, str] = {}
        for some in in_portions(dict.fromkeys(person_ids), _AT_ONCE):
            asked = select(_PERSON.id, _PERSON.name).where(_PERSON.id.in_(some), _PERSON.name.is_not(None))
            found |= {person_id: name for person_id, name in self._connection.execute(asked)}  # noqa: C416 (rows)
        return found

    def these_faces(self, face_ids: Iterable[int]) -> list[Face]:
        """Return faces by their ids, in this order; those that are gone are left out."""
        wanted = list(face_ids)
        found: dict[int, Face] = {}
        for some in in_portions(wanted, _AT_ONCE):
            asked = select(tables.face).where(_FACE.id.in_(some))
            found |= {row.id: _face(row) for row in self._connection.execute(asked)}
        return [found[face_id] for face_id in wanted if face_id in found]

    def photos_of_named(self) -> set[int]:
        """Return the ids of photos with a face of which a person said that it is of somebody with a name."""
        asked = select(_FACE.photo_id).join(tables.person, _PERSON.id == _FACE.person_id)
        found = asked.where(_FACE.is_said, _PERSON.name.is_not(None)).distinct()
        return set(self._connection.execute(found).scalars())

    def names(self) -> list[str]:
        """Return the names of all persons, in their order."""
        asked = select(_PERSON.name).where(_PERSON.name.is_not(None), _PERSON.same_as.is_(None))
        return list(self._connection.execute(asked.order_by(_PERSON.folded)).scalars())

    def _persons(self, person_id: int | None = None) -> list[Person]:
        whose = _FACE.person_id.is_not(None) if person_id is None else _FACE.person_id == person_id
        counted = (
            select(
                _FACE.person_id,
                func.count().label("faces"),
                func.count(distinct(_FACE.photo_id)).label("photos"),
                func.sum(cast(_FACE.is_said, Integer)).label("confirmed"),
                func.max(_WORTH).label("best"),
            )
            .where(whose, SHOWN)
            .group_by(_FACE.person_id)
            .subquery()
        )
        asked = select(
            _PERSON.id,
            _PERSON.name,
            _PERSON.is_ignored,
            func.coalesce(counted.c.faces, 0),
            func.coalesce(counted.c.photos, 0),
            func.coalesce(counted.c.confirmed, 0),
            counted.c.best,
        ).join(counted, counted.c.person_id == _PERSON.id, isouter=True)
        asked = asked.where(_PERSON.same_as.is_(None))
        if person_id is not None:
            asked = asked.where(_PERSON.id == person_id)
        else:
            asked = asked.where(_PERSON.name.is_not(None) | counted.c.faces.is_not(None))
        rows = self._connection.execute(asked.order_by(func.coalesce(counted.c.photos, 0).desc(), _PERSON.id))
        return [Person(*row[:-1], None if row.best is None else _IDS - 1 - row.best % _IDS) for row in rows]

    def faces_of(self, photo_id: int) -> list[Face]:
        """Return the faces of a photo, from left to right."""
        return self.faces_of_photos([photo_id]).get(photo_id, [])

    def faces_of_photos(self, photo_ids: Sequence[int]) -> dict[int, list[Face]]:
        """Return the faces of photos, from left to right, by photo id; photos without faces are left out."""
        found: dict[int, list[Face]] = {}
        for some in in_portions(photo_ids, _AT_ONCE):
            asked = select(tables.face).where(_FACE.photo_id.in_(some))
            for row in self._connection.execute(asked.order_by(_FACE.left, _FACE.id)):
                found.setdefault(row.photo_id, []).append(_face(row))
        return found

    def faces_of_person(self, person_id: int, most: int, after: int = 0) -> list[Face]:
        """Return the faces of a person, `most` after the first `after`: the confirmed first, then the best.

        Those in photos that are hidden, or have no file now, are left out.
        """
        same = persons(self._connection).same(person_id)
        asked = select(tables.face).where(_FACE.person_id == same, SHOWN).order_by(*_BY_WORTH)
        return [_face(row) for row in self._connection.execute(asked.limit(most).offset(after))]

    def face(self, face_id: int) -> Face:
        """Return a face. Raises UnknownName."""
        found = self._connection.execute(select(tables.face).where(_FACE.id == face_id)).first()
        if found is None:
            raise UnknownName(f"there is no face {face_id}: its photo was read anew, or forgotten")
        return _face(found)

    def changes(self, most: int | None = None) -> list[PeopleChange]:
        """Return what a person said, the latest first."""
        asked = select(tables.people_change).order_by(_CHANGE.id.desc()).limit(most)
        return [PeopleChange(*row) for row in self._connection.execute(asked)]


def _is_called(names: Sequence[str]) -> ColumnElement[bool]:
    """Match persons of these names; those without letters, as of a sign alone, are compared as they are."""
    known = {name: folded(name) for name in names}
    signs = [normalize("NFC", name) for name, key in known.items() if not key]
    return or_(_PERSON.folded.in_({key for key in known.values() if key}), _PERSON.name.in_(signs))


def _face(row: Row[Any]) -> Face:
    return Face(
        row.id,
        row.photo_id,
        Box(row.left, row.top, row.width, row.height),
        row.score,
        row.grade,
        row.why,
        row.person_id,
        bool(row.is_said and row.person_id is not None),
        row.is_nobody,
        row.engine,
    )
