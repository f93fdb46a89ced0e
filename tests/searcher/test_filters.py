"""Each filter lets through what a plain loop over all photos would."""

import math
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photoseek.embedder import FakeEmbedder, unit_length
from photoseek.searcher import Searcher, parse_line
from photoseek.searcher.query.filter_context import FilterContext
from photoseek.searcher.query.filters import KEYS
from photoseek.searcher.query.folders import AnyFolderRule, FolderRule
from photoseek.searcher.query.matching import photo_ids_matching
from photoseek.searcher.query.places import near
from photoseek.searcher.query.places.gazetteer import gazetteer
from photoseek.searcher.query.places.towns import on_sphere
from photoseek.storage import Library, Transaction
from tests.searcher.drawn import CATALOGS, Drawn, filled, no_album


def _within(folder: str) -> Callable[[Drawn], bool]:
    return lambda photo: f"{photo.folder}/".startswith(f"{folder}/")


def _in_country(code: str) -> Callable[[Drawn], bool]:
    def reached(photo: Drawn) -> bool:
        if photo.facts.latitude is None or photo.facts.longitude is None:
            return False
        return _country_at(photo.facts.latitude, photo.facts.longitude) == code

    return reached


@cache
def _country_at(latitude: float, longitude: float) -> str:
    """Give the country of the nearest of all towns."""
    point = on_sphere(round(latitude * 50) / 50, round(longitude * 50) / 50)  # positions are rounded to 0.02°
    return gazetteer().country_code(int(((_towns() - point) ** 2).sum(axis=1).argmin()))


@cache
def _towns() -> np.ndarray:
    return on_sphere(*gazetteer().positions())


def _near(latitude: float, longitude: float, km: float) -> Callable[[Drawn], bool]:
    def reached(photo: Drawn) -> bool:
        if photo.facts.latitude is None or photo.facts.longitude is None:
            return False
        a, b = math.radians(latitude), math.radians(photo.facts.latitude)
        turn = math.radians(longitude - photo.facts.longitude)
        # The angle between two directions from the middle of the earth: not the formula that is tested.
        cosine = math.sin(a) * math.sin(b) + math.cos(a) * math.cos(b) * math.cos(turn)
        return 6371.0088 * math.acos(max(-1.0, min(1.0, cosine))) <= km

    return reached


def _during(north: set[int], south: set[int]) -> Callable[[Drawn], bool]:
    return lambda photo: photo.month in (south if (photo.facts.latitude or 0) < 0 else north)


def _taken(first: str, last: str) -> Callable[[Drawn], bool]:
    """Whatever is not known of the date, it lies on these days: the first and the last that it can be do."""

    def inside(photo: Drawn) -> bool:
        taken = (photo.facts.taken_at or "")[:10]
        return (
            bool(taken)
            and first <= taken + "0000-01-01"[len(taken) :] <= taken + "0000-12-31"[len(taken) :] <= last
        )

    return inside


def _lasts(photo: Drawn) -> int:
    return -1 if photo.facts.duration_ms is None else photo.facts.duration_ms


def _people(photo: Drawn) -> list[str]:
    return [region.name.casefold() for region in photo.facts.regions]


def _stars(photo: Drawn) -> int:
    return photo.facts.rating or 0


