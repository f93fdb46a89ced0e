"""Rows of faces, as engines find them and as grouping by likeness guesses whose they are."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, bindparam, delete, exists, func, insert, select, update

from photoseek.storage.clock import now
from photoseek.storage.records import Box
from photoseek.storage.rows.people.deciding import decide
from photoseek.storage.rows.people.records import FaceVectors, FoundFace, boxes_of, pairs_by_overlap
from photoseek.storage.rows.people.settling import persons, settle_faces, words_of
from photoseek.storage.rows.vectors import HALF
from photoseek.storage.schema import tables
from photoseek.storage.schema.portions import in_portions

_FACE = tables.face.c
_WORD = tables.face_word.c
_PERSON = tables.person.c
_AT_ONCE = 10_000
_SAME_FACE = 0.6  # cosine: in a photo that was cropped since, the face that a person meant


class Faces:
    """Questions about faces, by what finds and compares them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, engine: str, found: Mapping[int, Sequence[FoundFace]]) -> None:
        """Store the faces that an engine found, by photo id, in place of what was found there before.

        A face at the same place keeps its id, and with it what a person said. A face of which something was said
        stays where the engine finds none.
        """
        for photo_id, faces in found.items():
            self._save(engine, photo_id, faces)
        settle_faces(self._connection, found)

    def _save(self, engine: str, photo_id: int, found: Sequence[FoundFace]) -> None:
        asked = select(tables.face, self._has_words().label("has_words"))
        there = self._connection.execute(asked.where(_FACE.photo_id == photo_id).order_by(_FACE.id)).all()
        boxes = [Box(row.left, row.top, row.width, row.height) for row in there]
        pairs = pairs_by_overlap(boxes_of(found), boxes)
        pairs |= _pairs_by_likeness(engine, found, there, pairs)
        for number, face in enumerate(found):
            values = {
                **face.box._asdict(),
                "engine": engine,
                "score": face.score,
                "grade": face.grade,
                "why": face.why,
                "vector": face.vector.astype(HALF).tobytes(),
                "is_grouped": False,
            }
            if number in pairs:
                of_face = _FACE.id == there[pairs[number]].id
                self._connection.execute(update(tables.face).where(of_face).values(values))
            else:
                self._connection.execute(insert(tables.face).values(photo_id=photo_id, **values))
        unseen = [row for at, row in enumerate(there) if at not in set(pairs.values())]
        kept = [row.id for row in unseen if row.has_words]
        gone = [row.id for row in unseen if not row.has_words]
        self._connection.execute(delete(tables.face).where(_FACE.id.in_(gone)))
        self._connection.execute(
            update(tables.face).where(_FACE.id.in_(kept)).values(engine=None, vector=None, guess_id=None)
        )

    @staticmethod
    def _has_words() -> Any:  # noqa: ANN401 (SQLAlchemy's type of it is private)
        return exists().where(_WORD.face_id == _FACE.id)

    def waiting(self, engine: str) -> tuple[int, int]:
        """Count the faces of an engine that were not compared since they were found, and all of them."""
        asked = select(func.count().filter(~_FACE.is_grouped), func.count()).where(
            _FACE.engine == engine, ~_FACE.is_nobody
        )
        waiting, all_faces = self._connection.execute(asked).one()
        return waiting, all_faces

    def vectors(self, engine: str, most_fresh: int | None = None) -> FaceVectors:
        """Return all faces that this engine found, but those of which a person said that they are nobody's.

        With `most_fresh`, only so many of those are among them that were not compared since they were found.
        """
        which = (_FACE.engine == engine) & ~_FACE.is_nobody & _FACE.vector.is_not(None)
        if most_fresh is not None:
            fresh = select(_FACE.id).where(which, ~_FACE.is_grouped).order_by(_FACE.id).limit(most_fresh)
            which &= _FACE.is_grouped | _FACE.id.in_(fresh)
        asked = select(
            _FACE.id,
            _FACE.photo_id,
            _FACE.grade,
            func.coalesce(_FACE.person_id, 0),
            func.coalesce(_FACE.guess_id, 0),
            _FACE.is_said,
            _FACE.is_grouped,
            _FACE.vector,
        )
        rows = self._connection.execute(asked.where(which).order_by(_FACE.id)).all()
        ids, photos, grades, owners, guesses, said, grouped, data = (
            zip(*rows, strict=True) if rows else [()] * 8
        )
        flat = np.frombuffer(b"".join(data), HALF).astype(np.float32)
        return FaceVectors(
            np.array(ids, np.int64),
            np.array(photos, np.int64),
            tuple(grades),
            np.array(owners, np.int64),
            np.array(guesses, np.int64),
            np.array(said, np.bool_),
            np.array(grouped, np.bool_),
            flat.reshape(len(rows), -1) if rows else flat.reshape(0, 0),
        )

    def refused(self) -> dict[int, frozenset[int]]:
        """Return the persons that a person said a face is not of, by face id."""
        asked = select(_WORD.face_id).where(~_WORD.yes).distinct()
        same = persons(self._connection)
        words = words_of(self._connection, self._connection.execute(asked).scalars().all())
        return {face_id: decide(of_face, None, same).refused for face_id, of_face in words.items()}

    def new_persons(self, count: int) -> list[int]:
        """Make persons without names, and return their ids."""
        made = [
            self._connection.execute(
                insert(tables.person).values(key=uuid.uuid4().hex, made_at=now()).returning(_PERSON.id)
            ).scalar_one()
            for _ in range(count)
        ]
        return list(made)

    def guess(self, guesses: Mapping[int, int | None]) -> None:
        """Store whose faces are by likeness, by face id; None: like nobody's."""
        rows = [{"face": face_id, "guess": person_id} for face_id, person_id in guesses.items()]
        if not rows:
            return
        put = update(tables.face).where(_FACE.id == bindparam("face"))
        self._connection.execute(put.values(guess_id=bindparam("guess"), is_grouped=True), rows)
        photos: set[int] = set()
        for some in in_portions(guesses, _AT_ONCE):
            asked = select(_FACE.photo_id).where(_FACE.id.in_(some)).distinct()
            photos.update(self._connection.execute(asked).scalars())
        settle_faces(self._connection, sorted(photos))
        self._drop_empty()

    def _drop_empty(self) -> None:
        """Delete persons of whom nothing was said and whose no face is."""
        other = tables.person.alias()
        uses: Iterable[Any] = (
            exists().where(_FACE.guess_id == _PERSON.id),
            exists().where(_FACE.person_id == _PERSON.id),
            exists().where(_WORD.person_id == _PERSON.id),
            exists().where(tables.person_word.c.person_id == _PERSON.id),
            exists().where(other.c.same_as == _PERSON.id),
        )
        self._connection.execute(delete(tables.person).where(*(~use for use in uses)))


def _pairs_by_likeness(
    engine: str, found: Sequence[FoundFace], there: Sequence[Row[Any]], pairs: Mapping[int, int]
) -> dict[int, int]:
    """Return which of the faces found elsewhere is which of those that a person meant, by their vectors."""
    lost = [
        at
        for at, row in enumerate(there)
        if at not in set(pairs.values()) and row.has_words and row.engine == engine and row.vector is not None
    ]
    new = [number for number in range(len(found)) if number not in pairs]
    if not lost or not new:
        return {}
    meant = np.stack([np.frombuffer(there[at].vector, HALF).astype(np.float32) for at in lost])
    likeness = np.stack([found[number].vector for number in new]) @ meant.T  # (new, lost)
    matched: dict[int, int] = {}
    for flat in np.argsort(-likeness, axis=None):
        row, column = divmod(int(flat), len(lost))
        if likeness[row, column] < _SAME_FACE:
            break
        if new[row] not in matched and lost[column] not in matched.values():
            matched[new[row]] = lost[column]
    return matched
