"""Positions as other programs read them, whatever is missing beside the numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags
from PIL.TiffImagePlugin import IFDRational

from photoseek.indexer.metadata import Facts, facts_from

Base, GPS = ExifTags.Base, ExifTags.GPS
NOTHING_DIVIDED = IFDRational(0, 0)
LATITUDE, LONGITUDE = (48.0, 51.34, 0.0), (2.0, 20.1, 0.0)
PARIS = (pytest.approx(48.8557, abs=1e-3), pytest.approx(2.335, abs=1e-3))


def located(
    latitude: object, longitude: object, north: object = None, east: object = None, xmp: str = ""
) -> Facts:
    gps = {
        GPS.GPSLatitude: latitude,
        GPS.GPSLongitude: longitude,
        GPS.GPSLatitudeRef: north,
        GPS.GPSLongitudeRef: east,
    }
    return facts_from({}, {}, gps, xmp)


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        (LATITUDE, LONGITUDE),
        ((48.0, 51.34, NOTHING_DIVIDED), (2.0, 20.1, NOTHING_DIVIDED)),
        ((48.0, 51.34), (2.0, 20.1)),
        (48.8557, 2.335),
    ],
)
@pytest.mark.parametrize("references", [("N", "E"), ("north", "e\0"), (None, None), ("", " ")])
def test_a_position_is_read_without_seconds_or_references(
    latitude: object, longitude: object, references: tuple[object, object]
) -> None:
    facts = located(latitude, longitude, *references)
    assert (facts.latitude, facts.longitude) == PARIS
    assert facts.position_source == "EXIF GPSLatitude"


def test_a_signed_number_says_its_half_of_the_earth_itself() -> None:
    for references in ((None, None), ("S", "W"), ("N", "E")):
        facts = located((-33.0, 30.0, 0.0), (-70.0, 30.0, 0.0), *references)
        assert (facts.latitude, facts.longitude) == (-33.5, -70.5)


def test_the_clock_tells_east_from_west_where_nothing_else_does() -> None:
    gps = {GPS.GPSLatitude: (37.0, 46.0, 0.0), GPS.GPSLongitude: (122.0, 25.0, 0.0)}
    details = {Base.DateTimeOriginal: "2023:05:01 12:30:05", Base.OffsetTimeOriginal: "-07:00"}
    assert facts_from({}, details, gps).longitude == pytest.approx(-122.4167, abs=1e-3)


@pytest.mark.parametrize(
    "xmp",
    [
        '<r exif:GPSLatitude="48,51.34N" exif:GPSLongitude="2,20.1E"/>',
        '<r exif:GPSLatitude="48,51,20.4N" exif:GPSLongitude="2,20,6E"/>',
        '<r exif:GPSLatitude="48.8557" exif:GPSLongitude="2.335"/>',
        "<exif:GPSLatitude>48,51.34N</exif:GPSLatitude>",
        '<r xmlns:g="http://www.w3.org/2003/01/geo/wgs84_pos#" g:lat="48.8557" g:long="2.335"/>',
    ],
)
def test_xmp_alone_tells_the_position(xmp: str) -> None:
    facts = facts_from({}, {}, {}, xmp)
    if "Longitude" not in xmp and "long" not in xmp:  # half a position is none
        assert (facts.latitude, facts.position_source) == (None, None)
        return
    assert (facts.latitude, facts.longitude) == PARIS
    assert facts.position_source in {"XMP exif:GPSLatitude", "XMP geo:lat"}


def test_xmp_that_knows_the_half_of_the_earth_goes_before_exif_that_does_not() -> None:
    xmp = '<r exif:GPSLatitude="48,51.34S" exif:GPSLongitude="2,20.1W"/>'
    facts = located(LATITUDE, LONGITUDE, xmp=xmp)
    assert (facts.latitude, facts.longitude) == (pytest.approx(-48.8557, abs=1e-3), pytest.approx(-2.335))
    assert located(LATITUDE, LONGITUDE, "N", "E", xmp).longitude == pytest.approx(2.335)


@pytest.mark.parametrize(
    ("latitude", "longitude", "xmp"),
    [
        ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), ""),
        ((NOTHING_DIVIDED, 1.0, 1.0), LONGITUDE, ""),
        ((0.0, NOTHING_DIVIDED, NOTHING_DIVIDED), LONGITUDE, ""),
        ((91.0, 0.0, 0.0), LONGITUDE, ""),
        (None, None, '<r exif:GPSLatitude="0,0N" exif:GPSLongitude="0,0E"/>'),
        (None, None, '<r exif:GPSLatitude="48,51.34E" exif:GPSLongitude="2,20.1N"/>'),
        (None, None, '<r exif:GPSLatitude="somewhere" exif:GPSLongitude="2,20.1E"/>'),
    ],
)
def test_what_is_no_place_on_earth_is_no_position(latitude: object, longitude: object, xmp: str) -> None:
    facts = located(latitude, longitude, "N", "E", xmp)
    assert (facts.latitude, facts.longitude, facts.position_source) == (None, None, None)


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_a_position_written_as_xmp_writes_it_is_read_back(latitude: float, longitude: float) -> None:
    written = [
        f"{int(abs(value))},{(abs(value) % 1) * 60:.6f}{signs[value < 0]}"
        for value, signs in ((latitude, "NS"), (longitude, "EW"))
    ]
    facts = facts_from({}, {}, {}, f'<r exif:GPSLatitude="{written[0]}" exif:GPSLongitude="{written[1]}"/>')
    if facts.latitude is None or facts.longitude is None:
        assert abs(latitude) < 1e-6
        assert abs(longitude) < 1e-6
        return
    assert facts.latitude == pytest.approx(latitude, abs=1e-6)
    assert facts.longitude == pytest.approx(longitude, abs=1e-6)
