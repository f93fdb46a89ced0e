"""A filter that can let nothing through says so, and names what there is."""

import re

import pytest

from photoseek.searcher import BadQuery, parse_line
from photoseek.searcher.query.filter_context import FilterContext
from photoseek.searcher.query.matching import photo_ids_matching
from photoseek.storage import Library
from tests.searcher.drawn import draw, filled, no_album


def test_a_camera_that_took_nothing_is_named_with_those_that_did(library: Library) -> None:
    filled(library, [draw(None, "NIKON D70", None, None, "JPEG", (4, 3), "", ())])
    with library.catalog.read() as transaction:
        context = FilterContext(transaction, no_album)
        assert photo_ids_matching(parse_line("camera:fuji").filters, context) == set()
    assert context.notes == ["no camera in the library is named like “fuji”: there are NIKON D70"]


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("tag:beech", "no photo carries the tag “beech”: did you mean tag:beach?"),
        ("tag:wedding", "no photo carries the tag “wedding”: there are beach"),
        ("in:Trips", None),
        ("in:trips", None),
        ("tag:beach", None),
    ],
)
def test_a_tag_or_folder_that_is_none_is_named_with_what_there_is(
    library: Library, line: str, note: str | None
) -> None:
    filled(library, [draw(None, None, None, None, "JPEG", (4, 3), "Trips", ("beach",))])
    with library.catalog.read() as transaction:
        context = FilterContext(transaction, no_album)
        photo_ids_matching(parse_line(line).filters, context)
    assert context.notes == ([] if note is None else [note])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("in:tripps", "no folder or file with photos is called “tripps”: did you mean in:Trips?"),
        ("-in:tripps", "no folder or file with photos is called “tripps”: did you mean in:Trips?"),
        (
            "(in:Trips OR in:tripps)",
            "no folder or file with photos is called “tripps”: did you mean in:Trips?",
        ),
        ("in:/nowhere", "in:/nowhere leads into no watched folder: `photoseek roots` lists them"),
    ],
)
def test_a_folder_that_is_not_there_is_refused_but_in_a_saved_query(
    library: Library, line: str, said: str
) -> None:
    filled(library, [draw(None, None, None, None, "JPEG", (4, 3), "Trips", ())])
    with library.catalog.read() as transaction:
        with pytest.raises(BadQuery, match=re.escape(said)):
            photo_ids_matching(parse_line(line).filters, FilterContext(transaction, no_album))
        saved = FilterContext(transaction, no_album, is_saved=True)
        photo_ids_matching(parse_line(line).filters, saved)
    assert saved.notes == [said]


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("before:2010 after:2020", "nothing can be both after:2020 and before:2010: leave one of them out"),
        ("on:2024 dog on:2023", "nothing can be both on:2024 and on:2023: leave one of them out"),
        (
            "after:2021 on:2019..2022 before:2021",
            "nothing can be both after:2021 and before:2021: leave one of them out",
        ),
        ("on:2024 on:2024-05 after:2024-05-31", None),
        ("after:2020 -before:2030 -on:2019", None),
    ],
)
def test_dates_that_contradict_each_other_are_named(library: Library, line: str, note: str | None) -> None:
    with library.catalog.read() as transaction:
        context = FilterContext(transaction, no_album)
        photo_ids_matching(parse_line(line).filters, context)
    assert context.notes == ([] if note is None else [note])
