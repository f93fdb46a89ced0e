"""Groups faces that are alike, within what a person said.

Groups are joined pair by pair, the most alike first, by the mean likeness of their faces (average linkage). Two
faces of one photo are never joined. Nor is anything joined with a person of whom something was said: whose
the faces are that have a name, only people say, who are asked about those that are alike.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

import numpy as np
from numpy.typing import NDArray

from photoseek.storage.rows.people.records import FaceVectors

# The mean cosine from which groups are joined, chosen by `scripts/evaluate_faces.py`. A face that is only fair has
# to be nearer.
LEAST_LIKENESS = 0.70
_FAIR_NEARER = 0.03
_NEIGHBOURS = 12  # of each face, those that it may be joined with first
_ROWS_AT_ONCE = 512  # faces that are compared with all others in one go


@dataclass(slots=True)
class _Group:
    """Some faces that are one person's."""

    members: list[int]  # rows of the faces
    total: "NDArray[np.float32]"  # (dimension,) sum of the vectors
    photos: set[int]
    persons: dict[int, int]  # how many of its faces are whose
    before: dict[int, int]  # how many were whose, before they were found anew
    refused: set[int]  # persons that someone said they are not
    has_good: bool
    near: set[int] = field(default_factory=set)  # groups that it may be joined with


@dataclass(frozen=True, slots=True)
class Grouped:
    """Whose faces are by likeness. Persons who aren't there yet are numbered -1, -2 and so on."""

    guesses: dict[int, int | None]  # by face id; only what changes
    new_persons: int


def grouped(
    faces: FaceVectors, refused: Mapping[int, frozenset[int]], least: float = LEAST_LIKENESS
) -> Grouped:
    """Return whose the faces are that were not compared since they were found, and others that they draw along.

    `refused` are the persons that someone said a face is not of, by face id.
    """
    is_settled = np.isin(faces.person_ids, np.unique(faces.person_ids[faces.is_said])) & (
        faces.person_ids > 0
    )
    is_out = faces.is_said | (is_settled & faces.is_grouped)
    usable = [row for row, grade in enumerate(faces.grades) if grade != "poor" and not is_out[row]]
    fresh = [row for row in usable if not faces.is_grouped[row]]
    pairs = list(_alike(faces.vectors, fresh, usable, least))
    groups, of_row = _begin(faces, refused, {row for pair in pairs for row in pair})
    for one, other in pairs:
        if of_row[one] != of_row[other]:
            groups[of_row[one]].near.add(of_row[other])
            groups[of_row[other]].near.add(of_row[one])
    _join(groups, least)
    return _result(faces, groups)


def _begin(
    faces: FaceVectors, refused: Mapping[int, frozenset[int]], touched: Iterable[int]
) -> tuple[dict[int, _Group], dict[int, int]]:
    """Return the groups that touched faces are in, and the number of each face's group, by row.

    A face that was found anew is alone until it is compared, unless someone said whose it is.
    """
    is_alone = (faces.person_ids == 0) | ~(faces.is_grouped | faces.is_said)
    wanted: dict[int, int] = {}  # numbers of groups, by person
    groups: dict[int, _Group] = {}
    of_row: dict[int, int] = {}
    for row in sorted(touched):
        person_id = 0 if is_alone[row] else int(faces.person_ids[row])
        if person_id in wanted:
            continue
        number = len(groups)
        if person_id:
            wanted[person_id] = number
        groups[number] = _group(faces, refused, row, person_id, is_alone)
        of_row |= dict.fromkeys(groups[number].members, number)
    return groups, of_row


def _group(
    faces: FaceVectors,
    refused: Mapping[int, frozenset[int]],
    row: int,
    person_id: int,
    is_alone: "NDArray[np.bool_]",
) -> _Group:
    """Return the group of a person, or of one face that is nobody's."""
    whole = np.flatnonzero((faces.person_ids == person_id) & ~is_alone) if person_id else np.array([row])
    rows = [one for one in whole.tolist() if faces.grades[one] != "poor"]
    was = int(faces.guess_ids[row])
    return _Group(
        members=rows,
        total=faces.vectors[rows].sum(0),
        photos=set(faces.photo_ids[whole].tolist()),  # poor faces count here, too
        persons={person_id: len(rows)} if person_id else {},
        before={was: 1} if was and not person_id else {},
        refused={one for member in rows for one in refused.get(int(faces.face_ids[member]), ())},
        has_good=any(faces.grades[one] == "good" for one in rows),
    )


