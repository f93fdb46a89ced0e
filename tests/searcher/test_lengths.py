"""Lengths of videos, as questions have them and as players show them."""

import pytest

from photoseek.searcher import BadQuery, parse_line
from photoseek.searcher.query.values.lengths import as_clock


@pytest.mark.parametrize("value", ["long", "1day", "-3s", ">", "1min..", ">1min..5min", "1:30", "1e9"])
def test_what_is_no_length_is_refused_with_an_example(value: str) -> None:
    with pytest.raises(BadQuery, match="length:30s"):
        parse_line(f"length:{value}")


@pytest.mark.parametrize(
    ("milliseconds", "shown"),
    [
        (0, "0:00"),
        (999, "0:00"),
        (7_000, "0:07"),
        (83_500, "1:23"),
        (3_599_999, "59:59"),
        (3_723_000, "1:02:03"),
    ],
)
def test_a_time_is_shown_as_players_show_it(milliseconds: int, shown: str) -> None:
    assert as_clock(milliseconds) == shown
