"""A grid is laid out by months before any thumbnail has come, and shows what the catalog has now."""

import gzip
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from photoseek.indexer import Run, index
from photoseek.searcher.timeline.columns import columns_of
from photoseek.searcher.warm import WarmSearcher
from photoseek.storage import Edit, now
from photoseek.storage.rows.grid import GridRow
from tests.searcher.web.browser import Browser, serving

_DATES = ("2024-03-05T10:00:00", "2024-03-05T09:00:00", "2023", "2023-11", None)


@pytest.fixture
def dated(coloured: Run) -> Iterator[Browser]:
    """Yield what asks a library of twenty photos, four of each of these dates."""
    with coloured.library.catalog.write() as transaction:
        edits = [
            Edit(photo_id, "date", _date(_DATES[photo_id % len(_DATES)]), now())
            for photo_id in range(1, 21)
            if _DATES[photo_id % len(_DATES)] is not None
        ]
        transaction.edits.make("date", edits)
    with serving(coloured.library) as browser:
        yield browser


def _date(taken_at: str | None) -> dict[str, object]:
    return {"taken_at": taken_at, "taken_offset_minutes": None, "date_source": "set by you"}


def _timeline(browser: Browser, month: str = "", **asked: object) -> dict[str, object]:
    reply = browser.get(f"/api/v1/timeline{'/' if month else ''}{month}?{urlencode(asked)}")
    assert reply.status == 200, reply.body
    answer: dict[str, object] = reply.answer
    return answer


def test_months_come_latest_first_and_undated_photos_last(dated: Browser) -> None:
    answer = _timeline(dated)
    assert answer["total"] == 20
    months = [(month["month"], month["count"]) for month in answer["months"]]
    assert months == [("2024-03", 8), ("2023-11", 4), ("2023", 4), (None, 4)]
    assert all(len(b64decode(month["ratios"])) == month["count"] for month in answer["months"])


def test_the_newest_month_is_had_without_its_name(dated: Browser) -> None:
    assert _timeline(dated, "newest") == _timeline(dated, "2024-03")
    assert _timeline(dated, "newest", q="before:2024")["ids"] == _timeline(dated, "2023-11")["ids"]
    assert _timeline(dated, "newest", q="is:favourite")["ids"] == []


def test_a_grid_is_compressed_for_those_who_read_that(dated: Browser) -> None:
    plain = dated.get("/api/v1/timeline/2024-03")
    compressed = dated.get("/api/v1/timeline/2024-03", {"Accept-Encoding": "gzip"})
    assert compressed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(compressed.body) == plain.body
    assert compressed.headers["vary"] == plain.headers["vary"] == "accept-encoding"


def test_a_month_has_a_column_of_each_thing_that_a_grid_shows(dated: Browser) -> None:
    month = _timeline(dated, "2024-03")
    photo = dated.get(f"/api/v1/photos/{month['ids'][0]}").answer
    assert len(month["ids"]) == len(month["hashes"]) == len(month["dates"]) == 8
    assert month["dates"] == sorted(month["dates"], reverse=True)
    assert month["hashes"][0] == photo["content_hash"][:12]
    assert month["ratios"] == _timeline(dated)["months"][0]["ratios"]
    ratio = 2 ** ((b64decode(month["ratios"])[0] - 128) / 32)
    assert ratio == pytest.approx(photo["width"] / photo["height"], rel=0.02)
    assert len(b64decode(month["placeholders"])) == 8 * 8
    assert set(_timeline(dated, "undated")["dates"]) == {None}
    assert set(_timeline(dated, "2023")["dates"]) == {"2023"}
    assert _timeline(dated, "1990-01")["ids"] == []


def test_a_placeholder_is_dark_where_the_photo_is(run: Run, photos: Path) -> None:
    half = Image.new("RGB", (80, 80), "white")
    half.paste("black", (0, 0, 40, 80))
    half.save(photos / "half.png")
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(str(photos))
    index(run, {root: [""]})
    with serving(run.library) as browser:
        (month,) = _timeline(browser)["months"]
        placeholder = b64decode(_timeline(browser, month["month"] or "undated")["placeholders"])
    assert placeholder == b"\x00\xff" * 4


def test_filters_choose_the_photos_as_find_does(dated: Browser, coloured: Run) -> None:
    with coloured.library.catalog.write() as transaction:
        transaction.tags.put([2, 3, 4], "beach")
        album = transaction.albums.create("trip", None)
        transaction.albums.add(album, [7, 9])
        transaction.albums.create("saved", "tag:beach")
        transaction.albums.create("reds", "red")  # a model must answer it
        transaction.edits.make("hidden", [Edit(4, "hidden", {"hidden": True}, now())])
    found = {"tag:beach": {2, 3}, "album:trip": {7, 9}, "album:saved": {2, 3}, "is:hidden": {4}}
    for line, expected in found.items():
        assert _ids(dated, line) == expected
    assert _ids(dated, "album:reds") == {hit["photo_id"] for hit in dated.find("album:reds").answer["hits"]}
    assert _timeline(dated)["total"] == 19


def _ids(browser: Browser, line: str) -> set[int]:
    months = [month["month"] or "undated" for month in _timeline(browser, q=line)["months"]]
    return {photo_id for month in months for photo_id in _timeline(browser, month, q=line)["ids"]}


