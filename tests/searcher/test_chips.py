"""A question is taken apart: what each element means, and the line without it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoseek.searcher.query.parsing import parse_line
from photoseek.searcher.query.query import Filter, Reading
from photoseek.searcher.understanding.chips import Chip, chips_of
from photoseek.searcher.understanding.remedies import remedies


def _chips(line: str, *readings: Reading) -> list[Chip]:
    return chips_of(parse_line(line), readings)


def test_each_filter_is_a_chip_and_the_line_without_it_keeps_the_rest() -> None:
    tag, camera = _chips('dog tag:"my beach" -camera:fuji')
    assert (tag.text, tag.without) == ('tag:"my beach"', "dog -camera:fuji")
    assert (camera.text, camera.without) == ("-camera:fuji", 'dog tag:"my beach"')
    assert (camera.means[0].key, camera.means[0].value, camera.means[0].negated) == ("camera", "fuji", True)


def test_words_that_were_read_are_a_chip_that_can_be_taken_as_words_again() -> None:
    reading = Reading("in 2019", (Filter("on", "2019"),))
    (chip,) = _chips("dog in 2019", reading)
    assert (chip.kind, chip.text, chip.without, chip.as_words) == (
        "reading",
        "in 2019",
        "dog",
        'dog "in 2019"',
    )
    assert (chip.means[0].key, chip.means[0].value) == ("on", "2019")


def test_a_range_and_a_place_say_what_they_reach() -> None:
    years, place = _chips("dog on:2019..2021 near:kyoto~25km")
    assert (years.means[0].value, years.means[0].until) == ("2019", "2021")
    assert (place.means[0].value, place.means[0].km) == ("Kyoto, Japan", 25)
    (spot,) = _chips("dog near:48.85,2.35")
    assert (spot.means[0].value, spot.means[0].km) == ("48.85,2.35", 25)


def test_what_pushes_away_pictures_groups_and_the_order_are_chips() -> None:
    chips = _chips("dog -people +#12 (tag:a OR tag:b) sort:date")
    assert [(chip.kind, chip.text) for chip in chips] == [
        ("group", "(tag:a OR tag:b)"),
        ("words", "-people"),
        ("picture", "+#12"),
        ("order", "sort:date"),
    ]
    assert chips[-1].without == "dog -people +#12 (tag:a OR tag:b)"


def test_a_filter_on_both_sides_of_or_is_one_chip() -> None:
    (chip,) = _chips("(cat OR dog) tag:a")
    assert chip.without == "cat OR dog"


def test_the_only_element_leaves_an_empty_line() -> None:
    (chip,) = _chips("tag:beach")
    assert chip.without == ""


_FILTERS = st.sampled_from(
    ["tag:beach", 'album:"two words"', "on:2019", "-is:rated", "near:paris", "(tag:a OR tag:b)", "in:a(b)"]
)


@given(st.lists(_FILTERS, min_size=1, max_size=4, unique=True), st.sampled_from(["dog", "cat OR dog", ""]))
def test_the_line_without_an_element_parses_to_the_question_without_it(
    filters: list[str], words: str
) -> None:
    line = " ".join([f"({words})" if "OR" in words else words, *filters]).strip()
    for chip in _chips(line):
        if chip.without:
            left = [other.text for other in _chips(chip.without)]
            assert left == [other.text for other in _chips(line) if other != chip]


def test_what_may_be_asked_instead_can_be_asked() -> None:
    line = "a happy dog jumping tag:beach"
    offered = remedies(parse_line(line), _chips(line), "a happy dog humping tag:beach")
    assert [(one.kind, one.query) for one in offered][:2] == [
        ("spelling", "a happy dog humping tag:beach"),
        ("without", "a happy dog jumping"),
    ]
    fewer = [one.query for one in offered if one.kind == "fewer_words"]
    assert "dog tag:beach" in fewer
    for one in offered:
        assert parse_line(one.query)


@pytest.mark.parametrize("line", ["dog", "tag:beach", "cat OR dog"])
def test_a_short_question_is_not_made_shorter(line: str) -> None:
    assert not [one for one in remedies(parse_line(line), _chips(line), None) if one.kind == "fewer_words"]