_MEANINGS: dict[str, Callable[[Drawn], bool]] = {
    "after:2019": _taken("2019-01-01", "9"),
    "after:2020-02-29": _taken("2020-02-29", "9"),
    "before:2024-12": _taken("0", "2024-11-31"),
    "before:2020-02-15": _taken("0", "2020-02-14"),
    "on:2024-12-31": _taken("2024-12-31", "2024-12-31"),
    "on:2020-2": _taken("2020-02-01", "2020-02-31"),
    "on:2020": _taken("2020-01-01", "2020-12-31"),
    "on:2019..2021-03": _taken("2019-01-01", "2021-03-31"),
    "name:rome": lambda p: "Rome" in p.folder.split("/"),
    "text:rome": lambda p: "ROME" in p.read,  # these photos' files say nothing
    "text:16tg": lambda p: "RE16TGK" in p.read,
    'text:"tgk re16"': lambda p: "RE16TGK" in p.read,
    'text:"total 12.50"': lambda p: "12.50" in p.read,
    "text:tota": lambda p: "total" in p.read.lower(),
    "has:text": lambda p: bool(p.read),
    "keyword:rome": lambda _: False,
    "during:summer": _during({6, 7, 8}, {12, 1, 2}),
    "during:winter": _during({12, 1, 2}, {6, 7, 8}),
    "during:dec": _during({12}, {12}),
    "camera:fuji": lambda p: "fuji" in (p.facts.camera or "").lower(),
    'camera:"x100v FUJIFILM"': lambda p: p.facts.camera == "Fujifilm X100V",
    "lens:35mm": lambda p: p.facts.lens in {"XF35mmF1.4 R", "FE 35mm F1.8"},
    "in:Trips/2023": _within("Trips/2023"),
    "in:Trips/": _within("Trips"),
    "in:/photos/Trips/2023/": _within("Trips/2023"),
    "in:photos/Trips": _within("Trips"),
    "in:photos": lambda _: True,
    "in:/photos": lambda _: True,
    "in:/": lambda _: True,
    "in:/phot": lambda _: False,
    "near:35.0,135.8~30km": _near(35.0, 135.8, 30),
    "near:35,135.8~19mi": _near(35.0, 135.8, 19 * 1.609344),
    "near:-18,-179.95~40km": _near(-18, -179.95, 40),
    "near:90,0~100km": _near(90, 0, 100),
    "near:0,0~9000km": _near(0, 0, 9000),
    "country:japan": _in_country("JP"),
    "country:fiji": _in_country("FJ"),
    "type:raw": lambda p: p.facts.format in {"NEF", "CR2"},
    "type:JPG": lambda p: p.facts.format in {"JPEG", "MPO"},
    "type:jfif": lambda p: p.facts.format in {"JPEG", "MPO"},
    "type:nef": lambda p: p.facts.format == "NEF",
    "type:video": lambda p: p.facts.format in {"MP4", "MKV"},
    "type:m4v": lambda p: p.facts.format == "MP4",
    "length:1min": lambda p: 60_000 <= _lasts(p) < 120_000,
    "length:>1min": lambda p: _lasts(p) > 60_000,
    "length:>=60": lambda p: _lasts(p) >= 60_000,
    "length:<0.5m": lambda p: 0 <= _lasts(p) < 30_000,
    "length:<=1m": lambda p: 0 <= _lasts(p) <= 60_000,
    "length:2min..30s": lambda p: 30_000 <= _lasts(p) < 180_000,
    "length:1H": lambda p: _lasts(p) == 3_600_000,
    "is:landscape": lambda p: p.facts.width > p.facts.height,
    "is:portrait": lambda p: p.facts.width < p.facts.height,
    "is:square": lambda p: p.facts.width == p.facts.height,
    "is:panorama": lambda p: max(p.facts.width, p.facts.height) >= 2 * min(p.facts.width, p.facts.height),
    "is:tagged": lambda p: bool(p.tags),
    "is:dated": lambda p: p.facts.taken_at is not None,
    "is:located": lambda p: p.facts.latitude is not None,
    "is:untagged": lambda p: not p.tags,
    "is:unsorted": lambda p: not p.is_picked,
    "is:rated": lambda p: _stars(p) > 0,
    "is:rejected": lambda p: _stars(p) < 0,
    "is:favourite": lambda p: "favourite" in p.said,
    "is:hidden": lambda p: "hidden" in p.said,
    "is:edited": lambda p: bool(p.said),
    "rating:4": lambda p: _stars(p) == 4,
    "rating:=4": lambda p: _stars(p) == 4,
    "rating:>=4": lambda p: _stars(p) >= 4,
    "rating:>4": lambda p: _stars(p) == 5,
    "rating:<2": lambda p: _stars(p) < 2,
    "rating:<=0": lambda p: _stars(p) <= 0,
    "rating:3..5": lambda p: 3 <= _stars(p) <= 5,
    "rating:5..3": lambda p: 3 <= _stars(p) <= 5,
    "rating:none": lambda p: p.facts.rating is None,
    "rating:0": lambda p: p.facts.rating is None,
    "rating:-1": lambda p: p.facts.rating == -1,
    "rating:rejected": lambda p: p.facts.rating == -1,
    "tag:beach": lambda p: "beach" in p.tags,
    'tag:"my dog"': lambda p: "my dog" in p.tags,
    'person:"ana berg"': lambda p: "ana berg" in _people(p),
    "person:berg": lambda p: "ana berg" in _people(p),
    "person:BEN": lambda p: "ben" in _people(p),
    "person:an": lambda _: False,
    "people:1": lambda p: len(_people(p)) == 1,
    "people:>1": lambda p: len(_people(p)) > 1,
    "people:2..3": lambda p: len(_people(p)) >= 2,
    "is:portrait-of-one": lambda p: len(_people(p)) == 1,
}


def _let_through(transaction: Transaction, line: str) -> set[int] | None:
    return photo_ids_matching(parse_line(line).filters, FilterContext(transaction, no_album, is_saved=True))


