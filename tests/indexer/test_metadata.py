import io
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image

from photoseek.indexer.metadata import Facts, facts_from, read_facts
from tests.indexer.photos import exif, saved, scene

Base, GPS = ExifTags.Base, ExifTags.GPS
NOTHING = Facts(None, None, None, None, None, None, 1)
NORTH_WEST = {
    GPS.GPSLatitudeRef: "N",
    GPS.GPSLatitude: (48.0, 30.0, 36.0),
    GPS.GPSLongitudeRef: "W",
    GPS.GPSLongitude: (11.0, 15.0, 0.0),
}
values = st.one_of(
    st.none(),
    st.text(max_size=30),
    st.binary(max_size=30),
    st.integers(),
    st.floats(),
    st.lists(st.one_of(st.floats(), st.integers(), st.text(max_size=3)), max_size=4).map(tuple),
)


def facts_of(content: bytes) -> Facts:
    with Image.open(io.BytesIO(content)) as photo:
        return read_facts(photo)


def test_all_facts_are_read_from_the_exif_of_a_jpeg() -> None:
    tags = exif(
        {Base.Make: "Canon", Base.Model: "Canon EOS 40D", Base.Orientation: 6},
        {
            Base.DateTimeOriginal: "2023:05:01 12:30:05",
            Base.OffsetTimeOriginal: "+02:00",
            Base.LensModel: "EF 50mm f/1.8",
        },
        NORTH_WEST,
    )
    expected = Facts(
        "2023-05-01T12:30:05",
        120,
        "Canon EOS 40D",
        "EF 50mm f/1.8",
        pytest.approx(48.51),
        -11.25,
        6,
        date_source="EXIF DateTimeOriginal",
        position_source="EXIF GPSLatitude",
    )
    assert facts_of(saved(scene(), exif=tags)) == expected


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF", "AVIF"])
def test_other_formats_keep_their_facts_too(kind: str) -> None:
    tags = exif({Base.Model: "X100", Base.DateTime: "2001:02:03 04:05:06"})
    facts = facts_of(saved(scene(), kind, exif=tags))
    assert (facts.taken_at, facts.camera) == ("2001-02-03T04:05:06", "X100")


def test_a_photo_without_exif_has_no_facts() -> None:
    assert facts_of(saved(scene())) == NOTHING


def test_the_moment_of_exposure_goes_before_digitizing_and_editing() -> None:
    original, digitized, edited = "2001:01:01 01:01:01", "2002:02:02 02:02:02", "2003:03:03 03:03:03"
    base = {Base.DateTime: edited}
    details = {Base.DateTimeDigitized: digitized}
    assert facts_from(base, details | {Base.DateTimeOriginal: original}, {}).taken_at == "2001-01-01T01:01:01"
    assert facts_from(base, details, {}).taken_at == "2002-02-02T02:02:02"
    assert facts_from(base, {}, {}).taken_at == "2003-03-03T03:03:03"


@pytest.mark.parametrize(
    "date",
    [
        "0000:00:00 00:00:00",
        "    :  :     :  :  ",
        "2023:13:01 00:00:00",
        "2023:02:30 10:00:00",
        "2023 Kodak",
        "",
        "1:1:1",
    ],
)
def test_a_date_that_cannot_be_gives_way_to_the_next(date: str) -> None:
    details = {Base.DateTimeOriginal: date, Base.DateTimeDigitized: "2002:02:02 02:02:02"}
    assert facts_from({}, details, {}).taken_at == "2002-02-02T02:02:02"
    assert facts_from({}, {Base.DateTimeOriginal: date}, {}).taken_at is None


@pytest.mark.parametrize(
    ("offset", "minutes"),
    [
        ("+02:00", 120),
        ("-03:30", -210),
        ("+05:45", 345),
        ("+14:00", 840),
        ("+99:00", None),
        ("   :  ", None),
        ("", None),
    ],
)
def test_the_zone_is_read_where_it_can_exist(offset: str, minutes: int | None) -> None:
    details = {Base.DateTimeOriginal: "2023:05:01 12:30:05", Base.OffsetTimeOriginal: offset}
    assert facts_from({}, details, {}).taken_offset_minutes == minutes


