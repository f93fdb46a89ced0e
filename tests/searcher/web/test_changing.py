"""Whatever a person changes over HTTP can be taken back, and is what the command line would have made of it."""

from dataclasses import replace
from unicodedata import normalize
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from photoseek.indexer import Run
from photoseek.searcher.warm import WarmSearcher
from photoseek.searcher.web import Services
from photoseek.searcher.web.api.changing.photos import photo_changes
from photoseek.searcher.web.api.changing.tags import tag_changes
from photoseek.searcher.web.api.changing.undo import undo_routes
from photoseek.searcher.web.errors import Refused, register_error_handlers
from photoseek.searcher.web.kept.undo_log import UndoLog
from photoseek.storage import Transaction
from photoseek.storage.rows.albums.keeping import KeptAlbum
from tests.searcher.web.browser import Browser

_PATCH = "/api/v1/photos"


def _undone(browser: Browser, undo: str) -> int:
    reply = browser.change("POST", f"/api/v1/undo/{undo}")
    assert reply.status == 200, reply.body
    assert browser.change("POST", f"/api/v1/undo/{undo}").status == 404
    photos: int = reply.answer["photos"]
    return photos


def _changed(browser: Browser, method: str, path: str, asked: object, photos: int) -> str:
    reply = browser.change(method, path, asked)
    assert reply.status in {200, 201}, reply.body
    assert reply.answer["photos"] == photos
    undo: str = reply.answer["undo"]
    return undo


def test_a_rating_a_title_and_a_place_are_set_and_taken_back(browser: Browser) -> None:
    before = browser.get("/api/v1/photos/1").answer
    settings = {
        "rating": 4,
        "favourite": True,
        "hidden": True,
        "title": "The  old harbour",
        "description": "x",
        "date": "2004-07",
        "place": "47.1,8.2",
    }
    undo = _changed(browser, "PATCH", _PATCH, {"ids": [1, 2], "set": settings}, 2)
    photo = browser.get("/api/v1/photos/1").answer
    assert (photo["rating"], photo["favourite"], photo["hidden"]) == (4, True, True)
    assert (photo["title"], photo["taken_at"], photo["latitude"]) == ("The old harbour", "2004-07", 47.1)
    assert _undone(browser, undo) == 2
    assert browser.get("/api/v1/photos/1").answer == before


def test_what_the_command_line_undid_first_is_said(coloured: Run, browser: Browser) -> None:
    undo = _changed(browser, "PATCH", _PATCH, {"ids": [1, 2], "set": {"rating": 4}}, 2)
    with coloured.library.catalog.write() as transaction:
        transaction.edits.undo(1)
    assert browser.change("POST", f"/api/v1/undo/{undo}").error["kind"] == "unknown-name"
    assert browser.get("/api/v1/photos/1").answer["rating"] is None


def test_what_is_set_already_changes_nothing(browser: Browser) -> None:
    asked = {"ids": [1], "set": {"rating": 4}}
    _changed(browser, "PATCH", _PATCH, asked, 1)
    again = browser.change("PATCH", _PATCH, asked).answer
    assert again == {"photos": 0, "undo": None}


def test_a_field_that_is_cleared_is_the_file_s_own_again(browser: Browser) -> None:
    before = browser.get("/api/v1/photos/1").answer
    _changed(browser, "PATCH", _PATCH, {"ids": [1], "set": {"title": "mine"}}, 1)
    _changed(browser, "PATCH", _PATCH, {"ids": [1], "set": {"clear": ["title"]}}, 1)
    assert browser.get("/api/v1/photos/1").answer == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"rating": 6},
        {"rating": True},
        {"rating": "4"},
        {"favourite": "yes"},
        {"title": "x" * 600},
        {"title": "\ud800"},
        {"title": "a\u0000b"},
        {"date": "2004-13"},
        {"date": "2004", "shift": "+1h"},
        {"shift": "9" * 30},
        {"place": "91,0"},
        {"place": "\ud800"},
        {"clear": ["width"]},
        {"title": "x", "clear": ["title"]},
        {"width": 3},
        {},
    ],
)
def test_a_value_that_can_t_be_set_is_refused_and_nothing_changes(
    context: Browser, wrong: dict[str, object]
) -> None:
    before = context.get("/api/v1/photos/1").answer
    reply = context.change("PATCH", _PATCH, {"ids": [1], "set": wrong})
    assert 400 <= reply.status < 500, reply.body
    assert context.get("/api/v1/photos/1").answer == before


