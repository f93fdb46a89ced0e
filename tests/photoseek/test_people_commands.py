"""`photoseek people`: off until it is turned on, says what is kept, and takes back whatever was said."""

import json
from collections.abc import Callable

import pytest

from photoseek.cli.dispatch import run as run_command
from photoseek.storage import Box, Library, NamedRegion
from tests.storage.people.made import ENGINE, add_photos, face, groups

Typed = Callable[..., str]


@pytest.fixture
def typed(library: Library, monkeypatch, capsys) -> Typed:
    """Return what runs a command over a library of two groups of faces, and its output."""
    with library.catalog.write() as transaction:
        groups(transaction, 3, 2)  # persons 1 and 2, of faces 1 to 3 and 4 to 5
    monkeypatch.setenv("PHOTOSEEK_LIBRARY", str(library.folder))

    def type_it(*arguments: object, code: int = 0) -> str:
        capsys.readouterr()
        assert run_command([*map(str, arguments)]) == code
        shown = capsys.readouterr()
        return shown.out if code == 0 else shown.err

    return type_it


def _people(typed: Typed, *options: str) -> list[tuple[int, str | None, int, int]]:
    listed = json.loads(typed("people", "list", "--json", *options))["people"]
    return [(one["person"], one["name"], one["faces"], one["confirmed"]) for one in listed]


def test_it_is_off_until_turned_on_and_then_says_what_is_kept_where_and_how_to_remove_it(
    typed: Typed, library: Library
) -> None:
    assert json.loads(typed("people", "list", "--json"))["on"] is False
    said = typed("people", "on")
    assert "128 numbers" in said
    assert str(library.catalog.path) in said
    assert "photoseek people off --forget" in said
    assert json.loads(typed("people", "on", "--json")) == {"on": True, "catalog": str(library.catalog.path)}
    assert json.loads(typed("people", "list", "--json"))["on"] is True


def test_turning_it_off_keeps_what_is_known_and_forgetting_removes_all(
    typed: Typed, library: Library
) -> None:
    typed("people", "on")
    typed("people", "name", 1, "Ana")
    kept = {"faces": 5, "vectors": 5, "persons": 2, "names": 1, "changes": 1}
    assert json.loads(typed("people", "off", "--json")) == {"on": False, "forgotten": False, "kept": kept}
    assert _people(typed) == [(1, "Ana", 3, 3)]
    assert "removed: 5 faces in 2 groups, 1 name and 1 answer" in typed("people", "off", "--forget")
    assert _people(typed) == _people(typed, "--unnamed") == []
    with library.catalog.read() as transaction:
        assert transaction.people.kept().faces == 0


def test_people_are_named_merged_split_confirmed_refused_and_ignored_each_with_undo(typed: Typed) -> None:
    before = _people(typed), _people(typed, "--unnamed"), _people(typed, "--ignored")

    def state() -> tuple[list[tuple[int, str | None, int, int]], ...]:
        return _people(typed), _people(typed, "--unnamed"), _people(typed, "--ignored")

    states = [before]
    lines = (
        ("name", 1, "Ana Berg"),
        ("split", 3),
        ("confirm", "ana berg", 3),
        ("refuse", "Ana Berg", 3),
        ("nobody", 2),
        ("merge", "Ana Berg", 2),
        ("ignore", "Ana Berg"),
        ("ignore", "Ana Berg", "--undo"),
        ("name", "Ana Berg", "Ana"),
    )
    for line in lines:
        typed("people", *line)
        states.append(state())
    assert states[-1][0] == [(1, "Ana", 3, 3)]  # its first face, and the two of the other group
    listed = json.loads(typed("people", "undo", "--list", "--json"))["changes"]
    assert [change["number"] for change in listed] == list(range(len(lines), 0, -1))
    for number in range(len(lines), 0, -1):
        assert state() == states[number]
        assert json.loads(typed("people", "undo", "--json"))["undone"] == number
    assert state() == before
    assert "nothing was said of people that can be undone" in typed("people", "undo", code=8)