def test_a_box_holds_the_photos_taken_in_it_also_across_the_date_line(coloured: Run) -> None:
    places = {1: (47.0, 8.0), 2: (-17.0, 179.5), 3: (-17.0, -179.5), 4: (80.0, 8.0)}
    with coloured.library.catalog.write() as transaction:
        transaction.edits.make(
            "place",
            [
                Edit(
                    one,
                    "place",
                    {"latitude": north, "longitude": east, "position_source": "set by you"},
                    now(),
                )
                for one, (north, east) in places.items()
            ],
        )
    with serving(coloured.library) as browser:
        boxes = {"45,5,48,10": {1}, "-20,170,-10,-170": {2, 3}, "-90,-180,90,180": {1, 2, 3, 4}}
        for box, expected in boxes.items():
            months = [one["month"] or "undated" for one in _timeline(browser, box=box)["months"]]
            assert {one for month in months for one in _timeline(browser, month, box=box)["ids"]} == expected
        for box in ("1,2,3", "a,b,c,d", "nan,0,1,1", "10,0,0,0", "0,0,1,999"):
            assert browser.get(f"/api/v1/timeline?box={box}").status == 422


def test_what_changes_while_it_is_open_shows_at_once(
    dated: Browser, coloured: Run, photos: Path, make_photo
) -> None:
    assert _timeline(dated)["total"] == 20
    make_photo(photos / "new.jpg", "red", 5)
    (photos / "red-0.jpg").unlink()
    with coloured.library.catalog.write() as transaction:
        root = transaction.roots.add(str(photos))
        transaction.edits.make("rating", [Edit(5, "rating", {"rating": 3}, now())])
    index(coloured, {root: [""]})
    with coloured.library.catalog.read() as transaction:
        present = transaction.photos.present_ids()
    assert _ids(dated, "") == present
    month = next(m["month"] or "undated" for m in _timeline(dated, q="rating:3")["months"])
    assert _timeline(dated, month, q="rating:3")["ratings"] == {"5": 3}


def test_a_grid_and_its_thumbnails_don_t_wait_for_questions(coloured: Run) -> None:
    warm = WarmSearcher(coloured.library)
    with serving(coloured.library, warm=warm) as browser, warm.turn(1):  # as while a question is answered
        assert _timeline(browser, q="is:landscape")["total"] == 20
        assert browser.get("/api/v1/photos/1/thumbnail?size=small").status == 200
        assert browser.get("/api/v1/photos/1").status == 200
        assert browser.change("PATCH", "/api/v1/photos", {"ids": [1], "set": {"rating": 1}}).status == 200


@pytest.mark.parametrize("line", ["a cat", "+#1", "album:none", "x:y", '"', "in:", "%00"])
def test_what_is_no_filter_is_refused_in_a_sentence(context: Browser, line: str) -> None:
    reply = context.get(f"/api/v1/timeline?{urlencode({'q': line})}")
    assert 400 <= reply.status < 500
    assert len(reply.error["message"]) > 20


@pytest.mark.parametrize("path", ["2024-3", "2024-03-05", "..", "undated0", "٢٠٢٤", "2024-03%0a"])
def test_a_month_is_written_in_one_way(context: Browser, path: str) -> None:
    assert context.get(f"/api/v1/timeline/{quote(path, safe='%')}").status in {404, 422}


_ROWS = st.lists(
    st.builds(
        GridRow,
        photo_id=st.integers(1, 40),
        content_hash=st.binary(min_size=16, max_size=16),
        width=st.integers(1, 30_000),
        height=st.integers(1, 30_000),
        format=st.sampled_from(["JPEG", "CR2"]),
        taken_at=st.sampled_from([None, "1998", "1998-07", "1998-07-14", "1998-07-14T00:00:00", "2024-01"]),
        latitude=st.none() | st.floats(-90, 90),
        longitude=st.none() | st.floats(-180, 180),
        look=st.none() | st.binary(min_size=64, max_size=64),
        duration_ms=st.none() | st.integers(0, 2**62),
        motion_at=st.none() | st.integers(0, 2**40),
        rating=st.none() | st.integers(-1, 5),
        favourite=st.booleans(),
        hidden=st.booleans(),
    ),
    unique_by=lambda row: row.photo_id,
    max_size=12,
)


@given(before=_ROWS, changed=_ROWS, gone=st.sets(st.integers(1, 40)))
def test_columns_brought_up_to_date_are_those_read_anew(
    before: list[GridRow], changed: list[GridRow], gone: set[int]
) -> None:
    changed = [row for row in changed if row.photo_id not in gone]
    touched = gone | {row.photo_id for row in changed}
    after = [row for row in before if row.photo_id not in touched] + changed
    brought = columns_of(before).replaced(touched, columns_of(changed))
    anew = columns_of(after)
    for name in anew.__dataclass_fields__:
        assert np.array_equal(
            getattr(brought, name), getattr(anew, name), equal_nan=name in {"latitudes", "longitudes"}
        )
    dates = [row.taken_at or "" for row in sorted(after, key=lambda row: (row.taken_at or "", row.photo_id))]
    assert [date.decode() for date in brought.taken] == dates[::-1]