def test_the_zone_of_the_editing_is_not_the_zone_of_the_exposure() -> None:
    details = {Base.DateTimeOriginal: "2023:05:01 12:30:05", Base.OffsetTime: "+09:00"}
    assert facts_from({}, details, {}).taken_offset_minutes is None


@pytest.mark.parametrize(
    ("utc", "minutes"),
    [
        ((10.0, 30.0, 1.0), 120),
        ((6.0, 45.0, 5.0), 345),
        ((10.0, 37.0, 0.0), None),
        ((10.0, 15.0, 0.0), None),
        ((4294967295.0, 0.0, 0.0), None),
    ],
)
def test_the_satellites_time_tells_the_zone_unless_it_is_stale(
    utc: tuple[float, ...], minutes: int | None
) -> None:
    gps = {GPS.GPSDateStamp: "2023:05:01", GPS.GPSTimeStamp: utc}
    facts = facts_from({}, {Base.DateTimeOriginal: "2023:05:01 12:30:05"}, gps)
    assert facts.taken_offset_minutes == minutes


@pytest.mark.parametrize(
    ("make", "model", "camera"),
    [
        ("Canon", "Canon EOS 40D", "Canon EOS 40D"),
        ("NIKON CORPORATION", "NIKON D70", "NIKON D70"),
        ("EASTMAN KODAK COMPANY", "KODAK CX7530", "KODAK CX7530"),
        ("Apple", "iPhone 6", "Apple iPhone 6"),
        ("SONY\0\0\0", "  DSC-D700 \0junk", "SONY DSC-D700"),
        (None, "Caplio RR330", "Caplio RR330"),
        ("Jolla", "", "Jolla"),
        ("", "\0", None),
    ],
)
def test_a_camera_is_named_once(make: str | None, model: str, camera: str | None) -> None:
    assert facts_from({Base.Make: make, Base.Model: model}, {}, {}).camera == camera


def test_a_name_in_utf_8_is_read_as_such() -> None:
    assert facts_from({Base.Model: "Größe".encode().decode("latin-1")}, {}, {}).camera == "Größe"


@pytest.mark.parametrize(
    "changed",
    [
        {GPS.GPSLatitude: (float("nan"), 0.0, 0.0)},
        {GPS.GPSLatitude: (91.0, 0.0, 0.0)},
        {GPS.GPSLongitude: None},
        {GPS.GPSLongitude: "somewhere"},
        {GPS.GPSLatitude: (0.0, 0.0, 0.0), GPS.GPSLongitude: (0.0, 0.0, 0.0)},
    ],
)
def test_half_a_position_or_the_null_island_is_no_position(changed: dict[int, Any]) -> None:
    facts = facts_from({}, {}, NORTH_WEST | changed)
    assert (facts.latitude, facts.longitude) == (None, None)


@pytest.mark.parametrize("orientation", [0, 9, -1, "6", (6,), None])
def test_an_orientation_that_does_not_exist_is_upright(orientation: object) -> None:
    assert facts_from({Base.Orientation: orientation}, {}, {}).orientation == 1


@pytest.mark.parametrize(
    ("packet", "date", "offset"),
    [
        ('<r exif:DateTimeOriginal="2013-07-05T03:18:27-07:00"/>', "2013-07-05T03:18:27", -420),
        ("<photoshop:DateCreated>2003-08-31</photoshop:DateCreated>", "2003-08-31", None),
        ("<xmp:CreateDate>2011-09-23T12:43:03.25Z</xmp:CreateDate>", "2011-09-23T12:43:03", 0),
        (
            '<r xmp:CreateDate="2001-01-01" exif:DateTimeOriginal = "2000-01-01T10:00"/>',
            "2000-01-01T10:00:00",
            None,
        ),
        ('<!DOCTYPE x [<!ENTITY d "2001-01-01">]><xmp:CreateDate>&d;</xmp:CreateDate>', None, None),
        ("<xmp:ModifyDate>2011-09-23</xmp:ModifyDate>", None, None),
    ],
)
def test_xmp_tells_the_date_when_exif_does_not(packet: str, date: str | None, offset: int | None) -> None:
    facts = facts_of(saved(scene(), xmp=packet.encode()))
    assert (facts.taken_at, facts.taken_offset_minutes) == (date, offset)


