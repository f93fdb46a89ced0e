"""What a person said of people, out of a library and into another.

A person is known by a key that is the same in each library that took them in, else by the name; a face by the
photo and its place there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, insert, select, update

from photoseek.storage.exchange.document import FaceWords, PersonWords
from photoseek.storage.records import Box
from photoseek.storage.rows.people.changing import Changes
from photoseek.storage.rows.people.deciding import Decision, decide
from photoseek.storage.rows.people.people import People
from photoseek.storage.rows.people.records import PeopleChange, pairs_by_overlap
from photoseek.storage.rows.people.settling import persons, words_of
from photoseek.storage.schema import tables
from photoseek.storage.schema.portions import in_portions

_FACE = tables.face.c
_PERSON = tables.person.c
_WORD = tables.face_word.c
_CHANGE = tables.people_change.c
_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class SaidFace:
    """A face of which something was said."""

    face_id: int
    photo_id: int
    box: Box
    decision: Decision
    said_at: str


@dataclass(slots=True)
class PeoplePlan:
    """What a document says of people that is new to the library."""

    persons: dict[str, PersonWords] = field(default_factory=dict)  # new, or said later, by the document's key
    faces: list[tuple[int, FaceWords]] = field(default_factory=list)  # by photo id
    known: dict[str, int] = field(default_factory=dict)  # persons whom the library has, by the document's key
    kept: int = 0  # faces and persons of which the library says something else, as late or later

    @property
    def is_empty(self) -> bool:
        """Whether nothing is new."""
        return not self.persons and not self.faces


def collected_people(connection: Connection) -> tuple[dict[int, list[FaceWords]], dict[str, PersonWords]]:
    """Return what was said of faces, by photo id, and of persons, by key."""
    keys = {person_id: key for person_id, key in connection.execute(select(_PERSON.id, _PERSON.key))}  # noqa: C416 (typed rows)
    faces: dict[int, list[FaceWords]] = {}
    involved: set[int] = set()
    for said in _said(connection, None):
        decision = said.decision
        involved |= decision.refused | ({decision.person_id} if decision.person_id is not None else set())
        person = None if decision.person_id is None else keys[decision.person_id]
        refused = tuple(sorted(keys[one] for one in decision.refused))
        faces.setdefault(said.photo_id, []).append(
            FaceWords(said.box, person, decision.is_nobody, refused, said.said_at)
        )
    return faces, {
        keys[person_id]: words
        for person_id, words in _persons(connection).items()
        if words.name is not None or words.is_ignored or person_id in involved
    }


def plan_people(
    connection: Connection,
    faces: Iterable[tuple[int, FaceWords]],
    said_persons: Mapping[str, PersonWords],
) -> PeoplePlan:
    """Return what of a document is new; `faces` are by photo id of this library."""
    here = _persons(connection)
    ids = _known(connection, said_persons)
    plan = PeoplePlan(known=ids)
    for key, words in said_persons.items():
        known = here.get(ids[key]) if key in ids else None
        if known is None:
            plan.persons[key] = words
        elif (known.name, known.is_ignored) != (words.name, words.is_ignored):
            if known.said_at < words.said_at:
                plan.persons[key] = words
            else:
                plan.kept += 1
    wanted = list(faces)
    there: dict[int, list[SaidFace]] = {}
    for said in _said(connection, {photo_id for photo_id, _ in wanted}):
        there.setdefault(said.photo_id, []).append(said)
    for photo_id, one in wanted:
        known_face = _at(one.box, there.get(photo_id, ()))
        if known_face is None:
            plan.faces.append((photo_id, one))
        elif not _says_the_same(known_face.decision, one, ids):
            if known_face.said_at < one.said_at:
                plan.faces.append((photo_id, one))
            else:
                plan.kept += 1
    return plan


def carry_out_people(connection: Connection, plan: PeoplePlan, what: str) -> PeopleChange | None:
    """Store what is new as one change, described by `what`, which can be undone; None if nothing is."""
    if plan.is_empty:
        return None
    changes = Changes(connection)
    ids = dict(plan.known)
    change = changes.begin(what)
    named = {key for _, one in plan.faces for key in (*one.refused, one.person) if key is not None}
    for key in sorted({*plan.persons, *named}):
        if key not in ids:
            ids[key] = changes.new_person(key)
        words = plan.persons.get(key)
        if words is not None:
            changes.say_of_person(change, ids[key], "name", words.name)
            changes.say_of_person(change, ids[key], "is_ignored", words.is_ignored)
    said: list[int] = []
    same = persons(connection)
    for photo_id, one in plan.faces:
        face_id = _face(connection, photo_id, one.box)
        before = decide(words_of(connection, [face_id]).get(face_id, ()), None, same)
        for key in one.refused:
            changes.say_of_faces(change, [face_id], ids[key], yes=False)
        if one.is_nobody or one.person is not None:
            person_id = None if one.person is None else ids[one.person]
            changes.say_of_faces(change, [face_id], person_id, yes=True)
        elif before.person_id is not None:
            changes.say_of_faces(change, [face_id], before.person_id, yes=False)
        said.append(face_id)
    latest = max([one.said_at for _, one in plan.faces] + [one.said_at for one in plan.persons.values()])
    connection.execute(update(tables.people_change).where(_CHANGE.id == change).values(made_at=latest))
    return changes.end(change, said)


def _said(connection: Connection, photo_ids: Iterable[int] | None) -> list[SaidFace]:
    """Return the faces of which something was said that still counts; None: of all photos."""
    columns = _FACE.id, _FACE.photo_id, _FACE.left, _FACE.top, _FACE.width, _FACE.height
    asked = (
        select(*columns, func.max(_CHANGE.made_at))
        .join(tables.face_word, _WORD.face_id == _FACE.id)
        .join(tables.people_change, _CHANGE.id == _WORD.change_id)
        .group_by(_FACE.id)
        .order_by(_FACE.photo_id, _FACE.left, _FACE.id)
    )
    portions = [None] if photo_ids is None else in_portions(sorted(photo_ids), _AT_ONCE)
    rows = [
        row
        for some in portions
        for row in connection.execute(asked if some is None else asked.where(_FACE.photo_id.in_(some)))
    ]
    words, same = words_of(connection, [row[0] for row in rows]), persons(connection)
    found = []
    for face_id, photo_id, left, top, width, height, said_at in rows:
        decision = decide(words[face_id], None, same)
        if decision.is_said or decision.refused:
            found.append(SaidFace(face_id, photo_id, Box(left, top, width, height), decision, said_at))
    return found


def _persons(connection: Connection) -> dict[int, PersonWords]:
    """Return what is said of each person who is not merged into another, by id."""
    word = tables.person_word.c
    latest = (
        select(word.person_id, func.max(_CHANGE.made_at))
        .join(tables.people_change, _CHANGE.id == word.change_id)
        .group_by(word.person_id)
    )
    said = {person_id: said_at for person_id, said_at in connection.execute(latest)}  # noqa: C416 (typed rows)
    asked = select(_PERSON.id, _PERSON.name, _PERSON.is_ignored, _PERSON.made_at)
    return {
        person_id: PersonWords(name, is_ignored, said.get(person_id, made_at))
        for person_id, name, is_ignored, made_at in connection.execute(asked.where(_PERSON.same_as.is_(None)))
    }


def _known(connection: Connection, said: Mapping[str, PersonWords]) -> dict[str, int]:
    """Return which of a document's persons the library has, by the document's key."""
    same, people = persons(connection), People(connection)
    found: dict[str, int] = {}
    for some in in_portions(said, _AT_ONCE):
        asked = select(_PERSON.key, _PERSON.id).where(_PERSON.key.in_(some))
        found |= {key: same.same(person_id) for key, person_id in connection.execute(asked)}
    for key, words in said.items():
        if key not in found and words.name is not None:
            named = people.named(words.name)
            if named is not None:
                found[key] = named.person_id
    return found


def _at(box: Box, faces: Sequence[SaidFace]) -> SaidFace | None:
    at = pairs_by_overlap([box], [one.box for one in faces]).get(0)
    return None if at is None else faces[at]


def _says_the_same(decision: Decision, one: FaceWords, ids: Mapping[str, int]) -> bool:
    """Return whether a document says nothing else of a face than the library does."""
    person_id = None if one.person is None else ids.get(one.person, 0)
    refused = {ids.get(key, 0) for key in one.refused}
    return (decision.person_id, decision.is_nobody) == (
        person_id,
        one.is_nobody,
    ) and refused <= decision.refused


def _face(connection: Connection, photo_id: int, box: Box) -> int:
    """Return the face of a photo at a place; where none was found, one is kept that a person drew."""
    asked = select(_FACE.id, _FACE.left, _FACE.top, _FACE.width, _FACE.height)
    there = connection.execute(asked.where(_FACE.photo_id == photo_id)).all()
    at = pairs_by_overlap([box], [Box(*row[1:]) for row in there]).get(0)
    if at is not None:
        return int(there[at].id)
    made = insert(tables.face).values(photo_id=photo_id, **box._asdict(), score=1.0, grade="poor")
    return int(connection.execute(made.returning(_FACE.id)).scalar_one())
