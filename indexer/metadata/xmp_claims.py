"""What XMP says, in a photo or beside it: which of its properties are the date, the position, the words."""

from collections.abc import Iterator

from photoseek.indexer.metadata.claims import Claims, Dated, Kind, Position
from photoseek.indexer.metadata.dates import read_date
from photoseek.indexer.metadata.positions import position, written_degrees
from photoseek.indexer.metadata.regions import shown_somewhere
from photoseek.indexer.metadata.values import (
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    LONGEST_TITLE,
    camera_named,
    cleaned,
    flat_keywords,
    keywords_in,
    stars_in,
    stars_in_percent,
)
from photoseek.indexer.metadata.xmp import Properties, properties_in

_DATES = (
    ("exif:DateTimeOriginal", Kind.TAKEN),
    ("photoshop:DateCreated", Kind.TAKEN),
    ("xmp:CreateDate", Kind.DIGITIZED),
    ("exif:DateTimeDigitized", Kind.DIGITIZED),
)
_POSITIONS = (("exif:GPSLatitude", "exif:GPSLongitude"), ("geo:lat", "geo:long"))
_TITLES = ("dc:title", "photoshop:Headline")
_DESCRIPTIONS = ("dc:description", "tiff:ImageDescription")
_KEYWORDS = (  # and what stands between the names of a path
    ("dc:subject", ""),
    ("lr:hierarchicalSubject", "|"),
    ("digiKam:TagsList", "/"),
    ("MicrosoftPhoto:LastKeywordXMP", "/"),
    ("MicrosoftPhoto:LastKeywordIPTC", "/"),
)
_PERSONS = "Iptc4xmpExt:PersonInImage"  # who is shown, but not where
_IN_A_LINE = ";,"  # what stands between keywords where a program wrote them as one text


def claims_of(packet: object) -> Claims:
    """Read one packet."""
    return claims_in(properties_in(packet), "XMP")


def claims_in(found: Properties, source: str) -> Claims:
    """Sort the properties of a packet, which fields of it are called after: "XMP exif:DateTimeOriginal"."""
    claims = Claims(dropped=found.dropped)
    for name, kind in _DATES:
        dates = (read_date(value) for value in found.values.get(name, ()))
        claims.add_dates(Dated(when, kind, f"{source} {name}") for when in dates if when is not None)
    claims.positions = list(_positions(found, source))
    claims.titles = list(_texts(found, _TITLES, LONGEST_TITLE))
    claims.descriptions = list(_texts(found, _DESCRIPTIONS, LONGEST_DESCRIPTION))
    claims.keywords = list(_keywords(found))
    claims.ratings = [
        *(stars for value in found.values.get("xmp:Rating", ()) for stars in stars_in(value)),
        *(
            stars
            for value in found.values.get("MicrosoftPhoto:Rating", ())
            for stars in stars_in_percent(value)
        ),
    ]
    claims.regions = found.regions + [
        shown_somewhere(name) for name in _texts(found, (_PERSONS,), LONGEST_NAME)
    ]
    claims.camera = camera_named(_name(found, "tiff:Make"), _name(found, "tiff:Model"))
    claims.lens = _name(found, "exifEX:LensModel") or _name(found, "aux:Lens")
    return claims


def _positions(found: Properties, source: str) -> Iterator[Position]:
    for north, east in _POSITIONS:
        latitude, longitude = (
            next(
                (
                    written_degrees(value, next(iter(found.values.get(f"{name}Ref", ())), None), signs)
                    for value in found.values.get(name, ())
                ),
                None,
            )
            for name, signs in ((north, "NS"), (east, "EW"))
        )
        place = position(latitude, longitude, f"{source} {north}")
        if place is not None:
            yield place


def _texts(found: Properties, names: tuple[str, ...], most: int) -> Iterator[str]:
    for name in names:
        for value in found.values.get(name, ()):
            if text := cleaned(value, most):
                yield text


def _keywords(found: Properties) -> Iterator[str]:
    for name, separator in _KEYWORDS:
        for value in found.values.get(name, ()):
            if separator:
                yield from keywords_in(value, separator)
            else:
                yield from flat_keywords(value, "" if name in found.lists else _IN_A_LINE)


def _name(found: Properties, name: str) -> str | None:
    return next(_texts(found, (name,), LONGEST_NAME), None)
