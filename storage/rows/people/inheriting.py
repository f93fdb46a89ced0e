"""What a person said of a photo's faces, for the photo that replaced it."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, exists, insert, select

from photoseek.storage.records import Box
from photoseek.storage.rows.people.records import pairs_by_overlap
from photoseek.storage.rows.people.settling import settle_faces
from photoseek.storage.schema import tables

_FACE = tables.face.c
_WORD = tables.face_word.c
_NOT_COPIED = ("id", "photo_id")


def inherit_faces(connection: Connection, old: int, new: int) -> None:
    """Copy the faces of which a person said something, with the words.

    Left out is a face where, or of a person of whom, something was said in the new photo already.
    """
    said = exists().where(_WORD.face_id == _FACE.id)
    asked = select(tables.face).where(said).order_by(_FACE.id)
    before = connection.execute(asked.where(_FACE.photo_id == old)).all()
    there = connection.execute(asked.where(_FACE.photo_id == new)).all()
    known = pairs_by_overlap(_boxes(before), _boxes(there))
    persons = {row.person_id for row in there if row.is_said and not row.is_nobody}
    for number, row in enumerate(before):
        if number in known or row.person_id in persons:
            continue
        values = {name: value for name, value in row._mapping.items() if name not in _NOT_COPIED}
        made = insert(tables.face).values(photo_id=new, **values).returning(_FACE.id)
        face_id = connection.execute(made).scalar_one()
        words = select(tables.face_word).where(_WORD.face_id == row.id).order_by(_WORD.id)
        for word in connection.execute(words).all():
            said_again = {"change_id": word.change_id, "person_id": word.person_id, "yes": word.yes}
            connection.execute(insert(tables.face_word).values(face_id=face_id, **said_again))
    settle_faces(connection, [new])


def _boxes(rows: Iterable[Row[Any]]) -> list[Box]:
    return [Box(row.left, row.top, row.width, row.height) for row in rows]
