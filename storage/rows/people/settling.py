"""Brings rows of faces and persons in line with what a person said.

What counts is stored beside the words, so that a filter reads one column. It is always made anew from the words
and the guesses, so a change that is undone leaves what was there before it.
"""

from collections.abc import Iterable, Mapping
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from photoseek.storage.folding import folded
from photoseek.storage.rows.people.deciding import Decision, FaceWord, Merge, Persons, decide
from photoseek.storage.schema import tables
from photoseek.storage.schema.portions import in_portions

_FACE = tables.face.c
_WORD = tables.face_word.c
_PERSON_WORD = tables.person_word.c
_AT_ONCE = 10_000
_FIELDS = {"name": None, "is_ignored": False, "same_as": None}


def persons(connection: Connection) -> Persons:
    """Return which persons were said to be the same."""
    asked = select(_PERSON_WORD.person_id, _PERSON_WORD.change_id, _PERSON_WORD.value)
    rows = connection.execute(asked.where(_PERSON_WORD.field == "same_as").order_by(_PERSON_WORD.change_id))
    return Persons({person_id: Merge(change, into) for person_id, change, into in rows})


def words_of(connection: Connection, face_ids: Iterable[int]) -> dict[int, list[FaceWord]]:
    """Return what a person said of faces, by face id, in order."""
    found: dict[int, list[FaceWord]] = {}
    for some in in_portions(face_ids, _AT_ONCE):
        asked = select(_WORD.face_id, _WORD.change_id, _WORD.person_id, _WORD.yes)
        rows = connection.execute(asked.where(_WORD.face_id.in_(some)).order_by(_WORD.change_id, _WORD.id))
        for face_id, *word in rows:
            found.setdefault(face_id, []).append(FaceWord(*word))
    return found


def settle_faces(connection: Connection, photo_ids: Iterable[int]) -> None:
    """Write anew whose the faces of photos are.

    Two faces of one photo are two persons' unless a person said otherwise: a guess gives way to what was said of
    another face, and to a guess for a face that is surer.
    """
    same = persons(connection)
    for some in in_portions(dict.fromkeys(photo_ids), _AT_ONCE):
        asked = select(
            _FACE.id,
            _FACE.photo_id,
            _FACE.guess_id,
            _FACE.person_id,
            _FACE.is_said,
            _FACE.is_nobody,
            _FACE.score,
        )
        rows = connection.execute(
            asked.where(_FACE.photo_id.in_(some)).order_by(_FACE.photo_id, _FACE.id)
        ).all()
        words = words_of(connection, [row.id for row in rows])
        changed = []
        for _, of_photo in groupby(rows, key=attrgetter("photo_id")):
            changed += _settled(of_photo, words, same)
        if changed:
            names = ("person_id", "is_said", "is_nobody")
            put: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
            connection.execute(update(tables.face).where(_FACE.id == bindparam("face")).values(put), changed)


def _settled(
    rows: Iterable[Any], words: Mapping[int, list[FaceWord]], same: Persons
) -> list[dict[str, int | bool | None]]:
    """Return the new values of the faces of one photo that change."""
    decided: list[tuple[Any, Decision]] = [
        (row, decide(words.get(row.id, ()), row.guess_id, same)) for row in rows
    ]
    taken = {decision.person_id for _, decision in decided if decision.is_said}
    changed = []
    for row, decision in sorted(decided, key=lambda one: (-one[0].score, one[0].id)):
        person_id = decision.person_id
        if not decision.is_said and person_id is not None:
            person_id = None if person_id in taken else person_id
            taken.add(person_id)
        if (row.person_id, row.is_said, row.is_nobody) != (person_id, decision.is_said, decision.is_nobody):
            changed.append(
                {
                    "face": row.id,
                    "new_person_id": person_id,
                    "new_is_said": decision.is_said,
                    "new_is_nobody": decision.is_nobody,
                }
            )
    return changed


def settle_persons(connection: Connection, person_ids: Iterable[int]) -> None:
    """Write anew what the latest words say of persons."""
    for some in in_portions(dict.fromkeys(person_ids), _AT_ONCE):
        asked = select(_PERSON_WORD.person_id, _PERSON_WORD.field, _PERSON_WORD.value)
        latest: dict[int, dict[str, Any]] = {one: dict(_FIELDS) for one in some}
        rows = connection.execute(
            asked.where(_PERSON_WORD.person_id.in_(some)).order_by(_PERSON_WORD.change_id)
        )
        for person_id, field, value in rows:
            latest[person_id][field] = value
        put = [
            {
                "person": person_id,
                "new_folded": None if fields["name"] is None else folded(fields["name"]),
                **{f"new_{name}": value for name, value in fields.items()},
            }
            for person_id, fields in latest.items()
        ]
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in (*_FIELDS, "folded")}
        connection.execute(
            update(tables.person).where(tables.person.c.id == bindparam("person")).values(values), put
        )
