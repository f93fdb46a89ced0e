"""Countries: their names, and in which one a position lies.

A position is taken to lie in the country of the nearest town of the gazetteer. Near a border that may be the
neighbour: the line is half-way between the towns on either side.
"""

from difflib import get_close_matches
from functools import cache, lru_cache

from photoseek.searcher.errors import BadQuery
from photoseek.searcher.query.places.gazetteer import folded, gazetteer
from photoseek.searcher.query.places.towns import nearest_row
from photoseek.storage import Transaction
from photoseek.storage.rows import conditions

_CELLS_A_DEGREE = 50  # cells of 0.02°, some 2 km: each is looked up once
_CELLS_KEPT = 100_000
ALSO_CALLED = {
    "uk": "GB",
    "britain": "GB",
    "great britain": "GB",
    "usa": "US",
    "america": "US",
    "holland": "NL",
}


def country_called(name: str) -> str | None:
    """Return a country's code by its English name or its code; None if there is no such country.

    Raises GazetteerUnusable.
    """
    return _codes().get(folded(name).removeprefix("the "))


def read_country(value: str) -> str:
    """Return the code of the country that `country:` names. Raises BadQuery and GazetteerUnusable."""
    code = country_called(value) or (value.upper() if value.upper() in gazetteer().countries else None)
    if code is None:
        near = get_close_matches(folded(value), _codes(), 1)
        perhaps = f" (did you mean {gazetteer().countries[_codes()[near[0]]]}?)" if near else ""
        raise BadQuery(f"no country is named “{value}”{perhaps}: towns go with near:, as in near:kyoto")
    return code


def taken_in(code: str, transaction: Transaction) -> set[int]:
    """Return the photos that were taken in a country, missing ones too."""
    positions = transaction.photos.positions(conditions.located())
    return {photo_id for photo_id, *position in positions if _country_of_cell(*map(_cell, position)) == code}


def _cell(degrees: float) -> int:
    return round(degrees * _CELLS_A_DEGREE)


@lru_cache(_CELLS_KEPT)
def _country_of_cell(north: int, east: int) -> str:
    """Return the code of the country of the town that is nearest to the middle of a cell."""
    return gazetteer().country_code(nearest_row(north / _CELLS_A_DEGREE, east / _CELLS_A_DEGREE))


@cache
def _codes() -> dict[str, str]:
    """Return the codes of countries by their folded names."""
    names = {folded(name): code for code, name in gazetteer().countries.items()}
    return {name.removeprefix("the "): code for name, code in names.items()} | names | ALSO_CALLED
