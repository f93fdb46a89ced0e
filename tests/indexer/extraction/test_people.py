"""Faces are found in the background once the owner wants it, grouped, and named as other programs named them."""

import io
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from PIL import Image

from photoseek.embedder.faces.finding import FaceFinder
from photoseek.embedder.faces.model_files import ENGINE as USED
from photoseek.embedder.faces.model_files import is_installed
from photoseek.indexer import Run
from photoseek.indexer.extraction.background import Background
from photoseek.indexer.extraction.extracting import extract
from photoseek.indexer.extraction.people.extracting import PeopleExtractor, make, take_names
from photoseek.searcher.people.suggesting import suggestions
from photoseek.storage import Library
from tests.conftest import MakePhoto
from tests.runs import index_folders
from tests.storage.people.made import ENGINE, add_photos, face

pytestmark = pytest.mark.slow
_NEEDS_MODELS = pytest.mark.skipif(not is_installed(), reason="the extra `people` is not installed")
_REGION = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/" '
    'xmlns:stArea="http://ns.adobe.com/xmp/sType/Area#"><mwg-rs:Regions rdf:parseType="Resource">'
    '<mwg-rs:RegionList><rdf:Bag><rdf:li rdf:parseType="Resource"><mwg-rs:Name>Eileen</mwg-rs:Name>'
    "<mwg-rs:Type>Face</mwg-rs:Type>"
    '<mwg-rs:Area stArea:x="0.44" stArea:y="0.23" stArea:w="0.2" stArea:h="0.24" stArea:unit="normalized"/>'
    "</rdf:li></rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions></rdf:Description></rdf:RDF></x:xmpmeta>"
)


def _portraits(photos: Path) -> None:
    """Write a portrait in two sizes, the first with a name beside it, and a photo of a cup."""
    data = pytest.importorskip("skimage.data")
    portrait = Image.fromarray(data.astronaut())
    portrait.save(photos / "one.jpg", quality=95)
    (photos / "one.jpg.xmp").write_text(_REGION)
    portrait.resize((900, 900)).save(photos / "two.jpg", quality=90)
    Image.fromarray(data.coffee()).save(photos / "cup.jpg")


@_NEEDS_MODELS
def test_nobody_is_looked_for_until_the_owner_wants_it_and_all_is_forgotten(run: Run, photos: Path) -> None:
    _portraits(photos)
    index_folders(run, photos)
    background = Background(run.library, {"people"})
    assert background.in_a_quiet_moment(Event()) == []
    with run.library.catalog.write() as transaction:
        assert transaction.people.kept().faces == 0
        transaction.people.turn_on()
    done = extract(run.library, make(), Event(), workers=0, isolated=False)
    assert (done.done, done.failed, done.left) == (3, 0, 0)
    with run.library.catalog.read() as transaction:
        # One is named by the file beside it; of the other, which is like it, a person is asked.
        (eileen,) = transaction.people.persons()
        assert (eileen.name, eileen.photos, eileen.confirmed) == ("Eileen", 1, 1)
        (asked,) = suggestions(transaction)
        assert (asked.person_id, len(asked.face_ids)) == (eileen.person_id, 1)
        assert transaction.extractions.all()["people"].waiting == 0
    with run.library.catalog.write() as transaction:
        transaction.people.turn_off(forget=True)
        assert (transaction.people.kept().faces, transaction.extractions.all()) == (0, {})


def test_what_is_found_after_it_was_turned_off_is_not_kept(
    run: Run, photos: Path, make_photo: MakePhoto
) -> None:
    make_photo(photos / "one.jpg")
    index_folders(run, photos)
    done = extract(run.library, PeopleExtractor(FaceFinder()), Event(), workers=0, isolated=False)
    assert (done.done, done.left) == (0, 1)
    with run.library.catalog.read() as transaction:
        assert (transaction.people.kept().faces, transaction.extractions.all()["people"].waiting) == (0, 1)


def test_names_of_other_programs_count_less_than_what_was_said_here(library: Library) -> None:
    with library.catalog.write() as transaction:
        (photo,) = add_photos(transaction, 1)
        transaction.faces.save(ENGINE, {photo: [face(0.1), face(0.5)]})
        left, right = (one.face_id for one in transaction.people.faces_of(photo))
        transaction.people_words.name_faces([left], "Anna")
        change = transaction.people_words.take_names({left: "Bo", right: "anna"})
        assert change is not None  # and yet neither is taken in: Anna would be in the photo twice
        assert change.faces == 0
        assert transaction.people_words.take_names({left: "Bo"}) is None
        transaction.people_words.take_names({right: "Bo"})
        assert transaction.people.names() == ["Anna", "Bo"]
        take_names(transaction, [photo])  # a photo without such names
        assert transaction.people.names() == ["Anna", "Bo"]


def test_faces_are_grouped_at_the_end_of_a_run_and_get_no_name_without_a_persons_word(
    library: Library,
) -> None:
    extractor = PeopleExtractor(FaceFinder())
    with library.catalog.write() as transaction:
        made = add_photos(transaction, 4)
        transaction.faces.save(USED, {photo: [face(0.1)] for photo in made[:2]})
    extractor.catch_up(library, Event(), at_end=False)
    with library.catalog.read() as transaction:
        assert transaction.people.persons() == []  # too few to read all for
    extractor.catch_up(library, Event(), at_end=True)
    with library.catalog.write() as transaction:
        (alike,) = transaction.people.persons()
        assert (alike.name, alike.photos) == (None, 2)
        transaction.people_words.name(alike.person_id, "Anna")
        transaction.faces.save(USED, {photo: [face(0.3)] for photo in made[2:]})
    extractor.catch_up(library, Event(), at_end=True)
    with library.catalog.read() as transaction:
        anna, unnamed = transaction.people.persons()
        assert (anna.name, anna.photos, anna.confirmed) == ("Anna", 2, 2)
        assert (unnamed.name, unnamed.photos) == (None, 2)
        (asked,) = suggestions(transaction)
        assert (asked.person_id, len(asked.face_ids)) == (anna.person_id, 2)
        assert transaction.faces.waiting(USED) == (0, 4)


@_NEEDS_MODELS
def test_a_thumbnail_without_faces_saves_reading_the_photo() -> None:
    data = pytest.importorskip("skimage.data")
    finder = FaceFinder()
    small = io.BytesIO()
    Image.fromarray(data.astronaut()).resize((512, 512)).save(small, "JPEG", quality=80)
    assert finder.may_have_faces(np.asarray(Image.open(small)))
    assert not finder.may_have_faces(data.coffee())
