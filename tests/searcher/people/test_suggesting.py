"""Faces are suggested for the person whom they are most like, the most telling first."""

from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from photoseek.embedder.faces.model_files import ENGINE
from photoseek.searcher.people.suggesting import suggestions
from photoseek.storage import Edit, Library, Transaction
from tests.storage.people.made import add_photos, face


@pytest.fixture
def transaction(library: Library) -> Iterator[Transaction]:
    with library.catalog.write() as writing:
        yield writing


def _like(likeness: float, other: int = 1) -> list[float]:
    """Return a direction that is so like the first axis."""
    direction = [0.0] * 8
    direction[0], direction[other] = likeness, float(np.sqrt(1 - likeness**2))
    return direction


def _faces(transaction: Transaction, *directions: Sequence[float]) -> list[int]:
    """Add a photo with one face for each direction."""
    made = add_photos(transaction, len(directions))
    found = {photo: [face(0.1, one)] for photo, one in zip(made, directions, strict=True)}
    transaction.faces.save(ENGINE, found)
    return [transaction.people.faces_of(photo)[0].face_id for photo in made]


def _anna(transaction: Transaction) -> int:
    transaction.people_words.name_faces(_faces(transaction, _like(1), _like(1)), "Anna")
    anna = transaction.people.named("Anna")
    assert anna is not None
    return anna.person_id


def test_what_settles_most_is_asked_first(transaction: Transaction) -> None:
    anna = _anna(transaction)
    near, far, _ = _faces(transaction, _like(0.54), _like(0.45, 2), _like(0.2, 3))
    group = _faces(transaction, *[_like(0.42, 4)] * 5)
    (person,) = transaction.faces.new_persons(1)
    transaction.faces.guess(dict.fromkeys(group, person))
    asked = suggestions(transaction)
    assert [(one.face_ids, one.person_id) for one in asked] == [
        (tuple(group), anna),
        ((near,), anna),
        ((far,), anna),
    ]
    assert asked[1].likeness == pytest.approx(0.54, abs=0.01)
    assert suggestions(transaction, most=1) == asked[:1]


def test_what_was_refused_is_not_asked_again(transaction: Transaction) -> None:
    anna = _anna(transaction)
    (near,) = _faces(transaction, _like(0.5))
    transaction.people_words.refuse([near], anna)
    assert suggestions(transaction) == []
    transaction.people_words.undo()
    assert [one.face_ids for one in suggestions(transaction)] == [(near,)]


def test_an_ignored_person_is_nobody_to_ask_about(transaction: Transaction) -> None:
    anna = _anna(transaction)
    _faces(transaction, _like(0.5))
    transaction.people_words.ignore(anna)
    assert suggestions(transaction) == []


def test_a_face_is_not_asked_to_be_somebody_who_is_in_the_photo_already(transaction: Transaction) -> None:
    (photo,) = add_photos(transaction, 1)
    transaction.faces.save(ENGINE, {photo: [face(0.1, _like(1)), face(0.6, _like(0.5))]})
    (left, _) = transaction.people.faces_of(photo)
    transaction.people_words.name_faces([left.face_id], "Anna")
    assert suggestions(transaction) == []


def test_two_groups_without_names_are_asked_about_once(transaction: Transaction) -> None:
    large, small = _faces(transaction, *[_like(1)] * 3), _faces(transaction, *[_like(0.5)] * 2)
    one, other = transaction.faces.new_persons(2)
    transaction.faces.guess({**dict.fromkeys(large, one), **dict.fromkeys(small, other)})
    assert [(found.face_ids, found.person_id) for found in suggestions(transaction)] == [(tuple(small), one)]


def test_only_one_person_may_be_asked_about(transaction: Transaction) -> None:
    anna = _anna(transaction)
    (bo_face,) = _faces(transaction, [0, 0, 0, 0, 0, 0, 0, 1])
    transaction.people_words.name_faces([bo_face], "Bo")
    (near,) = _faces(transaction, _like(0.45, 7))
    bo = transaction.people.named("Bo")
    assert bo is not None
    assert [one.person_id for one in suggestions(transaction)] == [bo.person_id]
    assert [one.person_id for one in suggestions(transaction, person_id=anna)] == [anna]
    assert [one.face_ids for one in suggestions(transaction, person_id=anna)] == [(near,)]


def test_faces_in_hidden_photos_are_not_asked_about(transaction: Transaction) -> None:
    _anna(transaction)
    seen, hidden = _faces(transaction, _like(0.5), _like(0.5, 2))
    photo = transaction.people.face(hidden).photo_id
    transaction.edits.make("hidden", [Edit(photo, "hidden", {"hidden": True}, "2026")])
    assert [one.face_ids for one in suggestions(transaction)] == [(seen,)]
