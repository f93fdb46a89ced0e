"""The photos in numbers: as a plain loop counts them, in charts that fit the terminal."""

import json
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from photoseek.cli.dispatch import read
from photoseek.cli.library.charts import chart
from photoseek.cli.output import keeping
from photoseek.hooks import Hooks
from photoseek.indexer import Run
from photoseek.searcher.statistics import statistics
from photoseek.storage import Edit, Library, now
from tests.searcher.drawn import CATALOGS, Drawn, draw, filled


@settings(max_examples=30)
@given(CATALOGS)
def test_photos_are_counted_as_a_loop_counts_them(drawn: list[Drawn]) -> None:
    with TemporaryDirectory() as folder:
        library = Library(Path(folder))
        photos = filled(library, drawn)
        counts = statistics(library)
        half = frozenset(list(photos)[::2])
        of_half = statistics(library, half)
        library.close()
    shown = {photo_id: photo for photo_id, photo in photos.items() if "hidden" not in photo.said}
    facts = [photo.facts for photo in shown.values()]
    assert (counts.photos, of_half.photos) == (len(shown), len(half))
    assert counts.years == Counter(one.taken_at[:4] for one in facts if one.taken_at)
    assert counts.cameras == Counter(one.camera for one in facts if one.camera)
    assert counts.lenses == Counter(one.lens for one in facts if one.lens)
    assert counts.formats == Counter(one.format for one in facts)
    assert counts.tags == Counter(tag for photo in shown.values() for tag in photo.tags)
    assert of_half.tags == Counter(tag for n in half for tag in photos[n].tags)
    located = sum(one.latitude is not None for one in facts)
    assert sum(counts.towns.values()) == sum(counts.countries.values()) == located
    assert counts.unlocated == len(shown) - located
    assert counts.ratings == Counter(one.rating for one in facts if one.rating is not None)
    assert list(counts.years) == sorted(counts.years)
    for kind in (counts.cameras, counts.formats, counts.towns):
        assert list(kind.values()) == sorted(kind.values(), reverse=True)


def test_hidden_and_missing_photos_are_not_counted(run: Run) -> None:
    photos = sorted(
        filled(run.library, [draw("2019", None, None, None, "JPEG", (4, 3), "", ()) for _ in range(5)])
    )
    with run.library.catalog.write() as transaction:
        transaction.edits.make("hidden", [Edit(photos[0], "hidden", {"hidden": True}, now())])
        transaction.files.set_missing([file.file_id for file in transaction.files.of(photos[1:3])])
    assert statistics(run.library).photos == 2
    assert json.loads(_say(run, "--json", "--where", "is:hidden"))["photos"] == 1  # unless they are asked for


def _say(run: Run, *arguments: str) -> str:
    with keeping() as said:
        assert read(["stats", *arguments, "--library", str(run.library.folder)]).run(Hooks()) == 0
    return "".join(text for stream, _, text in said if stream == "out")


def test_charts_and_json_say_the_same_of_all_photos_or_of_those_a_query_finds(run: Run) -> None:
    rome = (41.8902, 12.4922)
    drawn = [
        draw(f"20{10 + n % 12}", f"Camera {n}", None, rome, "JPEG", (4, 3), "Trips", ("beach",))
        for n in range(24)
    ]
    filled(run.library, [*drawn, draw(None, None, None, None, "NEF", (4, 3), "Raw", ())])
    printed = _say(run)
    assert printed.splitlines()[0] == "25 photos (1 without a date, 1 without a place)"
    assert "  2010  2\n" in printed
    assert "  and 14 others, with 14 photos\n" in printed
    assert "  Rome, Italy  24\n" in printed
    assert "\x1b" not in printed
    assert "█" not in printed  # it is no terminal
    counts = json.loads(_say(run, "--json", "--where", "type:raw"))
    assert (counts["photos"], counts["formats"], counts["towns"]) == (1, {"NEF": 1}, {})


def test_an_empty_library_has_no_photos(run: Run) -> None:
    assert _say(run) == "0 photos\n"


_COUNTS = st.lists(
    st.tuples(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"])), st.integers(0, 10**7)),
    min_size=1,
    max_size=12,
)


@example([("0", 10**7)], 24)
@given(_COUNTS, st.integers(24, 100))
def test_a_chart_fits_the_terminal_and_no_photo_is_without_a_bar(
    counts: list[tuple[str, int]], width: int
) -> None:
    lines = chart(counts, width)
    assert max(map(cell_len, lines)) <= width
    assert [line.rsplit(maxsplit=1)[-1] for line in lines] == [f"{count:,}" for _, count in counts]
    for line, (_, count) in zip(lines, counts, strict=True):
        assert any(block in line for block in "█▏▎▍▌▋▊▉") or not count


@pytest.mark.parametrize("coloured", [True, False])
def test_a_bar_is_as_long_as_its_count_and_coloured_only_if_that_is_wanted(*, coloured: bool) -> None:
    most, half = chart([("a", 100), ("b", 50)], 40, coloured=coloured)
    assert most.count("█") == 2 * half.count("█") + (most.count("█") % 2)
    assert ("\x1b" in most) == coloured