def _alike(
    vectors: NDArray[np.float32], fresh: list[int], usable: list[int], least: float
) -> Iterator[tuple[int, int]]:
    """Yield pairs of rows that may begin a join: of each fresh face, its nearest that are near enough."""
    among = np.array(usable, np.int64)
    compared = vectors[among]
    for start in range(0, len(fresh), _ROWS_AT_ONCE):
        rows = np.array(fresh[start : start + _ROWS_AT_ONCE], np.int64)
        likeness = vectors[rows] @ compared.T
        likeness[among[None, :] == rows[:, None]] = -1.0
        count = min(_NEIGHBOURS, likeness.shape[1])
        nearest = np.argpartition(-likeness, count - 1, axis=1)[:, :count]
        for row, columns, near in zip(
            rows, nearest, np.take_along_axis(likeness, nearest, axis=1), strict=True
        ):
            yield from ((int(row), int(among[column])) for column in columns[near >= least])


def _likeness(one: _Group, other: _Group) -> float:
    """Return the mean cosine of the faces of one group and those of another."""
    return float(one.total @ other.total) / (len(one.members) * len(other.members))


def _may_join(one: _Group, other: _Group) -> bool:
    if one.photos & other.photos or not (one.has_good or other.has_good):
        return False
    return not (one.refused & other.persons.keys() or other.refused & one.persons.keys())


def _needed(one: _Group, other: _Group, least: float) -> float:
    return least + (0 if one.has_good and other.has_good else _FAIR_NEARER)


def _join(groups: dict[int, _Group], least: float) -> None:
    """Join groups, the most alike first, until none are alike enough."""

    def candidates(number: int) -> Iterator[tuple[float, int, int]]:
        for other in groups[number].near:
            likeness = _likeness(groups[number], groups[other])
            if likeness >= _needed(groups[number], groups[other], least):
                yield -likeness, min(number, other), max(number, other)

    waiting = list({one for number in groups for one in candidates(number)})
    heapify(waiting)
    next_number = len(groups)
    while waiting:
        _, first, second = heappop(waiting)
        if first not in groups or second not in groups:
            continue
        one, other = groups[first], groups[second]
        if not _may_join(one, other):
            continue
        del groups[first], groups[second]
        groups[next_number] = _joined(one, other, {first, second})
        for number in groups[next_number].near:
            groups[number].near -= {first, second}
            groups[number].near.add(next_number)
        for candidate in candidates(next_number):
            heappush(waiting, candidate)
        next_number += 1


def _joined(one: _Group, other: _Group, themselves: set[int]) -> _Group:
    return _Group(
        members=one.members + other.members,
        total=one.total + other.total,
        photos=one.photos | other.photos,
        persons=_added(one.persons, other.persons),
        before=_added(one.before, other.before),
        refused=one.refused | other.refused,
        has_good=one.has_good or other.has_good,
        near=(one.near | other.near) - themselves,
    )


def _added(one: Mapping[int, int], other: Mapping[int, int]) -> dict[int, int]:
    return {key: one.get(key, 0) + other.get(key, 0) for key in (*one, *other)}


def _result(faces: FaceVectors, groups: Mapping[int, _Group]) -> Grouped:
    guesses: dict[int, int | None] = {}  # by row
    new = 0
    taken = {int(one) for one in np.unique(faces.person_ids[faces.is_grouped | faces.is_said])}
    # The largest first: of several groups that one falls into, that is the one that stays who it was.
    for group in sorted(groups.values(), key=lambda one: (-len(one.members), one.members)):
        person_id = _who(group.persons)
        if person_id is None and len(group.members) > 1:
            free = group.before.keys() - taken - group.refused
            person_id = _who({one: group.before[one] for one in free})
            if person_id is None:
                new += 1
                person_id = -new
            taken.add(person_id)
        guesses |= dict.fromkeys(group.members, person_id)
    news: dict[int, int | None] = {}
    for row in np.flatnonzero(~faces.is_grouped).tolist() + [one for one in guesses if faces.is_grouped[one]]:
        before = int(faces.guess_ids[row]) or None
        # What was guessed before someone said whose it is counts again when that is undone.
        guess = before if faces.is_said[row] else guesses.get(row)
        if guess != before or not faces.is_grouped[row]:
            news[int(faces.face_ids[row])] = guess
    return Grouped(news, new)


def _who(counts: Mapping[int, int]) -> int | None:
    """Return the person with most faces, the earliest of several."""
    return min(counts, key=lambda one: (-counts[one], one), default=None)