@pytest.mark.parametrize(
    "ids", [[], [0], [-1], [2**63], ["1"], [1.5], [True], 1, None, [1] * 100_001, {"1": 1}]
)
def test_ids_are_numbers_and_not_too_many(context: Browser, ids: object) -> None:
    for method, path, more in (
        ("PATCH", _PATCH, {"set": {"rating": 1}}),
        ("POST", "/api/v1/tags/beach/photos", {}),
        ("POST", "/api/v1/albums", {"name": "one"}),
    ):
        reply = context.change(method, path, {"ids": ids, **more})
        assert reply.status == 422 or (ids is None and path.endswith("albums")), (path, reply.body)


def test_photos_that_are_not_there_are_left_out_and_none_at_all_is_said(browser: Browser) -> None:
    assert _changed(browser, "PATCH", _PATCH, {"ids": [1, 999], "set": {"rating": 2}}, 1)
    for method, path, more in (
        ("PATCH", _PATCH, {"set": {"rating": 1}}),
        ("POST", "/api/v1/tags/beach/photos", {}),
    ):
        assert browser.change(method, path, {"ids": [999], **more}).error["kind"] == "no-photo"


def test_a_tag_is_given_refused_forgotten_and_each_is_taken_back(coloured: Run, browser: Browser) -> None:
    with coloured.library.catalog.write() as transaction:
        transaction.tags.propose("beach", "fake", {1: 0.75, 2: 0.5})
        transaction.tags.refuse([3], "beach")
        before = transaction.tag_states.of("beach", range(1, 21))

    def states() -> object:
        with coloured.library.catalog.read() as transaction:
            return transaction.tag_states.of("beach", range(1, 21))

    path = "/api/v1/tags/beach/photos"
    for method, where, photos in (
        ("POST", path, 4),
        ("DELETE", path, 3),
        ("POST", f"{path}/forget", 1),
    ):
        undo = _changed(browser, method, where, {"ids": [1, 2, 3, 4]}, photos)
        assert states() != before
        assert _undone(browser, undo) == photos
        assert states() == before


def test_taking_a_tag_back_leaves_what_was_said_since(coloured: Run, browser: Browser) -> None:
    path = "/api/v1/tags/beach/photos"
    undo = _changed(browser, "POST", path, {"ids": [1, 2, 3]}, 3)
    _changed(browser, "DELETE", path, {"ids": [2]}, 1)
    assert _undone(browser, undo) == 2
    with coloured.library.catalog.read() as transaction:
        assert transaction.tags.photos_with("beach") == set()
        assert transaction.tags.refused_of(2) == ["beach"]


def test_a_tag_may_have_any_name(coloured: Run, browser: Browser) -> None:
    for photo_id, name in enumerate(
        ("a/b", "photos", "a/photos", "Größe", "e\u0301té", "100%", "..", "?#"), 1
    ):
        _changed(browser, "POST", f"/api/v1/tags/{quote(name, safe='')}/photos", {"ids": [photo_id]}, 1)
        with coloured.library.catalog.read() as transaction:
            assert [tag.name for tag in transaction.tags.of(photo_id)] == [normalize("NFC", name)]


@pytest.mark.parametrize("name", ["%00", "%20", "a%09b", "%22", "x" * 501])
def test_a_tag_without_a_name_or_with_control_characters_is_refused(context: Browser, name: str) -> None:
    assert context.change("POST", f"/api/v1/tags/{name}/photos", {"ids": [1]}).status in {400, 422}


