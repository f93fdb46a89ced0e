"""Photos with faces, as an engine would find them."""

import itertools
from collections.abc import Sequence

import numpy as np

from photoseek.storage import Box, FoundFace, PhotoFacts, Stamp, Transaction
from photoseek.storage.rows.people.records import Grade

ENGINE = "made 1"
_NUMBERS = itertools.count(1)


def add_photos(transaction: Transaction, count: int) -> list[int]:
    """Add photos with files."""
    root = transaction.roots.add("/photos")
    made = []
    for _ in range(count):
        content = next(_NUMBERS).to_bytes(16, "big")
        facts = PhotoFacts(content, content, 4, 3, "JPEG", None, None, None, None, None, None)
        photo_id = transaction.photos.add(facts)
        transaction.files.put(root.root_id, f"{photo_id}.jpg", Stamp(1, 1, 1), photo_id)
        made.append(photo_id)
    return made


def face(
    place: float = 0.1, direction: Sequence[float] = (1, 0, 0, 0), grade: Grade = "good", score: float = 0.9
) -> FoundFace:
    """Return a face at a place from left to right, with a vector in a direction."""
    vector = np.array(direction, np.float32)
    return FoundFace(Box(place, 0.2, 0.1, 0.2), score, grade, None, vector / np.linalg.norm(vector))


def add_faces(transaction: Transaction, photos: int, faces_each: int = 1) -> list[list[int]]:
    """Add photos with faces side by side; returns the ids of each photo's faces, from left to right."""
    made = add_photos(transaction, photos)
    found = {photo_id: [face(0.1 + 0.2 * number) for number in range(faces_each)] for photo_id in made}
    transaction.faces.save(ENGINE, found)
    return [[one.face_id for one in transaction.people.faces_of(photo_id)] for photo_id in made]


def groups(transaction: Transaction, *sizes: int) -> list[tuple[int, list[int]]]:
    """Add a group of faces by likeness for each size; returns its person and faces."""
    made = []
    for size in sizes:
        faces = [faces[0] for faces in add_faces(transaction, size)]
        (person,) = transaction.faces.new_persons(1)
        transaction.faces.guess(dict.fromkeys(faces, person))
        made.append((person, faces))
    return made


def owners(transaction: Transaction, face_ids: Sequence[int]) -> list[int | None]:
    """Return whose the faces are."""
    return [transaction.people.face(face_id).person_id for face_id in face_ids]
