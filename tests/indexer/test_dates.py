"""Dates as cameras, scanners and people write them, and those that no photo has."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags

from photoseek.indexer.metadata import Facts, facts_from
from photoseek.indexer.metadata.dates import read_date

Base, GPS = ExifTags.Base, ExifTags.GPS


def taken(date: str, **others: str) -> Facts:
    """Return the facts of a photo whose EXIF says this, and XMP properties, `photoshop__DateCreated`, that."""
    packet = " ".join(f'{name.replace("__", ":")}="{value}"' for name, value in others.items())
    return facts_from({}, {Base.DateTimeOriginal: date}, {}, f"<r {packet}/>")


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("2015:08:22 24:08:19", "2015-08-22T00:08:19"),
        ("2016:12:31 23:59:60", "2016-12-31T23:59:59"),
        ("2004: 1: 5 12: 3:45", "2004-01-05T12:03:45"),
        ("2004:01:05  9:05:03", "2004-01-05T09:05:03"),
        ("2019:05:01 12.30.05", "2019-05-01T12:30:05"),
        ("2019-05-01T12:30:05.250", "2019-05-01T12:30:05"),
        ("2019/05/01 1:30:05 pm", "2019-05-01T13:30:05"),
        ("2019:05:01 12:30:05 AM", "2019-05-01T00:30:05"),
        ("20190501T123005", "2019-05-01T12:30:05"),
        ("2019-05-01T12:30Z", "2019-05-01T12:30:00"),
        ("2019:05:01:12:30:05", "2019-05-01T12:30:05"),
        ("2015:08:22", "2015-08-22"),
        ("20150822", "2015-08-22"),
        ("2015:08:22   :  :  ", "2015-08-22"),
        ("2015:08:22 25:00:00", "2015-08-22"),
        ("2015:08:22 12:61:00", "2015-08-22"),
        ("1993:00:00 12:00:00", "1993"),
        ("1993:  :   12:00:05", "1993"),
        ("1993", "1993"),
        ("19930000", "1993"),
        ("1993-07", "1993-07"),
        ("1993:07:00 00:00:00", "1993-07"),
        ("19930700", "1993-07"),
    ],
)
def test_as_much_of_a_date_is_kept_as_is_known(written: str, known: str) -> None:
    assert taken(written).taken_at == known


@pytest.mark.parametrize(
    "date",
    [
        "1970:01:01 00:00:00",
        "1970:01:01 01:00:00",
        "1969:12:31 19:00:00",
        "1980:01:01 00:00:12",
        "1904:01:01 00:00:00",
        "2000:01:01 00:00:00",
        "2001:01:01 00:00:00",
        "2016:01:01 00:00:00",
        "2002:12:08 12:00:00",
        "2099:05:01 12:30:05",
        "2098",
        pytest.param(f"{datetime.now(UTC) + timedelta(days=3):%Y:%m:%d %H:%M:%S}", id="in three days"),
    ],
)
def test_a_clock_that_was_never_set_or_runs_ahead_is_not_believed(date: str) -> None:
    facts = taken(date)
    assert (facts.taken_at, facts.date_source) == (None, None)
    assert facts.facts_dropped[0].startswith("EXIF DateTimeOriginal ")
    assert taken(date, xmp__CreateDate="1999-05-01").taken_at == "1999-05-01"


@pytest.mark.parametrize(
    "date",
    [
        "2000:01:01 00:03:12",
        "2015:01:01 00:00:05",
        "1985:01:01 00:00:00",
        "1970:01:02 10:00:00",
        pytest.param(f"{datetime.now(UTC):%Y:%m:%d %H:%M:%S}", id="now"),
    ],
)
def test_the_fireworks_of_new_year_and_a_photo_of_today_are_believed(date: str) -> None:
    assert taken(date).taken_at == date.replace(":", "-", 2).replace(" ", "T")


def test_the_first_of_january_is_believed_of_a_person_who_names_no_time() -> None:
    assert taken("", photoshop__DateCreated="2000-01-01").taken_at == "2000-01-01"


def test_the_day_of_a_scan_or_an_edit_gives_way_to_the_day_of_the_picture() -> None:
    edited = {Base.DateTime: "2024:05:06 07:08:09"}
    scanned = edited | {Base.DateTimeDigitized: "2023:05:06 07:08:09"}
    for base in (edited, scanned):
        facts = facts_from(base, {}, {}, '<r photoshop:DateCreated="1985-06"/>')
        assert (facts.taken_at, facts.date_source) == ("1985-06", "XMP photoshop:DateCreated")


def test_the_more_exact_of_two_dates_that_agree_is_kept() -> None:
    facts = taken("1985", photoshop__DateCreated="1985-06-01")
    assert (facts.taken_at, facts.date_source) == ("1985-06-01", "XMP photoshop:DateCreated")
    assert taken("1986", photoshop__DateCreated="1985-06-01").taken_at == "1986"


def test_a_date_without_a_time_has_no_zone() -> None:
    details = {Base.DateTimeOriginal: "1985:06:01", Base.OffsetTimeOriginal: "+02:00"}
    assert facts_from({}, details, {}).taken_offset_minutes is None


@pytest.mark.parametrize(
    ("edited", "taken_at", "offset", "field"),
    [
        ("2022:02:03 15:44:07", "2022-02-03T15:44:07", 60, "EXIF DateTime"),  # as some phones write it alone
        ("2024:05:06 07:08:00", "2022-02-03T14:44:09", 0, "EXIF GPSDateStamp"),
    ],
)
def test_the_satellites_tell_the_date_where_only_an_edit_is_dated(
    edited: str, taken_at: str, offset: int, field: str
) -> None:
    gps = {GPS.GPSDateStamp: "2022:02:03", GPS.GPSTimeStamp: (14.0, 44.0, 9.0)}
    facts = facts_from({Base.DateTime: edited}, {}, gps)
    assert (facts.taken_at, facts.taken_offset_minutes, facts.date_source) == (taken_at, offset, field)


@given(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)), st.sampled_from([4, 7, 10, 19]), st.data())  # noqa: DTZ001
def test_every_way_of_writing_a_date_means_the_same(moment: datetime, known: int, data: Any) -> None:  # noqa: ANN401
    text = moment.replace(microsecond=0).isoformat()[:known]
    between = data.draw(st.sampled_from("-:/."))
    day, _, time = text.partition("T")
    written = day.replace("-", between) + (
        data.draw(st.sampled_from(["T", " ", "  "])) + time if time else ""
    )
    when = read_date(data.draw(st.sampled_from(["", " "])) + written)
    assert when is not None
    assert when.text == text
