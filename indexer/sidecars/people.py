"""People in sidecars: their names, and where their faces are, as other programs read it.

Regions count from the pixels as they are stored, before EXIF's orientation turns them, so a photo's file is asked
how it lies. Where that is not known, only names are written.
"""

from collections.abc import Iterable
from contextlib import suppress
from xml.sax.saxutils import escape

from photoseek.indexer.decode.decode import facts_of
from photoseek.indexer.errors import UnreadablePhoto
from photoseek.indexer.metadata.regions import ON_ITS_SIDE, turned
from photoseek.indexer.sidecars.contents import cleaned
from photoseek.storage import NamedRegion, Photo, Transaction

_DIGITS = 6
_BACK = {6: 8, 8: 6}  # of orientations, those that others turn back; the rest turn themselves back
_TURNED_BY_READER = "HEIC"  # its files say twice how they lie, and programs differ in what they count from


def confirmed_people(transaction: Transaction, photo: Photo) -> tuple[NamedRegion, ...]:
    """Return the faces of a photo of which a person said whose they are, from left to right."""
    faces = [one for one in transaction.people.faces_of(photo.photo_id) if one.is_confirmed and one.person_id]
    names = transaction.people.names_of(one.person_id for one in faces if one.person_id is not None)
    named = ((names.get(one.person_id or 0), one.box) for one in faces)
    return tuple(NamedRegion(cleaned(name), box) for name, box in named if name is not None)


def regions_as_xml(people: Iterable[NamedRegion], photo: Photo) -> str | None:
    """Return the faces as `mwg-rs:Regions`, without declarations of namespaces.

    None: it isn't known how the photo's file lies.
    """
    orientation = _orientation(photo)
    if orientation is None:
        return None
    size = photo.facts.width, photo.facts.height
    width, height = size[::-1] if orientation >= ON_ITS_SIDE else size
    listed = "".join(_region(one, orientation) for one in people)
    return (
        '<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:AppliedToDimensions rdf:parseType="Resource">'
        f"<stDim:w>{width}</stDim:w><stDim:h>{height}</stDim:h><stDim:unit>pixel</stDim:unit>"
        f"</mwg-rs:AppliedToDimensions><mwg-rs:RegionList><rdf:Bag>{listed}</rdf:Bag></mwg-rs:RegionList>"
        "</mwg-rs:Regions>"
    )


def _region(one: NamedRegion, orientation: int) -> str:
    if one.box is None:
        return ""
    left, top, width, height = turned(one.box, _BACK.get(orientation, orientation))
    sides = {"x": left + width / 2, "y": top + height / 2, "w": width, "h": height}
    area = "".join(f"<stArea:{side}>{round(value, _DIGITS)}</stArea:{side}>" for side, value in sides.items())
    return (
        f'<rdf:li rdf:parseType="Resource"><mwg-rs:Area rdf:parseType="Resource">{area}'
        f"<stArea:unit>normalized</stArea:unit></mwg-rs:Area><mwg-rs:Name>{escape(one.name)}</mwg-rs:Name>"
        "<mwg-rs:Type>Face</mwg-rs:Type></rdf:li>"
    )


def _orientation(photo: Photo) -> int | None:
    """Return EXIF's number for how the photo's file lies; None if no file can be read."""
    if photo.facts.format == _TURNED_BY_READER:
        return None
    for path in photo.paths:
        with suppress(OSError, MemoryError, UnreadablePhoto), open(path, "rb") as file:  # noqa: PTH123 (a str)
            return facts_of(file.read(), path).orientation
    return None