def test_an_album_is_made_filled_renamed_deleted_and_each_is_taken_back(
    coloured: Run, browser: Browser
) -> None:
    made = browser.change("POST", "/api/v1/albums", {"name": "Trips/2023", "ids": [3, 1]})
    assert (made.status, made.answer["photos"]) == (201, 2)
    album = f"/api/v1/albums/{made.answer['id']}"
    browser.change("POST", "/api/v1/albums", {"name": "saved", "query": 'album:"Trips/2023"'})
    before = _albums(coloured)
    for method, path, asked, photos in (
        ("POST", f"{album}/photos", {"ids": [1, 4, 5]}, 2),
        ("DELETE", f"{album}/photos", {"ids": [1, 9]}, 1),
        ("PATCH", album, {"name": "Journeys"}, 0),
        ("DELETE", album, None, 2),
    ):
        undo = _changed(browser, method, path, asked, photos)
        assert _albums(coloured) != before
        _undone(browser, undo)
        assert _albums(coloured) == before
    _undone(browser, made.answer["undo"])
    assert [name for name, *_ in _albums(coloured)] == ["saved"]


def _albums(run: Run) -> list[object]:
    with run.library.catalog.read() as transaction:
        kept = [transaction.kept_albums.keep(album.album_id) for album in transaction.albums.all()]
    return [(one.name, one.album_id, one.query, one.created_at, dict(one.added_at)) for one in kept]


def test_an_album_can_t_be_made_of_what_it_may_not_be(browser: Browser) -> None:
    browser.change("POST", "/api/v1/albums", {"name": "trip"})
    saved = browser.change("POST", "/api/v1/albums", {"name": "saved", "query": "red after:2000"}).answer
    for status, asked in (
        (409, {"name": "trip"}),
        (400, {"name": "a//b"}),
        (400, {"name": "  "}),
        (400, {"name": "a\u0000"}),
        (400, {"name": "both", "query": "red", "ids": [1]}),
        (400, {"name": "bad", "query": "is:nothing"}),
        (400, {"name": "outside", "query": "+/etc/passwd.jpg"}),
        (404, {"name": "nested", "query": "album:none"}),
        (404, {"name": "empty", "ids": [999]}),
        (422, {"name": "x" * 501}),
        (422, {"name": ["x"]}),
        (422, {"name": "\ud800"}),
    ):
        assert browser.change("POST", "/api/v1/albums", asked).status == status, asked
    assert browser.change("POST", f"/api/v1/albums/{saved['id']}/photos", {"ids": [1]}).status == 400
    assert browser.change("DELETE", "/api/v1/albums/999").status == 404
    assert browser.change("PATCH", f"/api/v1/albums/{saved['id']}", {"name": "trip"}).status == 409


def test_undoing_can_be_tried_again_where_it_failed(browser: Browser) -> None:
    made = browser.change("POST", "/api/v1/albums", {"name": "trip"}).answer
    undo = browser.change("DELETE", f"/api/v1/albums/{made['id']}").answer["undo"]
    other = browser.change("POST", "/api/v1/albums", {"name": "trip"}).answer
    assert browser.change("POST", f"/api/v1/undo/{undo}").status == 409
    browser.change("DELETE", f"/api/v1/albums/{other['id']}")
    assert browser.change("POST", f"/api/v1/undo/{undo}").status == 200


@pytest.mark.parametrize(("method", "ids"), [("POST", [1, 2]), ("DELETE", [3])])
def test_undoing_a_change_of_a_deleted_album_leaves_the_album_that_has_its_id_now(
    coloured: Run, browser: Browser, method: str, ids: list[int]
) -> None:
    first = browser.change("POST", "/api/v1/albums", {"name": "trip", "ids": [3]}).answer
    with coloured.library.catalog.write() as transaction:  # a while ago
        transaction.kept_albums.bring_back(
            replace(_deleted(transaction, first["id"]), created_at="2020-01-01T00:00:00Z")
        )
    undo = browser.change(method, f"/api/v1/albums/{first['id']}/photos", {"ids": ids}).answer["undo"]
    browser.change("DELETE", f"/api/v1/albums/{first['id']}")
    second = browser.change("POST", "/api/v1/albums", {"name": "party", "ids": [1, 2]}).answer
    assert second["id"] == first["id"]
    before = _albums(coloured)
    assert browser.change("POST", f"/api/v1/undo/{undo}").status == 404
    assert _albums(coloured) == before


