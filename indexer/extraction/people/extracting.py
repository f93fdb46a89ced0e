"""Finds the faces of photos, takes in the names that other programs gave them, and groups those that are alike."""

from collections.abc import Mapping, Sequence
from functools import cache
from threading import Event
from typing import TYPE_CHECKING

from photoseek.embedder import Pixels
from photoseek.embedder.faces.model_files import ENGINE, is_installed
from photoseek.indexer.errors import NotInstalled
from photoseek.indexer.extraction.extractor import TurnedOff
from photoseek.indexer.extraction.people.grouping import grouped
from photoseek.indexer.workers.reading import Reading, WholePhoto
from photoseek.storage import Box, FoundFace, Library, Transaction

if TYPE_CHECKING:
    from photoseek.embedder.faces.finding import FaceFinder, SeenFace

_LONG_SIDE, _SHORT_SIDE = 1280, 320  # pixels in which a photo is read; faces are cut out of these
_FILE_S = 60.0
# A region that another program drew around a face, and the face that is found there, overlap so much or more.
_SAME_PLACE = 0.25
_WORTH_GROUPING, _WORTH_PART = 500, 10  # faces, and the part of all faces, that are worth reading them all
_MOST_AT_ONCE = 3000  # faces that are compared with all others before the result is kept


class PeopleExtractor:
    """Finds faces. The models are loaded when the first photo is looked at."""

    kind = "people"
    engine = ENGINE
    reading: Reading = WholePhoto(_SHORT_SIDE, _LONG_SIDE)
    file_s = _FILE_S
    of_videos = False

    def __init__(self, finder: "FaceFinder") -> None:
        self._finder = finder

    def glance(self, thumbnail: Pixels) -> "Sequence[SeenFace] | None":
        """Return no faces for a photo whose thumbnail shows none: what is searched is hardly larger."""
        return None if self._finder.may_have_faces(thumbnail) else ()

    def extract(self, payload: Pixels) -> "Sequence[SeenFace]":
        """Return the faces of a photo that was read."""
        return self._finder(payload)

    def save(self, transaction: Transaction, found: "Mapping[int, Sequence[SeenFace]]") -> None:
        """Store faces and whose they are, by photo id. Raises TurnedOff: what was forgotten stays forgotten."""
        if not transaction.people.is_on():
            raise TurnedOff("finding people was turned off meanwhile: `photoseek people on` turns it on")
        transaction.faces.save(self.engine, {photo_id: _kept(faces) for photo_id, faces in found.items()})
        with_faces = [photo_id for photo_id, faces in found.items() if faces]
        if with_faces:
            take_names(transaction, with_faces)

    def catch_up(self, library: Library, stop: Event, *, at_end: bool) -> None:
        """Group the faces that were found: at the end, and before when many more came since."""
        with library.catalog.read() as transaction:
            waiting, all_faces = transaction.faces.waiting(self.engine)
        if waiting and (at_end or waiting >= max(_WORTH_GROUPING, all_faces // _WORTH_PART)):
            group(library, stop)


def make() -> PeopleExtractor:
    """Return the extractor. Raises NotInstalled."""
    if not is_installed():
        raise NotInstalled(
            "people are not found: install what finds them with `pip install 'photoseek[people]'`"
        )
    return PeopleExtractor(_finder())


@cache  # a watch asks for the extractor every few seconds, and the models stay loaded
def _finder() -> "FaceFinder":
    from photoseek.embedder.faces.finding import FaceFinder

    return FaceFinder()


def take_names(transaction: Transaction, photo_ids: Sequence[int]) -> None:
    """Give faces the names that other programs wrote into the photos' files, or beside them."""
    regions = transaction.regions.of(photo_ids)
    faces_of = transaction.people.faces_of_photos(sorted(regions))
    names: dict[int, str] = {}
    for photo_id, named in regions.items():
        left = {face.face_id: face.box for face in faces_of.get(photo_id, ())}
        for region in named:
            if region.box is None or not left:
                continue
            overlap, face_id = max((box.overlap(region.box), face_id) for face_id, box in left.items())
            if overlap >= _SAME_PLACE:
                names[face_id] = region.name
                del left[face_id]
    if names:
        transaction.people_words.take_names(names)


def group(library: Library, stop: Event) -> None:
    """Store whose the faces are by likeness that were not compared since they were found, until `stop` is set.

    They are compared outside of the transaction that writes: what is said meanwhile counts for more than a guess.
    """
    while not stop.is_set():
        with library.catalog.read() as transaction:
            faces, refused = transaction.faces.vectors(ENGINE, _MOST_AT_ONCE), transaction.faces.refused()
        if bool(faces.is_grouped.all()):
            return
        found = grouped(faces, refused)
        with library.catalog.write() as transaction:
            made = transaction.faces.new_persons(found.new_persons)
            transaction.faces.guess(
                {
                    face_id: made[-guess - 1] if guess is not None and guess < 0 else guess
                    for face_id, guess in found.guesses.items()
                }
            )


def _kept(faces: "Sequence[SeenFace]") -> list[FoundFace]:
    return [
        FoundFace(Box(one.left, one.top, one.width, one.height), one.score, one.grade, one.why, one.vector)
        for one in faces
    ]
