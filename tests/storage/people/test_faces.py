"""Faces keep what a person said of them when another engine, or the same one, finds them again."""

from collections.abc import Iterator

import numpy as np
import pytest

from photoseek.storage import Box, Edit, FoundFace, Library, Transaction
from tests.storage.people.made import ENGINE, add_photos, face, owners


@pytest.fixture
def transaction(library: Library) -> Iterator[Transaction]:
    with library.catalog.write() as writing:
        yield writing


def _named(transaction: Transaction) -> tuple[int, int]:
    """Return a photo and its face, which is Anna's."""
    (photo,) = add_photos(transaction, 1)
    transaction.faces.save(ENGINE, {photo: [face(0.1), face(0.6)]})
    (anna, _) = transaction.people.faces_of(photo)
    transaction.people_words.name_faces([anna.face_id], "Anna")
    return photo, anna.face_id


def test_another_engine_finds_the_same_face_at_nearly_the_same_place(transaction: Transaction) -> None:
    photo, anna = _named(transaction)
    transaction.faces.save("made 2", {photo: [face(0.11, (0, 1, 0, 0)), face(0.61), face(0.8)]})
    found = transaction.people.faces_of(photo)
    assert [one.is_confirmed for one in found] == [True, False, False]
    assert (found[0].face_id, found[0].engine, found[0].box.left) == (anna, "made 2", 0.11)
    assert transaction.faces.vectors("made 2").is_grouped.tolist() == [False, False, False]


def test_a_named_face_that_another_engine_misses_stays_where_it_was(transaction: Transaction) -> None:
    photo, anna = _named(transaction)
    transaction.faces.save("made 2", {photo: []})
    (left,) = transaction.people.faces_of(photo)
    assert (left.face_id, left.is_confirmed, left.engine) == (anna, True, None)
    transaction.faces.save("made 3", {photo: [face(0.1)]})
    assert transaction.people.faces_of(photo)[0].face_id == anna


def test_a_name_goes_to_the_photo_that_replaced_another_even_if_it_was_cropped(
    transaction: Transaction,
) -> None:
    photo, anna = _named(transaction)
    (cropped,) = add_photos(transaction, 1)
    transaction.photos.inherit(photo, cropped)
    (inherited,) = transaction.people.faces_of(cropped)
    assert owners(transaction, [inherited.face_id]) == owners(transaction, [anna])
    transaction.faces.save(ENGINE, {cropped: [face(0.5), face(0.8, (0, 1, 0, 0))]})
    same, other = transaction.people.faces_of(cropped)
    assert (same.face_id, same.box.left, same.is_confirmed) == (inherited.face_id, 0.5, True)
    assert not other.is_confirmed
    transaction.photos.inherit(photo, cropped)  # once more, as when an edit is read again
    assert [one.face_id for one in transaction.people.faces_of(cropped)] == [same.face_id, other.face_id]


def test_each_face_is_at_most_one_of_those_before(transaction: Transaction) -> None:
    (photo,) = add_photos(transaction, 1)
    close = [
        FoundFace(Box(0.1 + 0.01 * n, 0.2, 0.1, 0.2), 0.9, "good", None, face().vector) for n in range(3)
    ]
    transaction.faces.save(ENGINE, {photo: close})
    first = transaction.people.faces_of(photo)
    transaction.faces.save(ENGINE, {photo: list(reversed(close))})
    assert transaction.people.faces_of(photo) == first


def test_vectors_are_of_one_engine_and_of_nobody_who_is_nobody(transaction: Transaction) -> None:
    photo, anna = _named(transaction)
    other = next(one.face_id for one in transaction.people.faces_of(photo) if one.face_id != anna)
    transaction.people_words.nobody([other])
    found = transaction.faces.vectors(ENGINE)
    assert (found.face_ids.tolist(), found.is_said.tolist(), found.grades) == ([anna], [True], ("good",))
    assert np.allclose(found.vectors, [[1, 0, 0, 0]])
    assert len(transaction.faces.vectors("another").face_ids) == 0


def test_forgetting_a_photo_forgets_its_faces(transaction: Transaction) -> None:
    photo, _ = _named(transaction)
    transaction.files.forget([file.file_id for file in transaction.files.of([photo])])
    transaction.photos.forget([photo])
    assert transaction.people.kept().faces == 0
    assert [person.faces for person in transaction.people.persons()] == [0]  # the name is kept


def test_faces_in_photos_that_no_answer_shows_are_neither_counted_nor_covers(
    transaction: Transaction,
) -> None:
    photos = add_photos(transaction, 3)
    best, gone, small = (
        FoundFace(Box(0.1, 0.1, w, w), 0.9, "good", None, face().vector) for w in (0.5, 0.4, 0.2)
    )
    found = dict(zip(photos, [[best], [gone], [small]], strict=True))
    transaction.faces.save(ENGINE, found)
    hidden, missing, shown = (transaction.people.faces_of(photo)[0].face_id for photo in photos)
    transaction.people_words.name_faces([hidden, missing, shown], "Anna")
    transaction.edits.make("hidden", [Edit(photos[0], "hidden", {"hidden": True}, "2026")])
    transaction.files.set_missing([file.file_id for file in transaction.files.of([photos[1]])])
    (anna,) = transaction.people.persons()
    assert (anna.faces, anna.photos, anna.confirmed, anna.cover_face_id) == (1, 1, 1, shown)
    assert transaction.people.person(anna.person_id) == anna
    assert [one.face_id for one in transaction.people.faces_of_person(anna.person_id, 9)] == [shown]
    assert {one.person_id for one in map(transaction.people.face, (hidden, missing))} == {anna.person_id}
