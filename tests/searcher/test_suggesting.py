"""Suggested albums: each trip and party of a library as one, and what a person decides of them."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoseek.cli.dispatch import read
from photoseek.cli.output import keeping
from photoseek.hooks import Hooks
from photoseek.indexer import Run
from photoseek.searcher import Searcher
from photoseek.searcher.suggesting.deciding import decide
from photoseek.searcher.suggesting.events import events
from photoseek.searcher.suggesting.naming import Vocabulary
from photoseek.searcher.suggesting.suggesting import MOST_OF_A_KIND, Suggestion, suggest
from photoseek.searcher.suggesting.timeline import timeline_of
from photoseek.searcher.suggesting.trips import trips_by_place
from photoseek.searcher.suggesting.wording import days, months, place_of
from photoseek.storage import Edit, Moment, UnknownName, now
from tests.searcher.drawn import Drawn, draw, filled

_HOME, _ROME, _KYOTO = (48.2082, 16.3738), (41.8902, 12.4922), (35.0116, 135.7681)
_WORDS = Vocabulary(occasions={"": ("red", "blue")}, themes={"green": "Greens"})
_CAPTIONS = ("red", "green", "blue", "white", "black", "yellow", "purple")
Position = tuple[float, float] | None
_DAY = datetime.fromisoformat


def _photo(at: datetime, position: Position = None, colour: str = "white") -> Drawn:
    # The folder says what the photo shows.
    return draw(at.isoformat(timespec="seconds"), None, None, position, "JPEG", (4, 3), colour, ())


def _stays(
    begins: str, day_count: int, position: Position, a_day: int = 8, colour: str = "white"
) -> Iterator[Drawn]:
    for number in range(day_count * a_day):
        at = datetime.fromisoformat(begins) + timedelta(days=number // a_day, minutes=67 * (number % a_day))
        yield _photo(at, position, colour)


def _party(begins: str, count: int, colour: str) -> Iterator[Drawn]:
    for number in range(count):
        yield _photo(datetime.fromisoformat(begins) + timedelta(minutes=9 * number), colour=colour)


def _made(seed: int) -> dict[str, list[Drawn]]:
    """Return three trips, of which one has no positions, two parties and 300 strays."""
    chance = random.Random(seed)  # noqa: S311 (no secret)
    strays = []
    for _ in range(300):
        at = _DAY("2016-01-01") + timedelta(minutes=chance.randrange(5 * 365 * 24 * 60))
        near_home = (_HOME[0] + chance.gauss(0, 0.05), _HOME[1] + chance.gauss(0, 0.05))
        strays.append(_photo(at, chance.choice([near_home, near_home, None])))
    return {
        "Rome, May 2019": list(_stays("2019-05-03T09:00:00", 5, _ROME)),
        "Kyoto, Dec 2017–Jan 2018": list(_stays("2017-12-29T09:00:00", 6, _KYOTO)),
        "blue, Aug 2018": list(_stays("2018-08-11T09:00:00", 5, None, 9, "blue")),
        "red, 14 Jul 2018": list(_party("2018-07-14T18:00:00", 20, "red")),
        "blue, 2 Mar 2020": list(_party("2020-03-02T23:00:00", 12, "blue")),  # past midnight
        "": strays,
    }


def _library(run: Run, made: dict[str, list[Drawn]]) -> tuple[Searcher, dict[str, set[int]]]:
    """Fill the library; returns what answers, and the photos of each occasion by the name that fits it."""
    photos = filled(run.library, [photo for some in made.values() for photo in some])
    with run.library.catalog.write() as transaction:
        colours = {photo.folder for photo in photos.values()}
        vectors = {colour: run.embedder.embed_texts([colour])[0] for colour in colours}
        transaction.vectors.save(run.model, {n: vectors[photo.folder] for n, photo in photos.items()})
    ids = {photo.facts.content_hash: photo_id for photo_id, photo in photos.items()}
    occasions = {name: {ids[one.facts.content_hash] for one in some} for name, some in made.items()}
    return Searcher(run.library, run.embedder, captions=_CAPTIONS), occasions


@pytest.mark.parametrize("seed", range(4))
def test_each_trip_and_party_is_one_album_with_a_fitting_name(run: Run, seed: int) -> None:
    searcher, occasions = _library(run, _made(seed))
    suggested = {one.name: one for one in suggest(searcher, run.library, _WORDS)}
    assert suggested.keys() == occasions.keys() - {""}
    for name, one in suggested.items():
        photo_ids, truth = set(one.photo_ids), occasions[name]
        assert len(photo_ids & truth) >= 0.9 * len(photo_ids | truth), name
        assert one.kind == ("event" if name.split(",")[1][1].isdigit() else "trip")


def test_what_is_kept_is_an_album_and_what_is_dropped_is_not_suggested_again(run: Run) -> None:
    searcher, occasions = _library(run, _made(1))
    suggested = suggest(searcher, run.library, _WORDS)
    _show(run, suggested)
    numbers = {one.name: number for number, one in enumerate(suggested, 1)}
    kept, dropped = numbers["Rome, May 2019"], numbers["red, 14 Jul 2018"]
    assert decide(run.library, [kept], [dropped]) == (["Rome, May 2019"], ["red, 14 Jul 2018"])
    with run.library.catalog.read() as transaction:
        album = transaction.albums.named("Rome, May 2019")
        assert set(transaction.albums.photos(album)) == set(suggested[kept - 1].photo_ids)
        some = sorted(occasions["red, 14 Jul 2018"])[:3]
        first = transaction.files.of(some)
    with run.library.catalog.write() as transaction:
        transaction.files.set_missing(
            [file.file_id for file in first]
        )  # the party is not quite the same any more
    again = {one.name for one in suggest(searcher, run.library, _WORDS)}
    assert again == occasions.keys() - {"", "Rome, May 2019", "red, 14 Jul 2018"}


def _show(run: Run, suggested: list[Suggestion]) -> None:
    with run.library.catalog.write() as transaction:
        transaction.suggestions.show((one.name, frozenset(one.photo_ids)) for one in suggested)


def test_numbers_mean_the_list_that_was_shown_until_another_is(run: Run) -> None:
    _, occasions = _library(run, _made(1))
    first, second = occasions["Rome, May 2019"], occasions["blue, Aug 2018"]
    with run.library.catalog.write() as transaction:
        transaction.albums.create("one", None)
        transaction.suggestions.show([("one", frozenset(first)), ("two", frozenset(second))])
    assert decide(run.library, [1], []) == (["one (2)"], [])
    for keep, drop in (([1], []), ([3], []), ([], [1]), ([2, 7], [])):
        with pytest.raises(UnknownName, match="album suggest"):
            decide(run.library, keep, drop)
    with pytest.raises(UnknownName, match="name it in one of the two"):
        decide(run.library, [2], [2])
    assert decide(run.library, [], [2, 2]) == ([], ["two"])
    with run.library.catalog.read() as transaction:
        assert {"one", "one (2)"} <= {album.name for album in transaction.albums.all()}
        assert transaction.suggestions.dropped() == [frozenset(second)]
    with run.library.catalog.write() as transaction:
        transaction.suggestions.show([])
        assert transaction.suggestions.dropped() == [frozenset(second)]


def test_a_theme_is_suggested_unless_one_event_or_an_album_is_about_it(run: Run) -> None:
    greens = [_photo(_DAY("2016-01-01") + timedelta(days=40 * n), colour="green") for n in range(15)]
    searcher, _ = _library(run, _made(1) | {"Greens": greens})
    theme = next(one for one in suggest(searcher, run.library, _WORDS) if one.kind == "theme")
    assert (theme.name, len(theme.photo_ids), theme.begins) == ("Greens", 15, None)
    with run.library.catalog.write() as transaction:
        transaction.albums.create("greens", None)
    assert all(one.kind != "theme" for one in suggest(searcher, run.library, _WORDS))


def test_a_trip_that_a_saved_query_finds_is_not_suggested(run: Run) -> None:
    searcher, occasions = _library(run, _made(1))
    with run.library.catalog.write() as transaction:
        transaction.albums.create("Italy", "on:2019-05-01..2019-05-08")
        transaction.albums.create("unanswerable", "album:gone")
    names = {one.name for one in suggest(searcher, run.library, _WORDS)}
    assert names == occasions.keys() - {"", "Rome, May 2019"}


def test_only_the_largest_events_are_listed_the_latest_first(run: Run) -> None:
    begins = [_DAY("2019-01-01T18:00:00") + timedelta(days=11 * n) for n in range(MOST_OF_A_KIND + 2)]
    small, large = begins[3:5], [at for at in begins if at not in begins[3:5]]
    parties = [one for at in begins for one in _party(at.isoformat(), 8 if at in small else 9, "red")]
    strays = [_photo(at + timedelta(days=after)) for at in begins for after in (3, 5, 7)]
    searcher, _ = _library(run, {"": [*parties, *strays]})
    suggested = suggest(searcher, run.library, _WORDS)
    assert [one.begins for one in suggested] == [at.date().isoformat() for at in reversed(large)]
    _show(run, suggested)
    decide(run.library, [1, 2], [3, 4])
    assert len(suggest(searcher, run.library, _WORDS)) == MOST_OF_A_KIND + 2 - 4


def test_hidden_photos_are_in_no_suggestion(run: Run) -> None:
    searcher, occasions = _library(run, _made(1))
    hidden = occasions["Rome, May 2019"]
    with run.library.catalog.write() as transaction:
        transaction.edits.make(
            "hidden", [Edit(photo_id, "hidden", {"hidden": True}, now()) for photo_id in sorted(hidden)]
        )
    suggested = suggest(searcher, run.library, _WORDS)
    assert {one.name for one in suggested} == occasions.keys() - {"", "Rome, May 2019"}
    assert all(hidden.isdisjoint(one.photo_ids) for one in suggested)


def test_a_library_without_dates_or_photos_has_nothing_to_suggest(run: Run) -> None:
    searcher, _ = _library(run, {})
    assert suggest(searcher, run.library, _WORDS) == []
    undated = [draw("2019-05", None, None, _ROME, "JPEG", (4, 3), "white", ()) for _ in range(30)]
    searcher, _ = _library(run, {"": undated})
    assert suggest(searcher, run.library, _WORDS) == []


def test_two_trips_to_one_town_in_a_month_are_named_by_their_days(run: Run) -> None:
    made = _made(1) | {"again": list(_stays("2019-05-20T09:00:00", 3, _ROME))}
    searcher, _ = _library(run, made)
    names = {one.name for one in suggest(searcher, run.library, _WORDS)}
    assert {"Rome, 3–7 May 2019", "Rome, 20–22 May 2019"} <= names


def test_photos_without_a_place_belong_to_the_trip_that_they_are_close_to_in_time(run: Run) -> None:
    rome = list(_stays("2019-05-03T12:00:00", 3, _ROME))
    beside = [
        _photo(_DAY(at)) for at in ("2019-05-03T08:00:00", "2019-05-04T12:30:00", "2019-05-05T22:00:00")
    ]
    far = [_photo(_DAY(at)) for at in ("2019-05-02T20:00:00", "2019-05-06T09:00:00")]
    searcher, occasions = _library(run, {"trip": [*rome, *beside], "": far})
    (trip,) = suggest(searcher, run.library, _WORDS)
    assert set(trip.photo_ids) == occasions["trip"]


def test_a_town_with_a_slash_in_its_name_makes_no_nested_album(run: Run) -> None:
    searcher, _ = _library(run, {"": list(_stays("2019-05-03T12:00:00", 3, (47.1371, 7.2461)))})
    (trip,) = suggest(searcher, run.library, _WORDS)
    assert trip.name.endswith(", May 2019")
    assert "/" not in trip.name


def test_the_list_is_printed_with_numbers_spans_and_examples(run: Run) -> None:
    _library(run, _made(1))
    folder = ["--library", str(run.library.folder)]
    with keeping() as said:
        assert read(["album", "suggest", *folder]).run(Hooks()) == 0
    lines = "".join(text for stream, _, text in said if stream == "out").splitlines()
    (rome,) = [n for n, line in enumerate(lines) if "Rome, May 2019" in line]
    number = lines[rome].split()[0]
    assert "40 photos  2019-05-03 to 2019-05-07" in lines[rome]
    assert all(line.startswith("      /photos/white/") for line in lines[rome + 1 : rome + 4])
    with keeping() as said:
        assert read(["album", "suggest", "--keep", number, *folder]).run(Hooks()) == 0
    assert [text for _, _, text in said] == ["made the album Rome, May 2019\n"]


_MOMENTS = st.lists(
    st.builds(
        Moment,
        st.integers(1, 10**6),
        st.one_of(
            st.none(),
            st.sampled_from(
                ["2019", "2019-05", "2019-05-17", "nonsense", "0001-01-01", "9999-12-31T23:59:59"]
            ),
            st.datetimes(_DAY("2018-01-01"), _DAY("2018-03-01")).map(
                lambda at: at.isoformat(timespec="seconds")
            ),
        ),
        st.sampled_from([None, 0.0, 41.9, -89.0]),
        st.sampled_from([None, 0.0, 12.5, 180.0]),
    ),
    max_size=40,
    unique_by=lambda moment: moment.photo_id,
)


@given(_MOMENTS)
def test_events_hold_each_photo_once_and_in_order(moments: list[Moment]) -> None:
    timeline = timeline_of(moments)
    rows = np.arange(len(timeline.seconds))
    found = events(timeline, rows, lambda _: None)
    assert [int(row) for event in found for row in event] == rows.tolist()
    assert (np.diff(timeline.seconds) >= 0).all()
    trips = trips_by_place(timeline)
    in_trips = [int(row) for trip in trips for row in trip]
    assert len(in_trips) == len(set(in_trips))


def test_names_say_when_and_where() -> None:
    at = datetime.fromisoformat
    assert months(at("2019-05-03"), at("2019-05-09")) == "May 2019"
    assert months(at("2019-05-30"), at("2019-06-02")) == "May–Jun 2019"
    assert months(at("2019-12-30"), at("2020-01-02")) == "Dec 2019–Jan 2020"
    assert days(at("2019-05-03"), at("2019-05-03")) == "3 May 2019"
    assert days(at("2019-05-30"), at("2019-06-02")) == "30 May–2 Jun 2019"
    assert days(at("2019-12-30"), at("2020-01-02")) == "30 Dec 2019–2 Jan 2020"
    florence, naples, nowhere = (43.7696, 11.2558), (40.8518, 14.2681), (np.nan, np.nan)
    assert place_of(np.array([_ROME, _ROME, nowhere])) == "Rome"
    assert place_of(np.array([_ROME, _ROME, florence, florence])) == "Rome and Florence"
    assert place_of(np.array([_ROME, florence, naples])) == "Italy"
    assert place_of(np.array([_ROME, florence, _KYOTO, (34.69, 135.5)])) == "Italy and Japan"
    assert place_of(np.array([nowhere])) is None
