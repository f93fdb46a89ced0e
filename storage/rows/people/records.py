"""The records of people: frozen, and independent of the database."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from photoseek.storage.records import Box

if TYPE_CHECKING:  # the records of `photoseek.storage` are loaded by all commands, and NumPy takes a while
    import numpy as np
    from numpy.typing import NDArray

Grade = Literal["good", "fair", "poor"]

_SAME_PLACE = 0.4  # two boxes of one face overlap so much or more


def pairs_by_overlap(ones: list[Box], others: list[Box]) -> dict[int, int]:
    """Return which of `ones` is which of `others`, by their places; the pairs that overlap most come first."""
    found = (
        (one.overlap(other), number, at) for number, one in enumerate(ones) for at, other in enumerate(others)
    )
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for overlap, number, at in sorted(found, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if overlap < _SAME_PLACE:
            break
        if number not in pairs and at not in taken:
            pairs[number] = at
            taken.add(at)
    return pairs


@dataclass(frozen=True, slots=True)
class FoundFace:
    """A face that an engine found in a photo."""

    box: Box
    score: float  # how sure the engine is that it is a face, 0 to 1
    grade: Grade  # what it is good for: found a group, join one, or neither
    why: str | None  # why it is not good: "small", "blurred", "turned", "profile"
    vector: "NDArray[np.float32]"  # (dimension,) unit length


@dataclass(frozen=True, slots=True)
class Face:
    """A face in a photo, and the person that it is of."""

    face_id: int
    photo_id: int
    box: Box
    score: float
    grade: Grade
    why: str | None
    person_id: int | None
    is_confirmed: bool  # a person said that it is of `person_id`; False: by likeness
    is_nobody: bool  # a person said that it is no face, or nobody's
    engine: str | None  # None: no engine finds it, but a person said something of it


@dataclass(frozen=True, slots=True)
class Person:
    """A group of faces that are one person's, as far as is known."""

    person_id: int
    name: str | None
    is_ignored: bool
    faces: int
    photos: int
    confirmed: int  # faces of which a person said that they are this person's
    cover_face_id: int | None  # the face that shows the person best


@dataclass(frozen=True, slots=True)
class PeopleChange:
    """What a person said of people at one time; it can be undone."""

    number: int
    made_at: str
    what: str
    faces: int
    undone_at: str | None


@dataclass(frozen=True, slots=True)
class KeptOfPeople:
    """How much is kept of people."""

    faces: int
    vectors: int
    persons: int
    names: int
    changes: int  # that a person made and did not undo


@dataclass(frozen=True, slots=True)
class FaceVectors:
    """The faces that can be compared by likeness, ordered by id; row i of each array is about one face."""

    face_ids: "NDArray[np.int64]"  # (n,)
    photo_ids: "NDArray[np.int64]"  # (n,)
    grades: tuple[str, ...]  # n
    person_ids: "NDArray[np.int64]"  # (n,) 0: nobody's yet
    guess_ids: "NDArray[np.int64]"  # (n,) the person by likeness, whatever was said; 0: none
    is_said: "NDArray[np.bool_]"  # (n,)
    is_grouped: "NDArray[np.bool_]"  # (n,) was compared since it was found
    vectors: "NDArray[np.float32]"  # (n, dimension) unit length


def boxes_of(found: Iterable[FoundFace | Face]) -> list[Box]:
    """Return the boxes of faces."""
    return [one.box for one in found]
