"""What was said of people goes from one library into another, and no later word is lost."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from photoseek.cli.edits.checks import CHECKS
from photoseek.storage import Library, PhotoFacts, Stamp, Transaction, restore
from photoseek.storage.errors import UnreadableData
from photoseek.storage.exchange.document import written
from photoseek.storage.exchange.importing import ImportPlan
from photoseek.storage.exchange.reading import read
from tests.storage.dialects import opened
from tests.storage.people.made import ENGINE, face

_FACTS = PhotoFacts(b"", b"p", 4, 3, "JPEG", None, None, None, None, None, None)
_PHOTOS = 3


def _filled(dialect: str, folder: Path) -> Library:
    """Return a library of three photos with two faces each."""
    library = opened(dialect, folder)
    with library.catalog.write() as transaction:
        root = transaction.roots.add("/photos")
        for number in range(1, _PHOTOS + 1):
            photo_id = transaction.photos.add(replace(_FACTS, content_hash=number.to_bytes(16, "big")))
            transaction.files.put(root.root_id, f"{number}.jpg", Stamp(1, 1, 1), photo_id)
            transaction.faces.save(ENGINE, {photo_id: [face(0.1), face(0.6)]})
    return library


@pytest.fixture
def here(dialect: str, tmp_path: Path) -> Iterator[Library]:
    library = _filled(dialect, tmp_path / "here")
    yield library
    library.close()


@pytest.fixture
def there(dialect: str, tmp_path: Path) -> Iterator[Library]:
    library = _filled(dialect, tmp_path / "there")
    yield library
    library.close()


def _say(library: Library, say: Callable[[Transaction], object]) -> None:
    with library.catalog.write() as transaction:
        say(transaction)


def _export(library: Library) -> bytes:
    with library.catalog.read() as transaction:
        return written(transaction.exchange.collected())


def _import(library: Library, content: bytes) -> ImportPlan:
    with library.catalog.write() as transaction:
        plan = transaction.exchange.planned(read(content, CHECKS))
        transaction.exchange.carry_out(plan, "imported")
    return plan


def _known(library: Library) -> list[Any]:
    """Return who is where, by names: ids may be others in another library."""
    with library.catalog.read() as transaction:
        persons = {one.person_id: one for one in transaction.people.persons(ignored=None)}
        shown = {person_id: (one.name, one.is_ignored) for person_id, one in persons.items()}
        return [
            (number, one.box, shown.get(one.person_id or 0), one.is_nobody)
            for number in range(1, _PHOTOS + 1)
            for one in transaction.people.faces_of(number)
        ]


def _much(transaction: Transaction) -> None:
    """Say one of everything."""
    words, people = transaction.people_words, transaction.people
    words.name_faces([people.faces_of(1)[0].face_id, people.faces_of(2)[0].face_id], "Änna")
    words.name_faces([people.faces_of(1)[1].face_id], "Bo")
    words.nobody([people.faces_of(2)[1].face_id])
    anna, bo = (named.person_id for name in ("anna", "bo") if (named := people.named(name)))
    words.refuse([people.faces_of(3)[0].face_id], anna)
    words.ignore(bo)
    words.split([people.faces_of(3)[1].face_id])
    words.draw(3, face(0.8).box, "Cleo")


def test_what_is_taken_in_is_what_was_said_and_taken_in_again_is_nothing_new(
    here: Library, there: Library
) -> None:
    _say(here, _much)
    content = _export(here)
    plan = _import(there, content)
    assert (len(plan.people.faces), len(plan.people.persons), plan.kept) == (7, 4, 0)
    assert _known(there) == _known(here)
    assert _import(there, content).is_empty
    assert _import(here, content).is_empty
    again = _import(here, _export(there))  # by the same keys
    assert (again.is_empty, again.kept) == (True, 0)
    with there.catalog.write() as transaction:
        (anna,) = (one for one in transaction.people.persons() if one.name == "Änna")
        assert anna.faces == 2
        assert [*transaction.faces.refused().values()].count(frozenset({anna.person_id})) == 1
        transaction.people_words.undo()  # all of it was one change
        assert transaction.people.kept().names == 0


def test_a_person_of_the_same_name_is_the_same(here: Library, there: Library) -> None:
    _say(here, _much)
    _say(there, lambda one: one.people_words.name_faces([one.people.faces_of(3)[0].face_id], "anna"))
    _import(there, _export(here))
    with there.catalog.read() as transaction:
        names = transaction.people.names()
    assert [name.casefold() for name in names].count("änna") + names.count("anna") == 1


def test_of_two_words_about_a_face_the_later_counts(here: Library, there: Library) -> None:
    _say(here, _much)
    document = json.loads(_export(here))
    for photo in document["photos"]:
        for one in photo["faces"]:
            one["said_at"] = "2020-01-01T00:00:00Z"
    _say(there, lambda one: one.people_words.name_faces([one.people.faces_of(1)[0].face_id], "Dora"))
    plan = _import(there, json.dumps(document).encode())
    assert plan.kept == 1
    assert _known(there)[0][2] == ("Dora", False)


def test_a_document_of_before_there_were_people_is_taken_in(here: Library) -> None:
    document = json.loads(_export(here))
    del document["persons"]
    for photo in document["photos"]:
        del photo["faces"]
    assert _import(here, json.dumps(document).encode()).is_empty


def _spoil_box(photo: dict[str, Any]) -> None:
    photo["faces"][0]["left"] = 1.5


def _spoil_area(photo: dict[str, Any]) -> None:
    photo["faces"][0]["width"] = 0


def _spoil_edge(photo: dict[str, Any]) -> None:
    photo["faces"][0]["left"] = 0.95


def _spoil_key(photo: dict[str, Any]) -> None:
    photo["faces"][0]["person"] = "Anna"


def _spoil_nobody(photo: dict[str, Any]) -> None:
    photo["faces"][0]["nobody"] = True


@pytest.mark.parametrize("spoil", [_spoil_box, _spoil_area, _spoil_edge, _spoil_key, _spoil_nobody])
def test_what_is_no_face_is_refused_with_its_place(
    here: Library, spoil: Callable[[dict[str, Any]], None]
) -> None:
    _say(here, _much)
    document = json.loads(_export(here))
    spoil(document["photos"][0])
    with pytest.raises(UnreadableData, match=r"photos\[0\].faces\[0\]"):
        read(json.dumps(document).encode(), CHECKS)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)  # only a file is backed up as one
def test_a_backup_holds_names_and_what_was_confirmed(here: Library, tmp_path: Path) -> None:
    _say(here, _much)
    here.catalog.back_up(tmp_path / "backup.sqlite")
    restore(tmp_path / "again", tmp_path / "backup.sqlite")
    again = Library(tmp_path / "again")
    assert _known(again) == _known(here)
    again.close()
