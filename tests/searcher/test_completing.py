"""While a question is typed, keys of filters and names of the library are offered."""

import math
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoseek.searcher.completion.completing import completions
from photoseek.searcher.completion.names import LibraryNames, Name, names_of
from photoseek.searcher.kept import Kept
from photoseek.searcher.query.parsing import parse_line
from photoseek.storage.folding import folded

_NAMES = LibraryNames(
    {
        "tag": [Name(name, name, folded(name), 3) for name in ("beach", "Été", "summer house", "be(e)")],
        "album": [Name("Trips/Beach days", "Trips/Beach days", "trips beach days", 7)],
        "near": [Name("Kyoto, Japan", "Kyoto", "kyoto")],
        "in": [Name("Pictures/2019", "Pictures/2019", "pictures 2019", 9)],
    }
)


def _lines(typed: str) -> list[str]:
    return [one.line for one in completions(typed, _NAMES)]


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("dog bea", "dog tag:beach "),
        ("dog bea", 'dog album:"Trips/Beach days" '),
        ("dog tag:su", 'dog tag:"summer house" '),
        ('dog tag:"summer h', 'dog tag:"summer house" '),
        ("dog summer ho", 'dog tag:"summer house" '),
        ("dog -be", "dog -tag:beach "),
        ("temple kyo", "temple near:Kyoto "),
        ("tag:ete", "tag:Été "),
        ("dog cam", "dog camera:"),
        ("dog is:fav", "dog is:favourite "),
        ("dog during:ja", "dog during:january "),
        ("dog sort:da", "dog sort:date-asc "),
        ("in:pic", "in:Pictures/2019 "),
        ("", "near:"),
        ("beach ", "beach tag:"),
    ],
)
def test_the_line_goes_on_with_what_begins_as_it_ends(typed: str, line: str) -> None:
    assert line in _lines(typed)


def test_nothing_is_offered_within_a_phrase() -> None:
    assert not _lines('"a red mot')


@given(st.text(alphabet='ab "(-:)tgé', max_size=12))
def test_whatever_is_typed_a_name_that_is_offered_ends_a_line_as_a_filter(typed: str) -> None:
    for one in completions(typed, _NAMES):
        if one.kind in {"tag", "album", "place", "folder"}:
            key = {"place": "near", "folder": "in"}.get(one.kind, one.kind)
            written = one.line[one.line.rindex(f"{key}:") :]
            assert [made.key for made in parse_line(written).filters] == [key]


def test_a_library_offers_its_own_names(coloured) -> None:
    with coloured.library.catalog.write() as transaction:
        transaction.tags.put([1, 2], "seaside")
        transaction.albums.create("Sea trips", None)
    names = Kept(coloured.library, names_of, quick_s=math.inf)
    assert [(one.kind, one.photos) for one in completions("sea", names.value())][:2] == [
        ("tag", 2),
        ("album", 0),
    ]
    assert ("folder", "photos") in [(one.kind, one.text) for one in completions("in:pho", names.value())]
    with coloured.library.catalog.write() as transaction:
        transaction.tags.put([1], "seagull")
    assert "seagull" in [one.text for one in completions("seag", names.value())]


def test_what_takes_long_is_made_anew_in_the_background(coloured) -> None:
    began = Event()
    made: list[int] = []

    def make(transaction) -> int:
        made.append(transaction.revision)
        if len(made) > 1:
            began.set()
        return transaction.revision

    kept = Kept(coloured.library, make, quick_s=-1, least_age_s=0)
    first = kept.value()
    assert kept.value() == first
    with coloured.library.catalog.write() as transaction:
        transaction.tags.put([1], "seagull")
    assert kept.value() == first  # nobody waits for the next
    assert began.wait(60)
    while kept.value() == first:
        pass
    assert kept.value() == made[-1]


def test_a_long_line_is_looked_at_from_its_end_so_that_it_blocks_nobody() -> None:
    long = LibraryNames({"tag": [Name("x" * 3000, "x" * 3000, "x" * 3000)]})
    assert completions('tag:"' + "x" * 2000, long) == []
    assert _lines("dog " * 2000 + "tag:bea")[0] == "dog " * 2000 + "tag:beach "