def _deleted(transaction: Transaction, album_id: int) -> KeptAlbum:
    kept = transaction.kept_albums.keep(album_id)
    transaction.albums.remove(kept.name)
    return kept


def test_an_album_that_was_changed_since_is_not_deleted_by_undoing_its_making(browser: Browser) -> None:
    made = browser.change("POST", "/api/v1/albums", {"name": "trip"}).answer
    put = browser.change("POST", f"/api/v1/albums/{made['id']}/photos", {"ids": [1]}).answer
    reply = browser.change("POST", f"/api/v1/undo/{made['undo']}")
    assert (reply.status, reply.error["kind"]) == (409, "changed-since")
    _undone(browser, put["undo"])
    _undone(browser, made["undo"])


def test_many_photos_change_in_portions_and_are_undone_as_one(coloured: Run) -> None:
    services = Services(WarmSearcher(coloured.library), lambda *_: None)
    app = FastAPI()
    register_error_handlers(app)
    for routes in (photo_changes(services, 6), tag_changes(services, 6), undo_routes(services)):
        app.include_router(routes)
    client, ids = TestClient(app), list(range(1, 21))

    def state() -> object:
        with coloured.library.catalog.read() as transaction:
            photos = transaction.photos.by_id(ids).values()
            dates = [(photo.facts.rating, photo.facts.taken_at) for photo in photos]
            return dates, transaction.tag_states.of("beach", ids)

    before = state()
    for method, path, asked in (
        ("PATCH", "/photos", {"ids": ids, "set": {"rating": 3}}),
        ("POST", "/tags/beach/photos", {"ids": ids}),
    ):
        answer = client.request(method, path, json=asked).json()
        assert answer["photos"] == 20
        assert client.post(f"/undo/{answer['undo']}").json()["photos"] == 20
        assert state() == before
    # A later portion can't be shifted, so none is.
    client.patch("/photos", json={"ids": ids[:19], "set": {"date": "2000-01-01T00:00"}})
    client.patch("/photos", json={"ids": [20], "set": {"date": "2100-12-31T23:59"}})
    before = state()
    assert client.patch("/photos", json={"ids": ids, "set": {"shift": "+1d"}}).status_code == 400
    assert state() == before


def test_only_so_many_changes_are_kept() -> None:
    log = UndoLog(most_changes=3, most_photos=10)
    tokens = [log.add(1, lambda: 1) for _ in range(5)]
    assert [_is_kept(log, token) for token in tokens] == [False, False, True, True, True]
    few, many = log.add(6, lambda: 6), log.add(6, lambda: 6)
    assert [_is_kept(log, token) for token in (few, many)] == [False, True]
    large = log.add(1000, lambda: 1000)
    assert log.take_back(large) == 1000  # the latest change can be taken back, however large it is


def _is_kept(log: UndoLog, token: str) -> bool:
    try:
        log.take_back(token)
    except Refused:
        return False
    return True


def test_a_body_of_any_depth_is_refused_in_a_sentence(context: Browser) -> None:
    token = context.get("/api/v1/session").answer["write_token"]
    headers = {"X-Photoseek-Token": token, "Content-Type": "application/json"}
    for body in (b"[" * 100_000, b'{"ids":' * 5000, b"\xff", b"", b"null", b'{"ids": [1e999]}'):
        reply = context.get(_PATCH, headers, "PATCH", body)
        assert 400 <= reply.status < 500
        assert reply.error["message"]
