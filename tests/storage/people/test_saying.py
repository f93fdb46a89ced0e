"""What a person says of people counts for more than what was guessed, and is taken back exactly."""

import random
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photoseek.storage import Box, Library, NameTaken, StorageError, Transaction, UnknownName
from tests.storage.dialects import opened
from tests.storage.people.made import add_faces, add_photos, groups, owners


@pytest.fixture
def transaction(library: Library) -> Iterator[Transaction]:
    with library.catalog.write() as writing:
        yield writing


def test_a_name_given_to_a_group_is_kept_for_each_of_its_faces(transaction: Transaction) -> None:
    ((group, faces),) = groups(transaction, 3)
    change = transaction.people_words.name(group, "Anna")
    assert (change.faces, change.what) == (3, f"name group {group} “Anna”")
    transaction.faces.guess(dict.fromkeys(faces))  # another grouping finds nothing alike
    named = transaction.people.named("anna")
    assert named is not None
    assert (named.name, named.faces, named.photos, named.confirmed) == ("Anna", 3, 3, 3)
    assert named.cover_face_id in faces


def test_a_name_that_another_has_makes_the_two_one(transaction: Transaction) -> None:
    (one, ones), (other, others) = groups(transaction, 2, 3)
    transaction.people_words.name(one, "Ánna")
    transaction.people_words.name(other, "anna")
    assert [(person.name, person.faces) for person in transaction.people.persons()] == [("Ánna", 5)]
    assert owners(transaction, [*ones, *others]) == [one] * 5
    assert transaction.people.person(other).person_id == one


def test_merged_groups_come_apart_again_when_it_is_undone(transaction: Transaction) -> None:
    (one, ones), (other, others), (third, thirds) = groups(transaction, 2, 2, 2)
    transaction.people_words.merge(one, [other])
    transaction.people_words.merge(third, [other])  # who is `one` by now
    assert owners(transaction, [*ones, *others, *thirds]) == [third] * 6
    transaction.people_words.undo()
    assert owners(transaction, [*ones, *others, *thirds]) == [one] * 4 + [third] * 2
    transaction.people_words.undo()
    assert owners(transaction, [*ones, *others, *thirds]) == [one] * 2 + [other] * 2 + [third] * 2


def test_a_merge_keeps_the_name_that_there_is(transaction: Transaction) -> None:
    (one, _), (other, _) = groups(transaction, 1, 1)
    transaction.people_words.name(other, "Bo")
    transaction.people_words.merge(one, [other])
    assert transaction.people.names() == ["Bo"]
    assert transaction.people.person(other).person_id == one


def test_faces_split_off_stay_apart_whatever_is_guessed_later(transaction: Transaction) -> None:
    ((group, faces),) = groups(transaction, 4)
    _, made = transaction.people_words.split(faces[:2])
    assert owners(transaction, faces) == [made, made, group, group]
    transaction.faces.guess(dict.fromkeys(faces, group))
    assert owners(transaction, faces) == [made, made, group, group]
    assert transaction.faces.refused()[faces[0]] == {group}


def test_a_face_refused_is_nobodys_until_someone_else_is_named(transaction: Transaction) -> None:
    (one, faces), (other, _) = groups(transaction, 2, 1)
    transaction.people_words.refuse([faces[0]], one)
    assert owners(transaction, faces) == [None, one]
    transaction.people_words.confirm([faces[0]], other)
    assert owners(transaction, faces) == [other, one]
    transaction.people_words.nobody([faces[0]])
    assert transaction.people.face(faces[0]).is_nobody
    transaction.people_words.undo()
    assert owners(transaction, faces) == [other, one]


def test_two_faces_of_one_photo_are_two_people_unless_that_is_said(transaction: Transaction) -> None:
    ((left, right),) = add_faces(transaction, 1, faces_each=2)
    transaction.people_words.name_faces([left], "Anna")
    with pytest.raises(NameTaken, match="in 1 photo twice"):
        transaction.people_words.name_faces([right], "Anna")
    transaction.people_words.name_faces([right], "Bo")
    anna, bo = (person.person_id for person in transaction.people.persons())
    with pytest.raises(NameTaken, match="two faces of one photo are two people"):
        transaction.people_words.merge(anna, [bo])
    with pytest.raises(NameTaken):
        transaction.people_words.split([left, right], "Cleo")
    transaction.people_words.merge(anna, [bo], same_person_twice=True)  # a mirror
    assert owners(transaction, [left, right]) == [anna, anna]


def test_a_guess_gives_way_to_what_is_said_of_another_face_of_the_photo(transaction: Transaction) -> None:
    ((left, right),) = add_faces(transaction, 1, faces_each=2)
    (person,) = transaction.faces.new_persons(1)
    transaction.faces.guess({left: person})
    transaction.people_words.confirm([right], person)
    assert owners(transaction, [left, right]) == [None, person]
    transaction.people_words.undo()
    assert owners(transaction, [left, right]) == [person, None]


def test_a_person_drawn_where_no_face_was_found_is_kept_by_the_place(transaction: Transaction) -> None:
    (photo,) = add_photos(transaction, 1)
    transaction.people_words.draw(photo, Box(0.5, 0.5, 0.1, 0.1), "Anna")
    (drawn,) = transaction.people.faces_of(photo)
    assert (drawn.is_confirmed, drawn.engine) == (True, None)
    transaction.people_words.undo()
    assert transaction.people.faces_of(photo) == []


def test_an_ignored_person_is_not_listed(transaction: Transaction) -> None:
    ((group, _),) = groups(transaction, 1)
    transaction.people_words.ignore(group)
    assert transaction.people.persons() == []
    assert [one.person_id for one in transaction.people.persons(ignored=True)] == [group]