def test_exif_goes_before_xmp_where_both_say_when_it_was_taken() -> None:
    packet = "<exif:DateTimeOriginal>2011-09-23</exif:DateTimeOriginal>"
    details = {Base.DateTimeOriginal: "2001:02:03 04:05:06"}
    assert facts_from({}, details, {}, packet).taken_at == "2001-02-03T04:05:06"


@given(st.binary(max_size=200))
def test_garbage_for_exif_raises_nothing(garbage: bytes) -> None:
    photo = Image.new("RGB", (8, 8))
    photo.info["exif"] = b"Exif\0\0MM\0*\0\0\0\x08" + garbage
    photo.info["xmp"] = garbage
    read_facts(photo)


def _block() -> bytes:
    dates = {Base.DateTimeOriginal: "2023:05:01 12:30:05", Base.DateTimeDigitized: "2023:05:01 12:30:05"}
    tags = exif(
        {
            Base.Make: "Canon",
            Base.Model: "EOS 40D",
            Base.Orientation: 6,
            Base.DateTime: "2023:05:02 01:02:03",
        },
        dates | {Base.OffsetTimeOriginal: "+02:00", Base.LensModel: "EF 50mm f/1.8"},
        NORTH_WEST | {GPS.GPSDateStamp: "2023:05:01", GPS.GPSTimeStamp: (10.0, 30.0, 1.0)},
    )
    return tags.tobytes()


_EXIF = _block()
_XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description exif:DateTimeOriginal="2013-07-05T03:18:27-07:00"'
    b' xmp:CreateDate="2011-09-23T12:43:03.25Z"/><photoshop:DateCreated>2003-08-31</photoshop:DateCreated>'
    b"</x:xmpmeta>"
)


def _mutated(block: bytes) -> st.SearchStrategy[bytes]:
    place = st.integers(0, len(block) - 1)
    patch = st.one_of(
        st.binary(min_size=1, max_size=4), st.sampled_from([b"\xff" * 4, b"\0" * 4, b"\x7f\xff"])
    )
    cuts = st.integers(len(block) // 2, len(block))

    def damage(patches: list[tuple[int, bytes]], end: int) -> bytes:
        damaged = bytearray(block)
        for start, put in patches:
            damaged[start : start + len(put)] = put
        return bytes(damaged[:end])

    return st.builds(damage, st.lists(st.tuples(place, patch), max_size=8), cuts)


@given(_mutated(_EXIF), _mutated(_XMP))
def test_damaged_exif_and_xmp_give_facts_that_can_be(block: bytes, packet: bytes) -> None:
    photo = Image.new("RGB", (8, 8))
    photo.info["exif"], photo.info["xmp"] = block, packet
    facts = read_facts(photo)
    assert facts.taken_at is None or 1826 <= int(facts.taken_at[:4]) <= 2100
    assert facts.taken_at is None or datetime.fromisoformat(
        facts.taken_at + "1998-01-01"[len(facts.taken_at) :]
    )
    assert facts.taken_offset_minutes is None or -720 <= facts.taken_offset_minutes <= 840
    assert facts.taken_at is not None or facts.taken_offset_minutes is None
    assert (facts.latitude is None) == (facts.longitude is None)
    assert facts.latitude is None or -90 <= facts.latitude <= 90
    assert facts.longitude is None or -180 <= facts.longitude <= 180
    assert 1 <= facts.orientation <= 8
    assert all(name is None or (name.isprintable() and name) for name in (facts.camera, facts.lens))


@given(st.data())
def test_any_value_in_any_tag_raises_nothing(data: st.DataObject) -> None:
    base = data.draw(
        st.dictionaries(st.sampled_from([Base.Make, Base.Model, Base.DateTime, Base.Orientation]), values)
    )
    details = data.draw(
        st.dictionaries(
            st.sampled_from([Base.DateTimeOriginal, Base.OffsetTimeOriginal, Base.LensModel]), values
        )
    )
    gps = data.draw(
        st.dictionaries(st.sampled_from([*NORTH_WEST, GPS.GPSDateStamp, GPS.GPSTimeStamp]), values)
    )
    facts_from(base, details, gps, data.draw(values))
