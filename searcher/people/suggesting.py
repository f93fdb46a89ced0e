"""Whose faces may be that were not joined with anybody: for a person to confirm or refuse, most telling first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from photoseek.embedder.faces.model_files import ENGINE
from photoseek.storage import Transaction

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from photoseek.storage.rows.people.records import FaceVectors, Person

# Mean cosines between which it is worth asking: below the first nearly all are others, from the second on nearly
# all are the same.
_LEAST_LIKENESS, _SURE_LIKENESS = 0.36, 0.60
_AT_ONCE = 2048  # groups that are compared with all persons in one go


@dataclass(frozen=True, slots=True)
class Likely:
    """Faces that may be a person's: yes is `people_words.confirm(face_ids, person_id)`, no is `refuse`."""

    face_ids: tuple[int, ...]  # one face, or all of a group without a name
    person_id: int
    likeness: float  # mean cosine of these faces and the person's


@dataclass(frozen=True, slots=True)
class _Group:
    """Faces of one person, or one face that is nobody's yet."""

    face_ids: tuple[int, ...]
    mean: "NDArray[np.float32]"  # (dimension,)
    photos: frozenset[int]
    refused: frozenset[int]  # persons that someone said they are not
    person: "Person | None"

    @property
    def is_named(self) -> bool:
        """Whether someone said who it is."""
        return self.person is not None and self.person.name is not None


def suggestions(transaction: Transaction, most: int = 20, person_id: int | None = None) -> list[Likely]:
    """Return what to ask, at most so much: of each face or group, whether it is whom it is most like.

    First come the questions whose answer is likely yes and settles most faces. Not asked is what was refused
    before, nor whether two faces of one photo are one person's, nor of photos that are hidden or have no file now.
    With `person_id`, all is about that person.
    """
    persons = {one.person_id: one for one in transaction.people.persons(ignored=None)}
    faces = transaction.faces.vectors(ENGINE)
    groups = list(_groups(faces, persons, transaction.faces.refused(), transaction.photos.shown_ids()))
    asked = [one for one in groups if not one.is_named and not (one.person and one.person.is_ignored)]
    about = [
        one
        for one in groups
        if one.person is not None
        and not one.person.is_ignored
        and (person_id is None or one.person.person_id == person_id)
    ]
    # A face by itself is asked about only of somebody with a name.
    named = [one for one in about if one.is_named]
    found = list(_most_alike([one for one in asked if one.person is None], named))
    found += _most_alike([one for one in asked if one.person is not None], about)
    found.sort(key=lambda one: (-_telling(one), one.person_id, one.face_ids))
    return found[:most]


def _groups(
    faces: "FaceVectors",
    persons: "Mapping[int, Person]",
    refused: Mapping[int, frozenset[int]],
    shown: set[int],
) -> Iterator[_Group]:
    rows_of: dict[int, list[int]] = {}
    for row, person_id in enumerate(faces.person_ids.tolist()):
        # Poor faces are like many, so only a person can say who they are.
        if faces.grades[row] != "poor" and int(faces.photo_ids[row]) in shown:
            rows_of.setdefault(person_id or -1 - row, []).append(row)
    for person_id, rows in rows_of.items():
        face_ids = tuple(faces.face_ids[rows].tolist())
        yield _Group(
            face_ids,
            faces.vectors[rows].mean(0) if len(rows) > 1 else faces.vectors[rows[0]],
            frozenset(faces.photo_ids[rows].tolist()),
            frozenset(one for face_id in face_ids for one in refused.get(face_id, ())),
            persons.get(person_id),
        )


def _most_alike(asked: Sequence[_Group], about: Sequence[_Group]) -> Iterator[Likely]:
    """Yield for each of the groups the person whom it is most like, if it is like one at all."""
    if not about:
        return
    means = np.stack([one.mean for one in about])
    for start in range(0, len(asked), _AT_ONCE):
        some = asked[start : start + _AT_ONCE]
        likeness = np.stack([one.mean for one in some]) @ means.T
        # Most faces are like nobody, and the others like few: only these are sorted.
        for number in np.flatnonzero(likeness.max(1) >= _LEAST_LIKENESS).tolist():
            group, row = some[number], likeness[number]
            alike = np.flatnonzero(row >= _LEAST_LIKENESS)
            for column in alike[np.argsort(-row[alike])]:
                person = about[column].person
                if person is not None and _is_a_question(group, about[column]):
                    yield Likely(group.face_ids, person.person_id, float(row[column]))
                    break


def _is_a_question(group: _Group, other: _Group) -> bool:
    """Return whether a group, or one face, may be asked to be the other, which is a person's."""
    if group.photos & other.photos or (other.person and other.person.person_id in group.refused):
        return False
    if group.person is not None and group.person.person_id in other.refused:
        return False
    # Of two groups without names, the smaller is asked to be the larger, once.
    return other.is_named or (
        group.person is not None
        and (len(group.face_ids), group.face_ids) < (len(other.face_ids), other.face_ids)
    )


def _telling(one: Likely) -> float:
    """Return how many faces the answer settles, times how likely it is a yes."""
    likely = (one.likeness - _LEAST_LIKENESS) / (_SURE_LIKENESS - _LEAST_LIKENESS)
    return len(one.face_ids) * (0.1 + 0.9 * min(1.0, likely))