def test_what_cannot_be_undone_says_why(transaction: Transaction) -> None:
    with pytest.raises(UnknownName, match="nothing was said"):
        transaction.people_words.undo()
    ((group, _),) = groups(transaction, 1)
    change = transaction.people_words.name(group, "Anna")
    transaction.people_words.undo(change.number)
    with pytest.raises(UnknownName, match=r"was undone at .* already"):
        transaction.people_words.undo(change.number)
    with pytest.raises(UnknownName, match="there is no change 7"):
        transaction.people_words.undo(7)


def test_all_that_is_kept_of_people_is_forgotten_to_the_last_byte(library: Library) -> None:
    with library.catalog.write() as writing:
        writing.people.turn_on()
        ((group, _),) = groups(writing, 2)
        writing.people_words.name(group, "Wilhelmine Quitzow")
    with library.catalog.write() as writing:
        assert (writing.people.is_on(), writing.people.kept().vectors) == (True, 2)
        writing.people.turn_off(forget=True)
    with library.catalog.read() as reading:
        assert not reading.people.is_on()
        kept = reading.people.kept()
        assert (kept.faces, kept.vectors, kept.persons, kept.names, kept.changes) == (0, 0, 0, 0, 0)
    library.close()
    for file in Path(library.folder).glob("catalog.sqlite*"):
        assert b"Quitzow" not in file.read_bytes()


def _state(transaction: Transaction, faces: list[int]) -> object:
    return (
        [
            (person.person_id, person.name, person.is_ignored)
            for person in transaction.people.persons(ignored=None)
        ],
        [
            (one.person_id, one.is_confirmed, one.is_nobody)
            for one in (transaction.people.face(face) for face in faces)
        ],
    )


def _say_something(transaction: Transaction, faces: list[int], chosen: random.Random) -> None:
    """Say one thing of some of the faces or persons; may raise StorageError."""
    words = transaction.people_words
    ids = [person.person_id for person in transaction.people.persons(ignored=None)]
    some = chosen.sample(faces, chosen.randint(1, 3))
    twice = chosen.random() < 0.5
    name = chosen.choice(["Anna", "Bo", "Cleo"])
    saying = [
        lambda: words.name(chosen.choice(ids), name, same_person_twice=twice),
        lambda: words.merge(chosen.choice(ids), chosen.choices(ids, k=2), same_person_twice=twice),
        lambda: words.split(some, chosen.choice([None, name]), same_person_twice=twice),
        lambda: words.name_faces(some, name, same_person_twice=twice),
        lambda: words.confirm(some, chosen.choice(ids), same_person_twice=twice),
        lambda: words.refuse(some, chosen.choice(ids)),
        lambda: words.nobody(some),
        lambda: words.ignore(chosen.choice(ids), ignored=chosen.random() < 0.5),
    ]
    chosen.choice(saying)()


@pytest.fixture(scope="module")
def with_groups(dialect: str) -> Iterator[tuple[Library, list[int]]]:
    with TemporaryDirectory() as folder:
        made = opened(dialect, Path(folder))
        with made.catalog.write() as writing:
            faces = [one for of_photo in add_faces(writing, 6, faces_each=2) for one in of_photo]
            persons = writing.faces.new_persons(4)
            writing.faces.guess({one: persons[number % 4] for number, one in enumerate(faces)})
        yield made, faces
        made.close()


class _NotKeptError(Exception):
    """Ends a transaction without keeping what it did."""


@given(seed=st.integers(0, 2**32), count=st.integers(1, 8))
@settings(max_examples=30)
def test_undoing_everything_in_turn_leaves_what_was_there_at_each_step(
    with_groups: tuple[Library, list[int]], seed: int, count: int
) -> None:
    library, faces = with_groups
    chosen = random.Random(seed)  # noqa: S311 (which of the things that can be said)
    with suppress(_NotKeptError), library.catalog.write() as writing:
        before = []
        for _ in range(count):
            state = _state(writing, faces)
            changes = len(writing.people.changes())
            with suppress(StorageError):
                _say_something(writing, faces, chosen)
            if len(writing.people.changes()) == changes:
                assert _state(writing, faces) == state  # what is refused changes nothing
            else:
                before.append(state)
        for state in reversed(before):
            writing.people_words.undo()
            assert _state(writing, faces) == state
        raise _NotKeptError


@given(seed=st.integers(0, 2**32), count=st.integers(1, 8))
@settings(max_examples=30)
def test_guesses_never_change_what_was_said(
    with_groups: tuple[Library, list[int]], seed: int, count: int
) -> None:
    library, faces = with_groups
    chosen = random.Random(seed)  # noqa: S311 (which of the things that can be said)
    with suppress(_NotKeptError), library.catalog.write() as writing:
        for _ in range(count):
            with suppress(StorageError):
                _say_something(writing, faces, chosen)
        ids = [person.person_id for person in writing.people.persons(ignored=None)]
        said = {face: one.person_id for face in faces if (one := writing.people.face(face)).is_confirmed}
        refused = writing.faces.refused()
        writing.faces.guess({face: chosen.choice([*ids, None]) for face in faces})
        photos: dict[int, list[int]] = {}
        for face in faces:
            one = writing.people.face(face)
            assert one.person_id not in refused.get(face, ())
            if face in said:
                assert one.person_id == said[face]
            elif one.person_id is not None:
                photos.setdefault(one.photo_id, []).append(one.person_id)
        for photo_id, guessed in photos.items():  # no guess makes a person twice in a photo
            owned = [one.person_id for one in writing.people.faces_of(photo_id)]
            assert all(owned.count(person) == 1 for person in guessed)
        raise _NotKeptError
