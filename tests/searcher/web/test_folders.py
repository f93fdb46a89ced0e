"""GET /api/v1/folders and /api/v1/on-this-day."""

from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from photoseek.indexer import Run, index
from tests.searcher.web.browser import Browser, serving


@pytest.fixture
def run_in_folders(run: Run, photos: Path, make_photo) -> Run:
    make_photo(photos / "red.jpg", "red")
    make_photo(photos / "trips" / "sea side" / "blue.jpg", "blue")
    make_photo(photos / "trips" / "green.jpg", "green")
    make_photo(photos / 'odd "names" \\ #1' / "yellow.jpg", "yellow")
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(str(photos))
    index(run, {root: [""]})
    return run


def _below(browser: Browser, path: str | None = None) -> dict[str, dict]:
    query = "" if path is None else "?" + urlencode({"below": path})
    return {one["name"]: one for one in browser.get(f"/api/v1/folders{query}").answer["folders"]}


def test_folders_are_listed_a_level_at_a_time_with_what_lies_in_and_below_them(run_in_folders: Run) -> None:
    with serving(run_in_folders.library) as browser:
        (root,) = _below(browser).values()
        assert (root["photos"], root["has_folders"]) == (4, True)
        folders = _below(browser, root["path"])
        assert {name: one["photos"] for name, one in folders.items()} == {
            'odd "names" \\\\ #1': 1,
            "trips": 2,
        }
        inner = _below(browser, folders["trips"]["path"])
        assert {name: (one["photos"], one["has_folders"]) for name, one in inner.items()} == {
            "sea side": (1, False)
        }


def test_the_filter_of_each_folder_lets_through_what_was_counted(run_in_folders: Run) -> None:
    with serving(run_in_folders.library) as browser:
        (root,) = _below(browser).values()
        for folder in [root, *_below(browser, root["path"]).values()]:
            timeline = browser.get(f"/api/v1/timeline?q={quote(folder['filter'])}")
            assert timeline.answer["total"] == folder["photos"], folder["filter"]


def test_a_folder_without_photos_is_unknown(context: Browser) -> None:
    for path in ("/nowhere", "..", "", "/etc/../etc"):
        assert context.get("/api/v1/folders?" + urlencode({"below": path})).status == 404


def test_a_day_is_a_date_and_not_too_wide(context: Browser) -> None:
    assert context.get("/api/v1/on-this-day?day=2026-02-28").answer["years"] == []
    for wrong in ("day=2026-02-30", "day=x", "", "day=2026-02-28&around=16", "day=2026-02-28&around=-1"):
        assert context.get(f"/api/v1/on-this-day?{wrong}").status == 422
