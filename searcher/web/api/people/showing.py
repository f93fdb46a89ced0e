"""Persons and faces in their JSON shapes, each with what a page needs to show a picture of it."""

from collections.abc import Iterable, Sequence
from typing import Any

from photoseek.searcher.query.query import Filter
from photoseek.searcher.web.api.small_photo import small_photo
from photoseek.storage import Box, Transaction
from photoseek.storage.rows.people.records import Face, Person

_DIGITS = 5  # of a fraction: less than a pixel of the largest photo


def faces_as_json(transaction: Transaction, faces: Sequence[Face]) -> list[dict[str, Any]]:
    """Return faces in their order; those of photos that were forgotten meanwhile are left out."""
    photos = transaction.photos.by_id(list({face.photo_id for face in faces}))
    names = transaction.people.names_of(face.person_id for face in faces if face.person_id is not None)
    return [
        {
            "id": face.face_id,
            "photo": small_photo(photos[face.photo_id]),
            "box": box_as_json(face.box),
            "grade": face.grade,
            "why": face.why,
            "person": face.person_id,
            "name": names.get(face.person_id or 0),
            "confirmed": face.is_confirmed,
            "nobody": face.is_nobody,
        }
        for face in faces
        if face.photo_id in photos
    ]


def box_as_json(box: Box) -> list[float]:
    """Return left, top, width and height."""
    return [round(side, _DIGITS) for side in box]


def people_as_json(transaction: Transaction, people: Iterable[Person]) -> list[dict[str, Any]]:
    """Return persons in their order, with the faces that show them best."""
    people = list(people)
    wanted = [one.cover_face_id for one in people if one.cover_face_id is not None]
    covers = {face["id"]: face for face in faces_as_json(transaction, transaction.people.these_faces(wanted))}
    return [
        {
            "id": one.person_id,
            "name": one.name,
            "filter": None if one.name is None else str(Filter("person", one.name)),
            "ignored": one.is_ignored,
            "photos": one.photos,
            "faces": one.faces,
            "confirmed": one.confirmed,
            "cover": covers.get(one.cover_face_id or 0),
        }
        for one in people
    ]
