"""What a person types of a rating, a date or a place is read as meant, or refused with a sentence."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoseek.searcher.edits import values
from photoseek.searcher.errors import BadQuery, BadValue
from photoseek.storage import UnknownName


@pytest.mark.parametrize(
    ("typed", "kept", "offset"),
    [
        ("2004", "2004", None),
        ("2004-07", "2004-07", None),
        (" 2004-07-14 ", "2004-07-14", None),
        ("2004-02-29", "2004-02-29", None),
        ("2004-07-14T12:30", "2004-07-14T12:30:00", None),
        ("2004-07-14 12:30:05", "2004-07-14T12:30:05", None),
        ("2004-07-14T00:00", "2004-07-14T00:00:00", None),
        ("2004-07-14T12:30:05+02:00", "2004-07-14T12:30:05", 120),
        ("2004-07-14T12:30-03:30", "2004-07-14T12:30:00", -210),
        ("2004-07-14T12:30Z", "2004-07-14T12:30:00", 0),
    ],
)
def test_a_date_is_kept_as_exactly_as_it_was_typed(typed: str, kept: str, offset: int | None) -> None:
    assert values.date(typed) == {
        "taken_at": kept,
        "taken_offset_minutes": offset,
        "date_source": "set by you",
    }


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "yesterday",
        "04",
        "2004-7-14",
        "2004-13",
        "2004-00",
        "2003-02-29",
        "2004-07-00",
        "2004-07-14T24:00",
        "2004-07-14T12",
        "2004-07T12:30",
        "2004-07-14T12:30:60",
        "2004-07-14T12:30+19:00",
        "2004-07-14T12:30+02:99",
        "2004-07-14T12:30-02:60",
        "1825",
        "0000",
        "2101-01-01",
        "２００４",
    ],
)
def test_what_is_no_date_is_refused(typed: str) -> None:
    with pytest.raises(BadValue):
        values.date(typed)


@pytest.mark.parametrize(
    ("typed", "moved"),
    [
        ("+1h", timedelta(hours=1)),
        ("1h", timedelta(hours=1)),
        ("-2d3h", -timedelta(days=2, hours=3)),
        ("+1w", timedelta(weeks=1)),
        ("-90m", -timedelta(minutes=90)),
        ("+5min30s", timedelta(minutes=5, seconds=30)),
    ],
)
def test_a_shift_is_read_in_its_units(typed: str, moved: timedelta) -> None:
    assert values.shift(typed) == moved


@pytest.mark.parametrize(
    "typed", ["", "+", "1", "h", "1y", "+-1h", "1h-2m", "1.5h", "1000000000d", "+" + "999999w" * 150]
)
def test_what_is_no_shift_is_refused(typed: str) -> None:
    with pytest.raises(BadValue):
        values.shift(typed)


@given(
    moment=st.datetimes(datetime(1900, 1, 1), datetime(2050, 1, 1)).map(lambda at: at.replace(microsecond=0)),  # noqa: DTZ001 (a wall clock has no zone)
    by=st.timedeltas(timedelta(days=-9000), timedelta(days=9000)).map(
        lambda by: timedelta(by.days, by.seconds)
    ),
)
def test_a_shift_there_and_back_is_none(moment: datetime, by: timedelta) -> None:
    there = values.shifted(moment.isoformat(), 60, by)
    assert there is not None
    back = values.shifted(there["taken_at"], there["taken_offset_minutes"], -by)
    assert back == {"taken_at": moment.isoformat(), "taken_offset_minutes": 60, "date_source": "set by you"}


@pytest.mark.parametrize("known", ["", "1998", "1998-07", "1998-07-14"])
def test_a_date_without_a_time_of_day_has_no_clock_to_shift(known: str) -> None:
    assert values.shifted(known, None, timedelta(hours=1)) is None


@pytest.mark.parametrize("days", [-999_999, -70_000, 70_000, 999_999])
def test_a_clock_is_not_shifted_out_of_all_years(days: int) -> None:
    with pytest.raises(BadValue, match="it must be from 1826 to 2100"):
        values.shifted("2004-07-14T12:30:00", None, timedelta(days=days))


def test_a_place_is_coordinates_or_a_town() -> None:
    value, where = values.place("47.1, 8.2")
    assert (value["latitude"], value["longitude"], value["position_source"]) == (47.1, 8.2, "set by you")
    assert where == "47.10000, 8.20000"
    value, where = values.place("kyoto")
    assert (round(value["latitude"]), round(value["longitude"])) == (35, 136)
    assert where == "Kyoto, Japan"
    assert values.place("Springfield, Illinois")[1].startswith("Springfield, Illinois, United States")
    assert "(not Springfield, " in values.place("Springfield")[1]
    with pytest.raises(UnknownName, match="no town is named “Nosuchtown”"):
        values.place("Nosuchtown")
    with pytest.raises(BadQuery):
        values.place("147.1,8.2")
    with pytest.raises(BadValue, match="leave ~"):
        values.place("kyoto~5km")


def test_texts_are_kept_on_their_lines_and_an_empty_one_is_none() -> None:
    assert values.title("  Der\n alte  Hafen ") == {"title": "Der alte Hafen"}
    assert values.title(" ") == {"title": None}
    assert values.description("Boote \r\nam Abend\n") == {"description": "Boote\nam Abend"}
    assert values.description("") == {"description": None}
    for typed in ("\udcff", "a\0b", "a\x1b[31mb", "x" * 501):
        with pytest.raises(BadValue):
            values.title(typed)


def test_no_stars_are_no_rating() -> None:
    assert [values.rating(stars)["rating"] for stars in (-1, 0, 1, 5)] == [-1, None, 1, 5]