def test_the_faces_of_a_person_are_listed_with_their_photos(typed: Typed) -> None:
    typed("people", "confirm", 1, 2)
    listed = json.loads(typed("people", "list", 1, "--json"))
    assert (listed["person"], listed["faces"], listed["confirmed"]) == (1, 3, 1)
    assert [(one["id"], one["confirmed"], one["path"]) for one in listed["listed"]] == [
        (2, True, "/photos/2.jpg"),
        (1, False, "/photos/1.jpg"),
        (3, False, "/photos/3.jpg"),
    ]
    shown = typed("people", "list", 1).splitlines()
    assert shown[0] == "group 1: 3 faces in 3 photos"
    assert shown[1].split() == ["2", "said", "by", "you,", "good", "/photos/2.jpg"]


def test_two_faces_of_one_photo_are_one_person_only_if_that_is_said(typed: Typed, library: Library) -> None:
    with library.catalog.write() as transaction:
        (photo,) = add_photos(transaction, 1)
        transaction.faces.save(ENGINE, {photo: [face(0.1), face(0.5)]})
        one, two = (each.face_id for each in transaction.people.faces_of(photo))
    typed("people", "confirm", 1, one)
    refused = typed("people", "confirm", 1, two, code=9)
    assert "photo" in refused
    assert "--same-person-twice" in refused
    typed("people", "confirm", 1, two, "--same-person-twice")
    assert _people(typed, "--unnamed")[0] == (1, None, 5, 2)


def test_a_name_of_other_programs_is_listed_until_a_person_has_it(typed: Typed, library: Library) -> None:
    with library.catalog.write() as transaction:
        transaction.photos.set_facts({1: {"regions": (NamedRegion("Ana", Box(0.1, 0.2, 0.1, 0.2)),)}})
    assert json.loads(typed("people", "list", "--json"))["named_in_files"] == {"Ana": 1}
    assert typed("people").split("\n")[0].split() == [
        "Ana",
        "1",
        "photo",
        "named",
        "by",
        "another",
        "program",
    ]
    typed("people", "name", 1, "ANA")
    assert json.loads(typed("people", "list", "--json"))["named_in_files"] == {}


def test_nobody_of_a_name_or_number_says_who_may_be_meant(typed: Typed) -> None:
    typed("people", "name", 1, "Ana Berg")
    assert "did you mean “Ana Berg”?" in typed("people", "ignore", "Ana Bergg", code=8)
    assert "photoseek people list" in typed("people", "ignore", 99, code=8)


def test_a_part_of_a_name_means_the_only_person_who_has_it(typed: Typed) -> None:
    typed("people", "name", 1, "Ken Zärtlich")
    assert json.loads(typed("people", "list", "ken", "--json"))["person"] == 1
    typed("people", "name", 2, "Ken Berg")
    assert "may be Ken Berg, Ken Zärtlich: write the whole name" in typed("people", "list", "ken", code=8)


@pytest.mark.parametrize("name", ["x" * 201, "ana\u202egrb", "a\nb", " ", 'a"b'])
def test_a_name_that_nobody_can_have_is_refused(typed: Typed, name: str) -> None:
    typed("people", "name", 1, name, code=13)
    assert _people(typed) == []


def test_a_face_that_is_with_nobody_is_named_by_splitting_it_off(typed: Typed, library: Library) -> None:
    with library.catalog.write() as transaction:
        (photo,) = add_photos(transaction, 1)
        transaction.faces.save(ENGINE, {photo: [face(0.1)]})
        alone = transaction.people.faces_of(photo)[0].face_id
    typed("people", "split", alone, "--name", "Eva")
    assert _people(typed) == [(3, "Eva", 1, 1)]


def test_names_without_letters_are_different_people(typed: Typed) -> None:
    typed("people", "name", 1, "🐶")
    typed("people", "name", 2, "😀")
    assert _people(typed) == [(1, "🐶", 3, 3), (2, "😀", 2, 2)]
    assert json.loads(typed("people", "list", "😀", "--json"))["person"] == 2
