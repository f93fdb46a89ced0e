"""A photo lies in the country of the town that is nearest to it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photoseek.searcher import BadQuery, parse_line
from photoseek.searcher.query.places.countries import read_country, taken_in
from photoseek.searcher.query.places.gazetteer import gazetteer
from photoseek.searcher.query.places.towns import on_sphere, town_of
from photoseek.storage import Condition


class _Photos:
    """Photos at some positions."""

    def __init__(self, *positions: tuple[float, float]) -> None:
        self._positions = positions
        self.photos = self

    def positions(self, condition: Condition) -> list[tuple[int, float, float]]:
        return [(number, *position) for number, position in enumerate(self._positions)]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        *(("italy", "IT"), ("IT", "IT"), ("USA", "US"), ("the netherlands", "NL"), ("Netherlands", "NL")),
        *(("uk", "GB"), ("ivory coast", "CI"), ("south korea", "KR")),
    ],
)
def test_a_country_is_known_by_its_name_and_its_code(name: str, code: str) -> None:
    assert read_country(name) == code


def test_what_is_no_country_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(BadQuery, match=r"no country is named “itly” \(did you mean Italy\?\)"):
        parse_line("beach country:itly")


@pytest.mark.parametrize(
    ("position", "code"),
    [
        ((43.77, 11.25), "IT"),
        ((35.02, 135.75), "JP"),
        ((47.37, 8.54), "CH"),
        ((-17.8, 178.0), "FJ"),
        ((-16.8, -179.99), "FJ"),
        ((64.9, -18.5), "IS"),
    ],
)
def test_a_position_lies_in_its_country(position: tuple[float, float], code: str) -> None:
    assert taken_in(code, _Photos(position)) == {0}


@settings(max_examples=30)
@given(north=st.integers(-4500, 4500), east=st.integers(-9000, 9000))
def test_the_nearest_of_all_towns_decides(north: int, east: int) -> None:
    table = gazetteer()
    point = on_sphere(north / 50, east / 50)
    chords = np.linalg.norm(on_sphere(*table.positions()) - point, axis=1)
    nearest = {table.country_code(int(row)) for row in np.flatnonzero(chords <= chords.min() + 1e-12)}
    assert any(taken_in(code, _Photos((north / 50, east / 50))) for code in nearest)


@pytest.mark.parametrize(
    ("position", "name"),
    [
        ((41.889, 12.470), "Rome"),  # in a quarter that is a place of its own
        ((48.8049, 2.1204), "Versailles"),  # 17 km from the middle of Paris
        ((46.0207, 7.7491), "Zermatt"),
        ((40.7580, -73.9855), "New York City"),
        ((0.0, -30.0), "Fernando de Noronha (Distrito Estadual)"),  # nothing else is nearer
    ],
)
def test_a_position_is_named_by_the_town_that_people_would_name(
    position: tuple[float, float], name: str
) -> None:
    assert town_of(*position).name == name
