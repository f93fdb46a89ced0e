"""The same days in other years, whatever the calendar does."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from photoseek.searcher.timeline.columns import Columns, columns_of
from photoseek.searcher.timeline.days import on_this_day
from photoseek.storage.rows.grid import GridRow

_DATES = st.dates(date(1990, 1, 1), date(2030, 12, 31))


def _columns(*taken: str | None) -> Columns:
    return columns_of(
        GridRow(number, bytes(16), 4, 3, "JPEG", when, *[None] * 6, favourite=False, hidden=False)
        for number, when in enumerate(taken, 1)
    )


def _years(day: str, *taken: str | None, around: int = 3) -> dict[int, list[str]]:
    found = on_this_day(_columns(*taken), date.fromisoformat(day), around)
    return {year["year"]: year["dates"] for year in found}


def test_a_leap_day_has_neighbours_in_every_year() -> None:
    taken = ("2019-02-28T10:00:00", "2019-03-03T10:00:00", "2019-03-04T10:00:00", "2020-02-29T10:00:00")
    assert _years("2024-02-29", *taken) == {
        2020: ["2020-02-29T10:00:00"],
        2019: ["2019-03-03T10:00:00", "2019-02-28T10:00:00"],
    }


def test_photos_without_a_day_belong_to_none() -> None:
    assert _years("2024-05-05", None, "2019", "2019-05", "2019-05-05") == {2019: ["2019-05-05"]}


@given(day=_DATES, taken=_DATES, around=st.integers(0, 15))
def test_a_photo_is_found_just_if_it_is_near_the_day_in_some_year(
    day: date, taken: date, around: int
) -> None:
    found = _years(day.isoformat(), taken.isoformat(), around=around)
    nearest = min(
        abs((taken - candidate).days)
        for year in range(taken.year - 1, taken.year + 2)
        for candidate in [_in_year(day, year)]
    )
    if found:
        assert nearest <= around + 1  # a leap day more or less
    elif nearest < around:
        assert abs(taken.year - day.year) <= 1  # it belongs to the day's own year


def _in_year(day: date, year: int) -> date:
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 2, 28) + timedelta(days=1)
