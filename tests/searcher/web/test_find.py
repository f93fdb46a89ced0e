"""A question over HTTP is answered as Python and the command line answer it, or refused in the same words."""

import json
from pathlib import Path
from typing import Any

import pytest

from photoseek.indexer import Run
from photoseek.searcher import Searcher, parse_line
from photoseek.searcher.hits import render
from tests.searcher.web.browser import Browser


def test_an_answer_is_the_json_of_the_command_line(coloured: Run, browser: Browser) -> None:
    answer = Searcher(coloured.library).find(parse_line("red -blue type:jpeg"), 20, fold=True)
    reply = browser.find("red -blue type:jpeg")
    assert reply.headers["content-type"] == "application/json"
    assert _timeless(reply.answer) == _timeless(json.loads(render.as_json(answer)))
    assert list(reply.answer) == list(answer.as_json())


def test_each_option_of_find_has_its_parameter(browser: Browser) -> None:
    assert len(browser.found("red", limit=3)) == 3
    assert len(browser.found("red", each=True)) == 20
    assert len(browser.found("red", varied=True, limit=2)) == 2
    explained = browser.find("red -blue", explain=True, limit=1).answer["hits"][0]["explanation"]
    assert [part["part"] for part in explained["parts"]] == ['"red"', "-blue"]
    assert browser.found("", more="1", limit=1) == browser.found("+#1", limit=1)
    assert browser.found("red", less=["1", "2"], limit=1)


def test_pages_follow_each_other_to_the_end(browser: Browser) -> None:
    seen: list[int] = []
    cursor: dict[str, str] = {}
    while True:
        page = browser.find("green", limit=3, each=True, **cursor).answer
        seen += [hit["photo_id"] for hit in page["hits"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert sorted(seen) == list(range(1, 21))


@pytest.mark.parametrize(
    ("line", "status", "kind", "column"),
    [
        ("", 400, "bad-query", None),
        ("a snow cammera:fuji", 400, "bad-query", 8),
        ("dog on:2024-13-45", 400, "bad-query", 8),
        ("word " * 600, 400, "bad-query", None),
        ("-people", 400, "bad-query", None),
        ("nul \0", 400, "bad-query", None),
        ("собака", 422, "unreadable-text", None),
        ("album:nowhere", 404, "unknown-name", None),
        ("+#4711", 404, "unknown-name", None),
        ("+nowhere.jpg", 400, "bad-query", None),
    ],
)
def test_what_is_wrong_has_a_status_a_kind_a_sentence_and_a_column(
    context: Browser, line: str, status: int, kind: str, column: int | None
) -> None:
    reply = context.find(line)
    assert reply.status == status
    error = reply.error
    assert (error["kind"], error["column"]) == (kind, column)
    assert len(error["message"]) > 20
    assert "Traceback" not in error["message"]


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"limit": 0}, "limit"),
        ({"q": "x" * 10_001}, "q: "),
        ({"limit": 10**30}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"min": "best"}, "min"),
        ({"lmit": 3}, "lmit: there is no such parameter"),
        ({"each": "perhaps"}, "each"),
    ],
)
def test_a_parameter_that_can_t_be_read_is_named(
    context: Browser, parameters: dict[str, object], says: str
) -> None:
    reply = context.find(**{"q": "red", **parameters})
    assert (reply.status, reply.error["kind"]) == (422, "bad-parameter")
    assert says in reply.error["message"]


def test_a_cursor_of_another_query_is_refused(context: Browser) -> None:
    cursor = context.find("red", limit=1, each=True).answer["next"]
    reply = context.find("blue", cursor=cursor)
    assert (reply.status, reply.error["kind"]) == (400, "bad-query")
    assert "cursor" in reply.error["message"]


def test_a_picture_may_be_a_photo_of_the_library_by_any_of_its_names(photos: Path, browser: Browser) -> None:
    (first,) = browser.found("+#1", limit=1)
    for name in (photos / f"{first}.jpg", f"{first}.jpg", f"photos/{first}.jpg", f"./x/../{first}.jpg"):
        assert browser.found(f'+"{name}"', limit=1) == [first]
        assert browser.found("", more=str(name), limit=1) == [first]


def test_a_picture_may_lie_in_a_folder_whose_name_is_no_text(coloured: Run, browser: Browser) -> None:
    with coloured.library.catalog.write() as transaction:
        (file,) = transaction.files.of([1])
        root = transaction.roots.add("/nowhere/caf\udce9")
        transaction.files.put(root.root_id, "only-there.jpg", file.stamp, 1)
    reply = browser.find("+only-there.jpg red", limit=1)
    assert (reply.status, reply.answer["query"]) == (200, "red +#1")


def test_no_picture_of_the_disk_can_be_asked_for(
    photos: Path, browser: Browser, make_photo, tmp_path: Path
) -> None:
    elsewhere = make_photo(tmp_path / "private" / "secret.jpg", "red")
    inside = make_photo(photos / "new.jpg", "red", 9)  # in a watched folder, and not in the library
    (photos / "link.jpg").symlink_to(elsewhere)
    hidden = (
        str(elsewhere),
        str(inside),
        str(photos / "link.jpg"),
        f"{photos}/../private/secret.jpg",
        "../private/secret.jpg",
        "~/secret.jpg",
        "file:///etc/secret.jpg",
        "/nowhere.jpg",
    )
    for name in hidden:
        for asked in (browser.find(f'+"{name}"'), browser.find("red", less=name)):
            assert asked.status == 400
            # Whether there is such a file is not revealed.
            assert asked.error["message"].partition(" is ")[2].startswith("no photo of the library")


def test_an_album_s_pictures_from_elsewhere_stay_closed(
    coloured: Run, browser: Browser, make_photo, tmp_path: Path
) -> None:
    elsewhere = make_photo(tmp_path / "private" / "secret.jpg", "red")
    with coloured.library.catalog.write() as transaction:
        transaction.albums.create("alike", f'+"{elsewhere}"')
    reply = browser.find("album:alike")
    assert reply.status == 404
    assert "is not in the library" in reply.error["message"]


def test_a_name_that_several_photos_have_is_no_picture(
    coloured: Run, photos: Path, browser: Browser, tmp_path: Path
) -> None:
    with coloured.library.catalog.write() as transaction:
        first, other = transaction.files.of([1, 2])
        root = transaction.roots.add(str(tmp_path / "other"))
        transaction.files.put(root.root_id, first.path, other.stamp, other.photo_id)
    reply = browser.find(f"+{first.path}")
    assert reply.status == 400
    assert "several photos" in reply.error["message"]
    assert browser.found(f"+{photos / first.path}", limit=1) == browser.found("+#1", limit=1)


def _timeless(got: dict[str, Any]) -> dict[str, Any]:
    return got | {"took_ms": 0}
