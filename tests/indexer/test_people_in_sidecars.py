"""People are written into sidecars if it is asked for, as other programs read them, and are taken out again."""

from pathlib import Path
from threading import Event

import pytest
from PIL import ExifTags

from photoseek.indexer import Run
from photoseek.indexer.metadata import Facts, facts_from
from photoseek.indexer.sidecars.contents import content_of
from photoseek.indexer.sidecars.fields import PERSON_IN_IMAGE, SUBJECT
from photoseek.indexer.sidecars.writing import Choice, Done, undo_sidecars, write_sidecars
from photoseek.storage import Box, FoundFace, Library
from tests.indexer.photos import saved, scene, turned
from tests.indexer.test_regions import as_digikam, is_near, packet
from tests.runs import index_folders
from tests.storage.people.made import ENGINE, face

_PEOPLE = Choice(of_people=True)
_BOX = Box(0.1, 0.2, 0.1, 0.2)


@pytest.fixture
def shown(run: Run, photos: Path) -> Library:
    """Return a library of a photo that lies on its side and shows Ana, whom a person named, and somebody else."""
    (photos / "a.jpg").write_bytes(turned(scene(320, 200), 6))
    index_folders(run, photos)
    with run.library.catalog.write() as transaction:
        transaction.faces.save(ENGINE, {1: [face(0.1), face(0.5)]})
        ana, other = transaction.people.faces_of(1)
        transaction.people_words.name_faces([ana.face_id], "Ana & Co")
        (group,) = transaction.faces.new_persons(1)
        transaction.faces.guess({other.face_id: group})
    return run.library


def _write(library: Library, choice: Choice = _PEOPLE) -> Done:
    return write_sidecars(library, choice, Event())


def _read(sidecar: Path, orientation: int = 6) -> Facts:
    tags = {ExifTags.Base.Orientation: orientation}
    return facts_from(tags, {}, {}, sidecar.read_bytes(), size=(200, 320))


def test_people_are_written_only_if_asked_for_and_only_those_whom_a_person_named(
    shown: Library, photos: Path
) -> None:
    assert _write(shown, Choice()).new == 0
    assert _write(shown).new == 1
    sidecar = photos / "a.jpg.xmp"
    assert content_of(sidecar.read_bytes()).lists[PERSON_IN_IMAGE] == ["Ana & Co"]
    found = _read(sidecar).regions
    assert [one.name for one in found] == ["Ana & Co"]
    assert is_near(found[0].box, _BOX)
    assert b"<stDim:w>200</stDim:w><stDim:h>320</stDim:h>" in sidecar.read_bytes()  # as the pixels are stored
    assert _write(shown).run is None  # nothing is left to write


def test_what_was_written_of_people_is_taken_out_and_brought_back(shown: Library, photos: Path) -> None:
    with shown.catalog.write() as transaction:
        transaction.tags.put([1], "dog")
    _write(shown)
    sidecar = photos / "a.jpg.xmp"
    with_people = sidecar.read_bytes()
    _write(shown, Choice())
    content = content_of(sidecar.read_bytes())
    assert content.lists == {SUBJECT: ["dog"]}
    assert b"Ana" not in sidecar.read_bytes()
    undo_sidecars(shown, None, Event())
    assert sidecar.read_bytes() == with_people
    undo_sidecars(shown, None, Event())
    assert not sidecar.exists()


def test_another_name_takes_the_place_of_the_one_that_was_written(shown: Library, photos: Path) -> None:
    _write(shown)
    with shown.catalog.write() as transaction:
        person = transaction.people.named("Ana & Co")
        assert person is not None
        transaction.people_words.name(person.person_id, "Anna")
    assert _write(shown).changed == 1
    assert [one.name for one in _read(photos / "a.jpg.xmp").regions] == ["Anna"]


def test_regions_of_another_program_stay_and_names_are_added_beside_them(
    shown: Library, photos: Path
) -> None:
    sidecar = photos / "a.jpg.xmp"
    sidecar.write_bytes(packet(as_digikam("Ben", Box(0.6, 0.6, 0.1, 0.1), (200, 320))))
    before = sidecar.read_bytes()
    assert _write(shown).changed == 1
    after = sidecar.read_bytes()
    assert content_of(after).lists[PERSON_IN_IMAGE] == ["Ana & Co"]
    start = before.index(b"<mwg-rs:Regions")
    regions = before[start : before.index(b"</mwg-rs:Regions>")]
    assert regions in after
    assert [one.name for one in _read(sidecar).regions] == ["Ben", "Ana & Co"]


def test_what_another_program_did_to_our_regions_is_for_a_person_to_decide(
    shown: Library, photos: Path
) -> None:
    _write(shown)
    sidecar = photos / "a.jpg.xmp"
    sidecar.write_bytes(sidecar.read_bytes().replace(b"Ana &amp; Co</mwg-rs", b"Ana Berg</mwg-rs"))
    with shown.catalog.write() as transaction:
        transaction.people_words.draw(1, Box(0.8, 0.8, 0.1, 0.1), "Eva")
    changed = sidecar.read_bytes()
    assert list(_write(shown).left.values()) == [
        "another program changed mwg-rs:Regions since: --overwrite-changed writes it anyway"
    ]
    assert sidecar.read_bytes() == changed
    assert _write(shown, Choice(of_people=True, overwrite=True)).changed == 1
    assert [one.name for one in _read(sidecar).regions] == ["Ana & Co", "Eva"]


def test_where_it_is_not_known_how_a_photo_lies_only_names_are_written(run: Run, photos: Path) -> None:
    (photos / "a.heic").write_bytes(saved(scene(), "HEIF"))
    index_folders(run, photos)
    with run.library.catalog.write() as transaction:
        found: FoundFace = face()
        transaction.faces.save(ENGINE, {1: [found]})
        transaction.people_words.name_faces([transaction.people.faces_of(1)[0].face_id], "Ana")
    _write(run.library)
    assert [(one.name, one.box) for one in _read(photos / "a.heic.xmp", 1).regions] == [("Ana", None)]
