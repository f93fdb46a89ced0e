"""Faces that are alike are grouped within what a person said, and never two of one photo."""

import itertools
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from photoseek.indexer.extraction.people.grouping import grouped
from photoseek.storage.rows.people.records import FaceVectors

_LEAST = 0.6


class _Made(NamedTuple):
    """A face, as a test makes it."""

    photo: int
    who: int  # the person that it shows
    grade: str = "good"
    person: int = 0
    guess: int = 0
    is_said: bool = False
    is_grouped: bool = False
    off: float = 0.0  # how far it is from what the person looks like


def _vectors(made: Sequence[_Made]) -> FaceVectors:
    rows = []
    for number, one in enumerate(made):
        row = np.zeros(64, np.float32)
        row[one.who] = 1
        row[20 + number % 40] += one.off
        rows.append(row / np.linalg.norm(row))
    return FaceVectors(
        np.arange(1, len(made) + 1),
        np.array([one.photo for one in made], np.int64),
        tuple(one.grade for one in made),
        np.array([one.person for one in made], np.int64),
        np.array([one.guess or (0 if one.is_said else one.person) for one in made], np.int64),
        np.array([one.is_said for one in made], np.bool_),
        np.array([one.is_grouped for one in made], np.bool_),
        np.array(rows, np.float32).reshape(len(made), 64),
    )


def _owners(made: Sequence[_Made], refused: dict[int, frozenset[int]] | None = None) -> list[int | None]:
    """Return whose each face is after grouping."""
    found = grouped(_vectors(made), refused or {}, _LEAST).guesses
    return [
        one.person if one.is_said else found.get(number, one.guess or one.person or None)
        for number, one in enumerate(made, 1)
    ]


def test_faces_that_are_alike_become_a_group_and_others_stay_alone() -> None:
    assert _owners([_Made(1, 0), _Made(2, 0), _Made(3, 1), _Made(4, 0)]) == [-1, -1, None, -1]


def test_two_faces_of_one_photo_are_never_joined_however_alike() -> None:
    assert _owners([_Made(1, 0), _Made(1, 0)]) == [None, None]
    first, second, third = _owners([_Made(1, 0), _Made(1, 0), _Made(2, 0)])
    assert sorted([first is None, second is None]) == [False, True]
    assert third == -1


def test_a_new_face_joins_the_group_that_it_is_like() -> None:
    known = [_Made(photo, 0, person=7, is_grouped=True) for photo in (1, 2)]
    assert _owners([*known, _Made(3, 0), _Made(4, 1)]) == [7, 7, 7, None]


def test_nobody_of_whom_something_was_said_gets_a_face_without_a_persons_word() -> None:
    said = [_Made(1, 0, person=7, is_said=True), _Made(2, 0, person=8, is_said=True)]
    guessed = _Made(3, 0, person=7, is_grouped=True)  # from before one of the group was confirmed
    assert _owners([*said, guessed, _Made(4, 0), _Made(5, 0)]) == [7, 8, 7, -1, -1]


def test_a_face_that_someone_said_is_not_a_persons_is_not_given_to_them() -> None:
    known = [_Made(1, 0, person=7, is_grouped=True), _Made(2, 0, person=7, is_grouped=True)]
    assert _owners([*known, _Made(3, 0)], {3: frozenset({7})}) == [7, 7, None]
    assert _owners([*known, _Made(3, 0), _Made(4, 0)], {3: frozenset({7})})[2] is None


def test_poor_faces_are_never_given_to_anybody_and_fair_ones_begin_no_group() -> None:
    known = [_Made(1, 0, person=7, is_grouped=True)]
    assert _owners([*known, _Made(2, 0, "poor"), _Made(3, 0, "fair")]) == [7, None, 7]
    assert _owners([_Made(1, 0, "fair"), _Made(2, 0, "fair")]) == [None, None]


def test_groups_without_names_grow_together_into_the_larger() -> None:
    groups = [_Made(photo, 0, person=9, is_grouped=True) for photo in (1, 2, 3)]
    other = [_Made(photo, 0, person=8, is_grouped=True) for photo in (4, 5)]
    assert _owners([*groups, *other]) == [9, 9, 9, 8, 8]  # nothing is new
    assert _owners([*groups, *other, _Made(6, 0)]) == [9] * 6