@pytest.fixture(scope="module")
def emptied(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return Library(tmp_path_factory.mktemp("filters") / "library")


@settings(max_examples=30)
@given(drawn=CATALOGS)
def test_each_filter_lets_through_what_a_plain_loop_would(emptied: Library, drawn: list[Drawn]) -> None:
    photos = filled(emptied, drawn)
    with emptied.catalog.read() as transaction:
        for line, fits in _MEANINGS.items():
            expected = {photo_id for photo_id, photo in photos.items() if fits(photo)}
            assert _let_through(transaction, line) == expected, line
            assert _let_through(transaction, f"-{line}") == photos.keys() - expected, f"-{line}"


@settings(max_examples=50)  # each makes a library, and what each filter means is tested above
@given(
    drawn=CATALOGS,
    lines=st.lists(st.tuples(st.booleans(), st.sampled_from(sorted(_MEANINGS))), min_size=2, max_size=4),
)
def test_several_filters_let_through_what_each_does(
    emptied: Library, drawn: list[Drawn], lines: list[tuple[bool, str]]
) -> None:
    photos = filled(emptied, drawn)
    with emptied.catalog.read() as transaction:
        line = " ".join(f"-{line}" if negated else line for negated, line in lines)
        expected = {
            photo_id
            for photo_id, photo in photos.items()
            if all(_MEANINGS[line](photo) != negated for negated, line in lines)
        }
        assert _let_through(transaction, line) == expected


def test_every_key_has_its_reference_and_an_example_that_reads() -> None:
    assert {line.partition(":")[0] for line in _MEANINGS} == KEYS.keys() - {"album"}
    for name, key in KEYS.items():
        assert parse_line(key.example).filters[0].key == name


@given(
    here=st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
    there=st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
    km=st.floats(0.1, 20_000),
)
def test_the_box_around_a_circle_holds_all_of_it(
    here: tuple[float, float], there: tuple[float, float], km: float
) -> None:
    if near.distance_km(*here, *there) > km:
        return
    south, north, spans = near.box(*here, km)
    assert south <= there[0] <= north
    assert any(west <= there[1] <= east for west, east in spans)


@pytest.mark.slow
def test_a_filter_that_leaves_three_of_100_000_photos_returns_those_three(
    library: Library, embedder: FakeEmbedder
) -> None:
    many, rare = 100_000, {7, 50_000, 99_999}
    with library.catalog.write() as transaction:
        transaction.models.use(transaction.models.add("fake", embedder.facts.dimension, None))
        transaction.roots.add("/photos")
    vectors = unit_length(np.random.default_rng(0).standard_normal((many, embedder.facts.dimension)))
    ids = range(1, many + 1)
    with closing(sqlite3.connect(library.catalog.path)) as connection, connection:
        connection.executemany(
            "INSERT INTO photo (id, content_hash, pixel_hash, width, height, format, camera, added_at)"
            " VALUES (?, ?, x'00', 4, 3, 'JPEG', ?, '')",
            ((i, i.to_bytes(16, "big"), "NIKON" if i in rare else "Canon") for i in ids),
        )
        connection.executemany(
            "INSERT INTO file (root_id, path, photo_id, size, mtime_ns, inode) VALUES (1, ?, ?, 1, 1, 1)",
            ((f"{i}.jpg".encode(), i) for i in ids),
        )
        connection.executemany(
            "INSERT INTO photo_vector (model_id, photo_id, revision, data) VALUES (1, ?, 1, ?)",
            ((i, vector.tobytes()) for i, vector in zip(ids, vectors.astype("<f2"), strict=True)),
        )
    searcher = Searcher(library, embedder)
    for line in ("red camera:nikon", "camera:nikon", "red -camera:canon sort:date"):
        found = {hit.photo.photo_id for hit in searcher.find(parse_line(line), 20).hits}
        assert found == rare, line


def test_filters_are_looked_up_once_for_a_question_and_say_the_same_each_time(library: Library) -> None:
    looked_up: list[str] = []

    def album(name: str, folder_rules: list[FolderRule | AnyFolderRule], *_: object) -> set[int]:
        looked_up.append(name)
        folder_rules.append(AnyFolderRule(()))
        return {1, 2}

    filters = parse_line("album:a after:2020 before:2019 tag:nobody").filters
    with library.catalog.read() as transaction:
        context = FilterContext(transaction, album)
        again = replace(context, notes=[], folder_rules=[])
        assert photo_ids_matching(filters, context) == photo_ids_matching(filters, again) == set()
    assert looked_up == ["a"]
    assert context.notes == again.notes
    assert len(context.notes) == 2
    assert context.folder_rules == again.folder_rules == [AnyFolderRule(())]
