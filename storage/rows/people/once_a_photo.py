"""Refuses what would make two faces of one photo one person."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from photoseek.storage.errors import NameTaken
from photoseek.storage.schema import tables
from photoseek.storage.schema.portions import in_portions

_FACE = tables.face.c
_AT_ONCE = 10_000


def refuse_twice(connection: Connection, face_ids: Sequence[int], person_id: int | None) -> None:
    """Raise NameTaken if two of the faces, or one and a face that was said to be the person's, share a photo."""
    meant = set(face_ids)
    photos: Counter[int] = Counter()
    for some in in_portions(meant, _AT_ONCE):
        photos.update(connection.execute(select(_FACE.photo_id).where(_FACE.id.in_(some))).scalars())
    twice = {photo_id for photo_id, count in photos.items() if count > 1}
    if person_id is not None:
        for some in in_portions(photos, _AT_ONCE):
            asked = select(_FACE.id, _FACE.photo_id).where(
                _FACE.photo_id.in_(some), _FACE.person_id == person_id, _FACE.is_said
            )
            twice |= {photo_id for face_id, photo_id in connection.execute(asked) if face_id not in meant}
    _refuse(len(twice), "these faces")


def refuse_shared_photos(connection: Connection, who: str, person_ids: Sequence[int]) -> None:
    """Raise NameTaken if two of the persons are in one photo; `who` is what they would become."""
    asked = select(_FACE.photo_id).where(_FACE.person_id.in_(person_ids)).group_by(_FACE.photo_id)
    shared = asked.having(func.count(_FACE.person_id.distinct()) > 1)
    _refuse(len(connection.execute(shared).all()), who)


def _refuse(photos: int, who: str) -> None:
    if photos:
        raise NameTaken(
            f"{who} would be in {photos} photo{'' if photos == 1 else 's'} twice, and two faces of one photo are "
            "two people: leave one out, or say that it is the same person twice "
            "(--same-person-twice, over HTTP same_person_twice)"
        )
