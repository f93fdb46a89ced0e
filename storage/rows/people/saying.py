"""What a person says of people, in changes that can be undone.

Whatever is said of a group is kept as a yes of each face that is in it then: photo and place outlive the engine
that found the face and the grouping that put it there.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from unicodedata import normalize

from sqlalchemy import Connection, delete, insert

from photoseek.storage.errors import NameTaken, UnknownName
from photoseek.storage.folding import folded
from photoseek.storage.records import Box
from photoseek.storage.rows.people.changing import Changes
from photoseek.storage.rows.people.once_a_photo import refuse_shared_photos, refuse_twice
from photoseek.storage.rows.people.people import People
from photoseek.storage.rows.people.records import Face, PeopleChange, Person
from photoseek.storage.rows.people.settling import words_of
from photoseek.storage.schema import tables

_FACE = tables.face.c


class PeopleWords:
    """What is said of people. Each method is one change; a person or face that isn't there raises UnknownName.

    Two faces of one photo become one person's only with `same_person_twice`; NameTaken is raised without.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._people = People(connection)
        self._changes = Changes(connection)

    def name(self, person_id: int, name: str | None, *, same_person_twice: bool = False) -> PeopleChange:
        """Give a person a name, or none. A name that another person has makes the two one."""
        person = self._people.person(person_id)
        other = None if name is None else self._people.named(name)
        if other is not None and other.person_id != person.person_id:
            return self.merge(other.person_id, [person.person_id], same_person_twice=same_person_twice)
        what = f"no name for {_shown(person)}" if name is None else f"name {_shown(person)} “{name}”"
        change = self._changes.begin(what)
        members = self._changes.anchor(change, [person.person_id])
        kept = None if name is None else normalize("NFC", name)
        self._changes.say_of_person(change, person.person_id, "name", kept)
        return self._changes.end(change, members)

    def merge(self, into_id: int, others: Iterable[int], *, same_person_twice: bool = False) -> PeopleChange:
        """Say that persons are one: the first keeps its name, or gets one of theirs."""
        into = self._people.person(into_id)
        merged = {one.person_id: one for one in map(self._people.person, others)}
        merged.pop(into.person_id, None)
        if not merged:
            raise UnknownName("there is nothing to merge: name another person")
        if not same_person_twice:
            refuse_shared_photos(self._connection, _shown(into), [into.person_id, *merged])
        change = self._changes.begin(f"merge {', '.join(map(_shown, merged.values()))} into {_shown(into)}")
        members = self._changes.anchor(change, [into.person_id, *merged])
        names = [one.name for one in merged.values() if one.name is not None]
        if into.name is None and names:
            self._changes.say_of_person(change, into.person_id, "name", names[0])
        for one in merged:
            self._changes.say_of_person(change, one, "same_as", into.person_id)
        return self._changes.end(change, members)

    def split(
        self, face_ids: Sequence[int], name: str | None = None, *, same_person_twice: bool = False
    ) -> tuple[PeopleChange, int]:
        """Say that faces are not of the persons whose they are, but of another; returns that one's id, too.

        The faces that stay are said to be of the person whose they are.
        """
        faces = self._faces(face_ids)
        owners = {face.person_id for face in faces if face.person_id is not None}
        other = None if name is None else self._people.named(name)
        if other is not None and other.person_id in owners:
            raise NameTaken(f"the faces are {_shown(other)} already: give another name")
        if not same_person_twice:
            refuse_twice(self._connection, face_ids, None if other is None else other.person_id)
        change = self._changes.begin(f"split {_faces(len(faces))} off" + (f" as “{name}”" if name else ""))
        target = self._changes.new_person() if other is None else other.person_id
        left = self._changes.anchor(change, sorted(owners), but=set(face_ids))
        if name is not None and other is None:
            self._changes.say_of_person(change, target, "name", normalize("NFC", name))
        for face in faces:
            if face.person_id is not None:
                self._changes.say_of_faces(change, [face.face_id], face.person_id, yes=False)
        self._changes.say_of_faces(change, face_ids, target, yes=True)
        return self._changes.end(change, [*left, *face_ids], len(faces)), target

    def name_faces(
        self, face_ids: Sequence[int], name: str, *, same_person_twice: bool = False
    ) -> PeopleChange:
        """Say that faces are of the person of this name, who is made if there is none."""
        found = self._people.named(name)
        if found is not None:
            return self.confirm(face_ids, found.person_id, same_person_twice=same_person_twice)
        self._faces(face_ids)
        if not same_person_twice:
            refuse_twice(self._connection, face_ids, None)
        change = self._changes.begin(f"name {_faces(len(face_ids))} “{name}”")
        target = self._changes.new_person()
        self._changes.say_of_person(change, target, "name", normalize("NFC", name))
        self._changes.say_of_faces(change, face_ids, target, yes=True)
        return self._changes.end(change, face_ids)

    def confirm(
        self, face_ids: Sequence[int], person_id: int, *, same_person_twice: bool = False
    ) -> PeopleChange:
        """Say that faces are of a person."""
        person = self._people.person(person_id)
        self._faces(face_ids)
        if not same_person_twice:
            refuse_twice(self._connection, face_ids, person.person_id)
        change = self._changes.begin(f"{_faces(len(face_ids))} of {_shown(person)}")
        self._changes.say_of_faces(change, face_ids, person.person_id, yes=True)
        return self._changes.end(change, face_ids)

    def take_names(self, names: Mapping[int, str]) -> PeopleChange | None:
        """Take in whose faces other programs say they are, by face id; None if nothing is new.

        Left out are faces of which something was said here, and those that would make a person twice in a photo.
        """
        known = words_of(self._connection, names)
        news = {face_id: name for face_id, name in names.items() if face_id not in known}
        if not news:
            return None
        change = self._changes.begin("names that other programs wrote into files")
        persons: dict[str, int] = {}
        said: list[int] = []
        for face_id, name in sorted(news.items()):
            found = self._people.named(name)
            if found is None and folded(name) not in persons:
                persons[folded(name)] = self._changes.new_person()
                self._changes.say_of_person(change, persons[folded(name)], "name", normalize("NFC", name))
            person_id = persons[folded(name)] if found is None else found.person_id
            with suppress(NameTaken):
                refuse_twice(self._connection, [face_id], person_id)
                self._changes.say_of_faces(change, [face_id], person_id, yes=True)
                said.append(face_id)
        return self._changes.end(change, said)

    def refuse(self, face_ids: Sequence[int], person_id: int) -> PeopleChange:
        """Say that faces are not of a person."""
        person = self._people.person(person_id)
        self._faces(face_ids)
        change = self._changes.begin(f"{_faces(len(face_ids))} not of {_shown(person)}")
        self._changes.say_of_faces(change, face_ids, person.person_id, yes=False)
        return self._changes.end(change, face_ids)

    def nobody(self, face_ids: Sequence[int]) -> PeopleChange:
        """Say that faces are no faces, or of nobody who is of interest."""
        self._faces(face_ids)
        change = self._changes.begin(f"{_faces(len(face_ids))} of nobody")
        self._changes.say_of_faces(change, face_ids, None, yes=True)
        return self._changes.end(change, face_ids)

    def ignore(self, person_id: int, *, ignored: bool = True) -> PeopleChange:
        """Say that a person is of no interest, or is again."""
        person = self._people.person(person_id)
        change = self._changes.begin(f"{'ignore' if ignored else 'no longer ignore'} {_shown(person)}")
        members = self._changes.anchor(change, [person.person_id])
        self._changes.say_of_person(change, person.person_id, "is_ignored", ignored)
        return self._changes.end(change, members)

    def draw(self, photo_id: int, box: Box, name: str, *, same_person_twice: bool = False) -> PeopleChange:
        """Say that the person of this name is at a place of a photo where no face was found."""
        made = insert(tables.face).values(photo_id=photo_id, **box._asdict(), score=1.0, grade="poor")
        face_id = self._connection.execute(made.returning(_FACE.id)).scalar_one()
        try:
            return self.name_faces([face_id], name, same_person_twice=same_person_twice)
        except NameTaken:
            self._connection.execute(delete(tables.face).where(_FACE.id == face_id))
            raise

    def _faces(self, face_ids: Sequence[int]) -> list[Face]:
        """Return faces, in this order. Raises UnknownName if one isn't there."""
        found = self._people.these_faces(face_ids)
        for face_id in set(face_ids) - {face.face_id for face in found}:
            self._people.face(face_id)  # it says what is wrong
        return found

    def undo(self, number: int | None = None) -> PeopleChange:
        """Take a change back, the latest without a number, so that what was said before counts again."""
        return self._changes.undo(number)


def _shown(person: Person) -> str:
    return f"“{person.name}”" if person.name is not None else f"group {person.person_id}"


def _faces(count: int) -> str:
    return f"{count} face{'' if count == 1 else 's'}"
