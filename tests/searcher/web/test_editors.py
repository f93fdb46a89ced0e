"""All routes that change something, asked by who may look, who may edit, and who has no right to anything."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from argon2 import PasswordHasher

from photoseek.embedder import FakeEmbedder
from photoseek.indexer import Run, index
from photoseek.searcher.web import Access, Accounts, Passwords, Rules, hashed
from photoseek.searcher.web.access.needs import NEEDS, Need, need_of
from photoseek.storage import Library
from tests.conftest import MakePhoto
from tests.searcher.web.browser import Browser, Reply, serving
from tests.searcher.web.routes import application, routes_of
from tests.storage.dialects import opened

_QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
_PASSWORD = "a password of some length"  # noqa: S105 (of this test's library)
_NAMES = ("Viewer", "Editor", "Other", "Stranger", "Olga")
Ids = dict[str, list[int]]


@pytest.fixture
def library(tmp_path: Path, make_photo: MakePhoto) -> Iterator[Library]:
    library, embedder = opened("sqlite", tmp_path / "library"), FakeEmbedder()
    folders = ("edited", "looked", "unseen")
    for number, folder in enumerate(folders):
        for copy, colour in enumerate(("red", "green")):
            make_photo(tmp_path / folder / f"{colour}.jpg", colour, 2 * number + copy)
    with library.catalog.write() as transaction:
        model = transaction.models.add(embedder.facts.model_id, embedder.facts.dimension, None)
        transaction.models.use(model)
        roots = [transaction.roots.add(str(tmp_path / name)) for name in folders]
    index(Run(library, embedder, model), {root: [""] for root in roots})
    with library.catalog.write() as transaction:
        users = [transaction.users.add(name, is_owner=name == "Olga") for name in _NAMES]
        album = transaction.albums.create("shared", None)
        for user in users:
            transaction.users.set_password(user, hashed(_PASSWORD, _QUICK))
        for user in users[:3]:
            may_edit = user.name != "Viewer"
            transaction.users.allow_root(user, roots[0].root_id, may_edit=may_edit)
            transaction.users.allow_root(user, roots[1].root_id)
            transaction.users.allow_album(user, album.album_id, may_edit=may_edit)
    library.save_index(always=True)
    yield library
    library.close()


@pytest.fixture
def asked(library: Library, tmp_path: Path) -> Iterator[Browser]:
    passwords = Passwords(tmp_path, _QUICK)
    passwords.set("the password of the library")
    access = Access(Rules("0.0.0.0"), passwords, accounts=Accounts(library.catalog, _QUICK))  # noqa: S104 (at the loopback)
    with serving(library, access=access) as browser:
        yield browser


@pytest.fixture
def ids(library: Library) -> Ids:
    with library.catalog.read() as transaction:
        return {
            Path(root.path).name: sorted(f.photo_id for f in transaction.files.known(root.root_id).values())
            for root in transaction.roots.all()
        }


class _Somebody:
    """Somebody who is signed in."""

    def __init__(self, browser: Browser, name: str) -> None:
        self._browser = browser
        form = urlencode({"name": name, "password": _PASSWORD, "next": "/"}).encode()
        origin = {"Origin": f"http://127.0.0.1:{browser.port}"}
        reply = browser.get("/sign-in", origin, "POST", form)
        sent = reply.headers.get_all("set-cookie", [])
        self._headers = {"Cookie": next(line.partition(";")[0] for line in sent if "session" in line)}
        self.session = browser.get("/api/v1/session", self._headers).answer
        self._headers |= {"X-Photoseek-Token": self.session["write_token"]}

    def send(self, method: str, path: str, body: Any = None) -> Reply:  # noqa: ANN401 (JSON)
        content = b"" if body is None else json.dumps(body).encode()
        return self._browser.get(path, self._headers | {"Content-Type": "application/json"}, method, content)


def _bodies(photos: list[int]) -> dict[str, Any]:
    chosen = {"ids": photos}
    return {
        "PATCH /api/v1/photos": chosen | {"set": {"rating": 4}},
        "POST /api/v1/tags/mine/photos": chosen,
        "DELETE /api/v1/tags/mine/photos": chosen,
        "POST /api/v1/tags/mine/photos/forget": chosen,
        "POST /api/v1/albums/1/photos": chosen,
        "DELETE /api/v1/albums/1/photos": chosen,
    }


def _rows(library: Library) -> list[Any]:
    tables = (
        "tag",
        "refused_tag",
        "edit",
        "edit_change",
        "own_fact",
        "photo",
        "album",
        "album_photo",
        "root",
    )
    with library.catalog.read() as transaction:
        run = transaction.connection.exec_driver_sql
        return [sorted(map(repr, run(f"SELECT * FROM {name}"))) for name in tables]  # noqa: S608 (names of our own)


def test_each_route_that_changes_something_says_what_it_needs(library: Library) -> None:
    listed = [route for routes in NEEDS.values() for route in routes]
    assert sorted(listed) == sorted(str(one) for one in routes_of(application(library)) if one.changes)
    for need, routes in NEEDS.items():
        for route in routes:
            method, path = route.split()
            assert (
                need_of(method, path.replace("{name:path}", "a/b").replace("{", "").replace("}", "")) is need
            )


def test_who_only_looks_and_who_has_no_right_change_nothing(
    asked: Browser, library: Library, ids: Ids
) -> None:
    before = _rows(library)
    for name in ("Viewer", "Stranger"):
        somebody = _Somebody(asked, name)
        assert (somebody.session["read_only"], somebody.session["edits"]) == (True, False)
        for route in routes_of(application(library)):
            if route.changes and need_of(route.method, route.example) is not Need.LOOK:
                reply = somebody.send(route.method, route.example, {"ids": ids["edited"]})
                assert (reply.status, reply.error["kind"]) == (403, "read-only"), route
        for route, body in _bodies(ids["edited"]).items():
            assert somebody.send(*route.split(), body).status == 403, route
    assert _rows(library) == before


def test_an_editor_is_refused_what_is_an_owners(asked: Browser, library: Library) -> None:
    before, editor = _rows(library), _Somebody(asked, "Editor")
    assert (editor.session["read_only"], editor.session["edits"]) == (True, True)
    for route in routes_of(application(library)):
        if route.changes and need_of(route.method, route.example) is Need.OWN:
            reply = editor.send(route.method, route.example, {"name": "x", "kind": "index"})
            assert (reply.status, reply.error["kind"]) == (403, "read-only"), route
    assert _rows(library) == before


@pytest.mark.parametrize("route", list(_bodies([])))
def test_an_editor_changes_photos_that_were_allowed_so_and_no_others(
    asked: Browser, library: Library, ids: Ids, route: str
) -> None:
    editor, method, path = _Somebody(asked, "Editor"), *route.split()
    edited, looked, unseen = (ids[name] for name in ("edited", "looked", "unseen"))
    if "forget" in path or method == "DELETE":
        prepared = path.removesuffix("/forget")
        assert editor.send("POST", prepared, {"ids": edited}).status == 200
    before = _rows(library)
    refused = editor.send(method, path, _bodies([*edited, looked[0]])[route])
    assert (refused.status, refused.error["kind"]) == (403, "not-yours")
    there, nowhere = (editor.send(method, path, _bodies([one])[route]) for one in (unseen[0], 999))
    assert (there.status, there.body) == (nowhere.status, nowhere.body)
    assert _rows(library) == before

    answer = editor.send(method, path, _bodies([*edited, unseen[0], 999])[route])
    assert (answer.status, answer.answer["photos"]) == (200, 2), answer.body
    after = _rows(library)
    assert after != before
    for other in (_Somebody(asked, name) for name in ("Other", "Olga")):
        assert other.send("POST", f"/api/v1/undo/{answer.answer['undo']}").status == 404
    assert _rows(library) == after
    assert editor.send("POST", f"/api/v1/undo/{answer.answer['undo']}").answer["photos"] in {1, 2}
    with library.catalog.read() as transaction:
        assert {one.who for one in transaction.users.log(2)} == {"Editor"}
        assert transaction.users.log(2)[1].what == route


def test_an_editor_hides_nothing_and_changes_no_other_album(
    asked: Browser, library: Library, ids: Ids
) -> None:
    with library.catalog.write() as transaction:
        transaction.albums.create("others", None)
    before, editor = _rows(library), _Somebody(asked, "Editor")
    chosen = {"ids": ids["edited"]}
    for settings in ({"hidden": True}, {"clear": ["hidden"], "rating": 3}):
        reply = editor.send("PATCH", "/api/v1/photos", chosen | {"set": settings})
        if "rating" in settings and reply.status == 200:
            assert editor.send("POST", f"/api/v1/undo/{reply.answer['undo']}").status == 200
        else:
            assert (reply.status, reply.error["kind"]) == (403, "not-yours")
    there, nowhere = (editor.send("POST", f"/api/v1/albums/{number}/photos", chosen) for number in (2, 999))
    assert there.status == nowhere.status == 404
    assert there.body.replace(b"#2", b"") == nowhere.body.replace(b"#999", b"")
    after = _rows(library)
    after[3], before[3] = [], []  # the list of changes has what was undone
    assert after == before


def test_each_photo_and_album_says_whether_it_may_be_edited(
    asked: Browser, library: Library, ids: Ids
) -> None:
    with library.catalog.write() as transaction:
        transaction.albums.create("by a query", "is:landscape")
    for name, folders in (
        ("Viewer", set()),
        ("Editor", {"edited"}),
        ("Olga", {"edited", "looked", "unseen"}),
    ):
        somebody = _Somebody(asked, name)
        for folder in ("edited", "looked"):
            photo = somebody.send("GET", f"/api/v1/photos/{ids[folder][0]}").answer
            assert photo["may_edit"] is (folder in folders), name
        albums = somebody.send("GET", "/api/v1/albums").answer["albums"]
        assert [one["name"] for one in albums if one["may_edit"]] == ["shared"] * bool(folders)
        assert somebody.send("GET", "/api/v1/albums/1").answer["may_edit"] is bool(folders)


def test_many_photos_are_refused_whole(asked: Browser) -> None:
    many = list(range(1, 10_002))
    reply = _Somebody(asked, "Editor").send("POST", "/api/v1/tags/mine/photos", {"ids": many})
    assert (reply.status, reply.error["kind"]) == (422, "too-many")


def test_a_right_to_edit_that_is_taken_back_counts_at_the_next_request(
    asked: Browser, library: Library, ids: Ids
) -> None:
    editor, chosen = _Somebody(asked, "Editor"), {"ids": ids["edited"]}
    undo = editor.send("POST", "/api/v1/tags/mine/photos", chosen).answer["undo"]
    with library.catalog.write() as transaction:
        user = transaction.users.named("Editor")
        for root in transaction.roots.all()[:2]:
            transaction.users.allow_root(user, root.root_id)
    for path, body in (("/api/v1/tags/more/photos", chosen), (f"/api/v1/undo/{undo}", None)):
        reply = editor.send("POST", path, body)
        assert (reply.status, reply.error["kind"]) == (403, "not-yours")
