"""Changes of what was said of people: begun, filled with words, ended, and undone."""

import uuid
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, delete, exists, func, insert, or_, select, update

from photoseek.storage.clock import now
from photoseek.storage.errors import UnknownName
from photoseek.storage.rows.people.records import PeopleChange
from photoseek.storage.rows.people.settling import persons, settle_faces, settle_persons
from photoseek.storage.schema import tables
from photoseek.storage.schema.portions import in_portions

_FACE = tables.face.c
_WORD = tables.face_word.c
_PERSON = tables.person.c
_PERSON_WORD = tables.person_word.c
_CHANGE = tables.people_change.c
_AT_ONCE = 10_000


class Changes:
    """Writes what was said of people, and brings all rows in line with it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, what: str) -> int:
        """Store a change, described by `what`, and return its number."""
        number = 1 + (self._connection.execute(select(func.max(_CHANGE.id))).scalar() or 0)
        self._connection.execute(
            insert(tables.people_change).values(id=number, made_at=now(), what=what, faces=0)
        )
        return number

    def end(self, change: int, face_ids: Sequence[int], counted: int | None = None) -> PeopleChange:
        """Bring all rows in line with a change, which is about so many faces."""
        about = update(tables.people_change).where(_CHANGE.id == change)
        about = about.values(faces=len(face_ids) if counted is None else counted)
        row = self._connection.execute(about.returning(*tables.people_change.c)).one()
        photos, of_persons = self._touched(change)
        settle_persons(self._connection, of_persons)
        settle_faces(self._connection, photos)
        return PeopleChange(*row)

    def anchor(self, change: int, person_ids: Sequence[int], but: Iterable[int] = ()) -> list[int]:
        """Say yes to each face that is of one of these persons by likeness; returns all their faces."""
        left_out = set(but)
        members: list[int] = []
        for person_id in person_ids:
            asked = select(_FACE.id, _FACE.is_said).where(_FACE.person_id == person_id).order_by(_FACE.id)
            rows = self._connection.execute(asked).all()
            members += [face_id for face_id, _ in rows if face_id not in left_out]
            unsaid = [face_id for face_id, is_said in rows if not is_said and face_id not in left_out]
            self.say_of_faces(change, unsaid, person_id, yes=True)
        return members

    def say_of_faces(self, change: int, face_ids: Iterable[int], person_id: int | None, *, yes: bool) -> None:
        """Store a yes or no of faces and a person; None: nobody."""
        rows = [
            {"face_id": face_id, "change_id": change, "person_id": person_id, "yes": yes}
            for face_id in dict.fromkeys(face_ids)
        ]
        if rows:
            self._connection.execute(insert(tables.face_word), rows)

    def say_of_person(self, change: int, person_id: int, field: str, value: str | int | None) -> None:
        """Store what is said of one field of a person."""
        said = insert(tables.person_word)
        self._connection.execute(said.values(person_id=person_id, field=field, change_id=change, value=value))

    def new_person(self, key: str | None = None) -> int:
        """Make a person without a name, and return the id; `key` is theirs in another library."""
        made = insert(tables.person).values(key=key or uuid.uuid4().hex, made_at=now()).returning(_PERSON.id)
        return int(self._connection.execute(made).scalar_one())

    def undo(self, number: int | None = None) -> PeopleChange:
        """Take a change back, the latest without a number, so that what was said before counts again."""
        asked = select(tables.people_change)
        if number is None:
            asked = asked.where(_CHANGE.undone_at.is_(None)).order_by(_CHANGE.id.desc()).limit(1)
        else:
            asked = asked.where(_CHANGE.id == number)
        row = self._connection.execute(asked).first()
        if row is None:
            raise UnknownName(
                "nothing was said of people that can be undone"
                if number is None
                else f"there is no change {number}: `photoseek people undo --list` lists them"
            )
        found = PeopleChange(*row)
        if found.undone_at is not None:
            raise UnknownName(f"change {number} was undone at {found.undone_at} already")
        photos, of_persons = self._touched(found.number)
        faces = select(_WORD.face_id).where(_WORD.change_id == found.number)
        said_of = self._connection.execute(faces.distinct()).scalars().all()
        self._connection.execute(delete(tables.face_word).where(_WORD.change_id == found.number))
        self._connection.execute(delete(tables.person_word).where(_PERSON_WORD.change_id == found.number))
        self._connection.execute(
            update(tables.people_change).where(_CHANGE.id == found.number).values(undone_at=now())
        )
        for some in in_portions(said_of, _AT_ONCE):  # those that were only drawn
            self._connection.execute(
                delete(tables.face).where(
                    _FACE.id.in_(some), _FACE.engine.is_(None), ~exists().where(_WORD.face_id == _FACE.id)
                )
            )
        settle_persons(self._connection, of_persons)
        settle_faces(self._connection, photos)
        return found

    def _touched(self, change: int) -> tuple[list[int], list[int]]:
        """Return the photos whose faces a change is about, and the persons."""
        of_change = _PERSON_WORD.change_id == change
        asked = select(_PERSON_WORD.person_id).where(of_change).distinct()
        of_persons = list(self._connection.execute(asked).scalars())
        merged = select(_PERSON_WORD.value).where(of_change, _PERSON_WORD.field == "same_as").distinct()
        involved = {*of_persons, *self._connection.execute(merged).scalars()}
        same = persons(self._connection)
        involved |= {same.same(one) for one in involved}
        faces = select(_WORD.face_id).where(_WORD.change_id == change)
        photos = select(_FACE.photo_id).where(
            or_(_FACE.id.in_(faces), _FACE.person_id.in_(involved), _FACE.guess_id.in_(involved))
        )
        return list(self._connection.execute(photos.distinct()).scalars()), of_persons
