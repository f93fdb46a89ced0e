"""Filters about people count faces that were found, and those that other programs named, as one."""

from collections.abc import Iterator

import pytest

from photoseek.searcher import parse_line
from photoseek.searcher.completion.completing import completions
from photoseek.searcher.completion.names import names_of
from photoseek.searcher.errors import BadQuery
from photoseek.searcher.query.filter_context import FilterContext
from photoseek.searcher.query.matching import photo_ids_matching
from photoseek.storage import Box, Library, NamedRegion, Transaction
from tests.searcher.drawn import no_album
from tests.storage.people.made import ENGINE, add_faces, add_photos, face


@pytest.fixture
def transaction(library: Library) -> Iterator[Transaction]:
    with library.catalog.write() as transaction:
        transaction.people.turn_on()
        yield transaction


def _found(transaction: Transaction, line: str) -> tuple[set[int], list[str]]:
    context = FilterContext(transaction, no_album)
    found = photo_ids_matching(parse_line(line).filters, context)
    assert found is not None
    return found, context.notes


def _name(transaction: Transaction, photo_id: int, *named: NamedRegion) -> None:
    """Have another program name faces in a photo's file."""
    transaction.photos.set_facts({photo_id: {"regions": named}})


def _photo_of(transaction: Transaction, face_id: int) -> int:
    return transaction.people.face(face_id).photo_id


def test_several_persons_are_asked_for_together(transaction: Transaction) -> None:
    ((ana, ben), (alone,), (other, third)) = (
        add_faces(transaction, 1, 2) + add_faces(transaction, 1) + add_faces(transaction, 1, 2)
    )
    for face_id, name in (
        (ana, "Ana"),
        (ben, "Ben Berg"),
        (alone, "Ana"),
        (other, "Ben Berg"),
        (third, "Zoë"),
    ):
        transaction.people_words.name_faces([face_id], name)
    both = {_photo_of(transaction, ana)}
    assert _found(transaction, 'person:ana person:"ben berg"')[0] == both
    assert _found(transaction, "person:ana")[0] == both | {_photo_of(transaction, alone)}
    assert _found(transaction, "person:ana -person:ben")[0] == {_photo_of(transaction, alone)}
    assert _found(transaction, "person:zoe")[0] == {_photo_of(transaction, third)}
    assert _found(transaction, "(person:zoe OR person:ana) people:2")[0] == both | {
        _photo_of(transaction, other)
    }


def test_a_first_name_finds_everybody_of_that_name_and_says_so(transaction: Transaction) -> None:
    ((one,), (two,)) = add_faces(transaction, 2)
    transaction.people_words.name_faces([one], "Ana Berg")
    transaction.people_words.name_faces([two], "Ana Tal")
    found, notes = _found(transaction, "person:ana")
    assert found == {_photo_of(transaction, one), _photo_of(transaction, two)}
    assert notes == ["“ana” may be Ana Berg, Ana Tal: photos of each were found"]
    assert _found(transaction, 'person:"ana tal"') == ({_photo_of(transaction, two)}, [])


def test_a_name_that_nobody_has_names_the_nearest(transaction: Transaction) -> None:
    ((one,),) = add_faces(transaction, 1)
    transaction.people_words.name_faces([one], "Ana Berg")
    assert _found(transaction, "person:anaberk") == (
        set(),
        ["nobody in the library is named “anaberk”: did you mean Ana Berg?"],
    )


def test_a_face_that_another_program_named_is_one_with_the_face_that_was_found_there(
    transaction: Transaction,
) -> None:
    (photo,) = add_photos(transaction, 1)
    transaction.faces.save(ENGINE, {photo: [face(0.1), face(0.5)]})
    at_the_first, beside = Box(0.08, 0.18, 0.15, 0.25), Box(0.8, 0.2, 0.1, 0.2)
    _name(transaction, photo, NamedRegion("Ana", at_the_first), NamedRegion("Eva", None))
    assert _found(transaction, "people:2")[0] == {photo}
    _name(transaction, photo, NamedRegion("Ana", at_the_first), NamedRegion("Eva", beside))
    assert _found(transaction, "people:3")[0] == {photo}
    assert _found(transaction, "people:2")[0] == set()


def test_the_owners_word_counts_more_than_another_programs(transaction: Transaction) -> None:
    ((one,), (two,), (three,)) = add_faces(transaction, 3)
    photos = [_photo_of(transaction, face_id) for face_id in (one, two, three)]
    for photo in photos:
        _name(transaction, photo, NamedRegion("Ana", Box(0.1, 0.2, 0.1, 0.2)))
    assert _found(transaction, "person:ana")[0] == set(photos)
    transaction.people_words.name_faces([two], "Ben")
    transaction.people_words.nobody([three])
    assert _found(transaction, "person:ana")[0] == {photos[0]}
    assert _found(transaction, "person:ben")[0] == {photos[1]}
    assert _found(transaction, "people:1")[0] == set(photos[:2])
    transaction.people_words.undo()
    assert _found(transaction, "person:ana")[0] == {photos[0], photos[2]}


def test_faces_that_are_hardly_seen_do_not_count(transaction: Transaction) -> None:
    (photo,) = add_photos(transaction, 1)
    transaction.faces.save(ENGINE, {photo: [face(0.1), face(0.5, grade="poor")]})
    assert _found(transaction, "people:1")[0] == {photo}
    poor = transaction.people.faces_of(photo)[1]
    transaction.people_words.name_faces([poor.face_id], "Ana")
    assert _found(transaction, "people:2")[0] == {photo}


def test_a_portrait_of_one_shows_one_face_and_shows_it_large(transaction: Transaction) -> None:
    large, small, two = add_photos(transaction, 3)
    transaction.faces.save(ENGINE, {large: [face(0.1)], two: [face(0.1), face(0.5)]})
    _name(transaction, small, NamedRegion("Ana", Box(0.5, 0.5, 0.05, 0.05)))
    assert _found(transaction, "is:portrait-of-one")[0] == {large}


def test_nobody_is_in_a_photo_that_was_looked_at_and_shows_no_face(transaction: Transaction) -> None:
    with_face, without, unlooked = add_photos(transaction, 3)
    transaction.faces.save(ENGINE, {with_face: [face(0.1)]})
    transaction.extractions.done("people", ENGINE, dict.fromkeys([with_face, without]))
    assert _found(transaction, "people:0")[0] == {without}
    assert _found(transaction, "people:<2")[0] == {with_face, without}
    assert unlooked not in _found(transaction, "-people:1")[0] & _found(transaction, "people:0")[0]


@pytest.mark.parametrize("value", ["two", "-1", "1.5", "2..", ">", "9999"])
def test_what_is_no_number_of_people_says_how_one_is_written(value: str) -> None:
    with pytest.raises(BadQuery, match="people:>3"):
        parse_line(f"people:{value}")


def test_names_of_people_are_completed(transaction: Transaction) -> None:
    ((one,), (two,)) = add_faces(transaction, 2)
    transaction.people_words.name_faces([one, two], "Ana Berg")
    _name(transaction, _photo_of(transaction, one), NamedRegion("Anabel", None))
    names = names_of(transaction)
    assert [(one.kind, one.line, one.photos) for one in completions("person:an", names)] == [
        ("person", 'person:"Ana Berg" ', 2),
        ("person", "person:Anabel ", 1),
    ]
    assert completions("dinner with ana b", names)[0].line == 'dinner with person:"Ana Berg" '