def test_groups_that_another_engine_finds_anew_keep_their_persons_if_they_are_still_alike() -> None:
    anew = [_Made(photo, 0, person=9) for photo in (1, 2, 3)] + [
        _Made(photo, 1, person=9) for photo in (4, 5)
    ]
    assert _owners(anew) == [9, 9, 9, -1, -1]


def test_everybody_is_grouped_the_same_in_one_go_as_photo_by_photo() -> None:
    shown = [(photo, who) for photo in range(1, 9) for who in (photo % 3, 3 + photo % 2)]
    at_once = _owners([_Made(photo, who, off=0.2) for photo, who in shown])
    known: list[_Made] = []
    fresh_ids = itertools.count(100)
    for photo, who in shown:
        now = _owners([*known, _Made(photo, who, off=0.2)])
        ids = {one: next(fresh_ids) for one in now if one is not None and one < 0}
        before = [*known, _Made(photo, who, off=0.2)]
        known = [
            one._replace(person=ids.get(owner, owner) if owner else 0, is_grouped=True)  # type: ignore[arg-type]
            for one, owner in zip(before, now, strict=True)
        ]
    assert _partition(at_once) == _partition([one.person or None for one in known])


def _partition(owners: Iterable[int | None]) -> set[frozenset[int]]:
    """Return which faces belong together."""
    together: dict[int, set[int]] = {}
    for number, owner in enumerate(owners):
        if owner is not None:
            together.setdefault(owner, set()).add(number)
    return {frozenset(one) for one in together.values()}


def test_a_group_is_not_again_who_one_of_its_faces_was_said_not_to_be() -> None:
    found_anew = _Made(photo=1, who=0, grade="good", person=8, is_grouped=False)
    made = [found_anew, found_anew._replace(photo=2)]
    guesses = grouped(_vectors(made), {2: frozenset({8})}, _LEAST).guesses
    assert guesses == {1: -1, 2: -1}


_FACES = st.lists(
    st.builds(
        _Made,
        photo=st.integers(1, 6),
        who=st.integers(0, 3),
        grade=st.sampled_from(["good", "good", "fair", "poor"]),
        person=st.sampled_from([0, 0, 7, 8, 9]),
        guess=st.just(0),
        is_said=st.booleans(),
        is_grouped=st.booleans(),
        off=st.floats(0, 1.5),
    ).map(lambda one: one if one.person else one._replace(is_said=False)),
    max_size=14,
)


@given(made=_FACES, refusing=st.dictionaries(st.integers(1, 14), st.sampled_from([7, 8, 9]), max_size=5))
def test_grouping_keeps_to_what_was_said(made: list[_Made], refusing: dict[int, int]) -> None:
    guessed_before: set[tuple[int, int]] = set()
    for at, one in enumerate(made):  # as storage has them: a guess makes no person twice in a photo
        if one.person and not one.is_said:
            said = {(other.photo, other.person) for other in made if other.is_said}
            if (one.photo, one.person) in guessed_before | said or refusing.get(at + 1) == one.person:
                made[at] = one._replace(person=0)
            guessed_before.add((one.photo, one.person))
    refused = {face: frozenset({person}) for face, person in refusing.items()}
    found = grouped(_vectors(made), refused, _LEAST)
    owners = [
        one.person if one.is_said else found.guesses.get(number, one.person or None)
        for number, one in enumerate(made, 1)
    ]
    in_photo: set[tuple[int, int]] = set()
    for number, (one, owner) in enumerate(zip(made, owners, strict=True), 1):
        if owner is None or one.is_said:
            continue
        assert owner not in refused.get(number, ())
        assert one.grade != "poor" or one.is_grouped
        assert (one.photo, owner) not in in_photo
        assert one.is_grouped or not any(other.is_said and other.person == owner for other in made)
        in_photo.add((one.photo, owner))
        assert all(not other.is_said or (other.photo, other.person) != (one.photo, owner) for other in made)
    assert {owner for owner in owners if owner is not None and owner < 0} <= {
        -number for number in range(1, found.new_persons + 1)
    }
    assert all(number in found.guesses for number, one in enumerate(made, 1) if not one.is_grouped)
