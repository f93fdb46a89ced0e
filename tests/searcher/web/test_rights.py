"""Users with rights for some photos: what they are answered holds nothing of any other photo."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

import pytest
from argon2 import PasswordHasher

from photoseek.embedder import FakeEmbedder
from photoseek.indexer import Run, index
from photoseek.searcher.web import Access, Accounts, Passwords, Rules, hashed
from photoseek.storage import Box, Edit, Library, PhotoText, ReadWord
from tests.conftest import MakePhoto
from tests.searcher.web.browser import Browser, Reply, serving
from tests.searcher.web.routes import application, routes_of
from tests.storage.dialects import DIALECTS, opened

_QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
_PASSWORD = "a password of some length"  # noqa: S105 (of this test's library)
_OWNERS = "the password of the library"


@pytest.fixture(params=["sqlite"])
def library(tmp_path: Path, make_photo: MakePhoto, request: pytest.FixtureRequest) -> Iterator[Library]:
    """Yield a library of photos that Ben sees, and of those of which everything has “secret” in it."""
    library, embedder = opened(request.param, tmp_path / "library"), FakeEmbedder()
    for number, colour in enumerate(("red", "green", "blue")):
        make_photo(tmp_path / "open" / "shown" / f"shown-{colour}.jpg", colour, number)
        make_photo(tmp_path / "secretroot" / "secretfolder" / f"secretname-{colour}.jpg", colour, 3 + number)
    with library.catalog.write() as transaction:
        model = transaction.models.add(embedder.facts.model_id, embedder.facts.dimension, None)
        transaction.models.use(model)
        roots = [transaction.roots.add(str(tmp_path / name)) for name in ("open", "secretroot")]
    index(Run(library, embedder, model), {root: [""] for root in roots})
    with library.catalog.write() as transaction:
        for root, word in zip(roots, ("shown", "secret"), strict=True):
            photo_ids = [file.photo_id for file in transaction.files.known(root.root_id).values()]
            transaction.tags.put(photo_ids, f"{word}tag")
            transaction.albums.add(transaction.albums.create(f"{word}album", None), photo_ids)
            transaction.albums.create(f"{word}query", f"tag:{word}tag")
            facts = {"title": f"{word}title", "keywords": (f"{word}keyword",), "camera": f"{word}camera"}
            facts |= {"taken_at": "2023-05-01T10:00:00" if word == "shown" else "1999-09-09T09:09:09"}
            transaction.photos.set_facts(dict.fromkeys(photo_ids, facts))
            for photo_id in photo_ids:
                read = ReadWord(f"{word}text", 0, 0.1, 0.1, 0.2, 0.1, 0.9)
                transaction.texts.save({photo_id: PhotoText((read,))})
            transaction.people_words.draw(photo_ids[0], Box(0.1, 0.1, 0.3, 0.3), f"{word}person")
        ben = transaction.users.add("Ben")
        transaction.users.set_password(ben, hashed(_PASSWORD, _QUICK))
        transaction.users.allow_root(ben, roots[0].root_id)
        owner = transaction.users.add("Olga", is_owner=True)
        transaction.users.set_password(owner, hashed(_PASSWORD, _QUICK))
        transaction.users.set_password(transaction.users.add("Nobody"), hashed(_PASSWORD, _QUICK))
    library.save_index(always=True)
    yield library
    library.close()


@pytest.fixture
def asked(library: Library, tmp_path: Path) -> Iterator[Browser]:
    passwords = Passwords(tmp_path, _QUICK)
    passwords.set(_OWNERS)
    access = Access(Rules("0.0.0.0"), passwords, accounts=Accounts(library.catalog, _QUICK))  # noqa: S104 (at the loopback)
    with serving(library, access=access) as browser:
        yield browser


def _sign_in(browser: Browser, name: str, password: str = _PASSWORD) -> Reply:
    form = urlencode({"name": name, "password": password, "next": "/"}).encode()
    return browser.get("/sign-in", {"Origin": f"http://127.0.0.1:{browser.port}"}, "POST", form)


def _cookie(browser: Browser, name: str, password: str = _PASSWORD) -> dict[str, str]:
    reply = _sign_in(browser, name, password)
    assert reply.status == 303, reply.body
    sent = reply.headers.get_all("set-cookie", [])
    return {"Cookie": next(line.partition(";")[0] for line in sent if "session" in line)}


def _ids(library: Library, root: int) -> list[int]:
    with library.catalog.read() as transaction:
        path = sorted(transaction.roots.all(), key=lambda one: one.path.endswith("secretroot"))[root]
        return sorted(file.photo_id for file in transaction.files.known(path.root_id).values())


def test_each_signs_in_by_name_and_an_owner_sees_everything(asked: Browser) -> None:
    form = asked.get("/sign-in").body.decode()
    assert 'name="name"' in form
    for name, password, count in (("ben", _PASSWORD, 3), ("Olga", _PASSWORD, 6), ("", _OWNERS, 6)):
        cookie = _cookie(asked, name, password)
        months = asked.get("/api/v1/timeline", cookie).answer["months"]
        assert sum(month["count"] for month in months) == count, name
    for name, password in (("ben", _OWNERS), ("", _PASSWORD), ("anna", _PASSWORD), ("ben", "x" * 2000)):
        assert _sign_in(asked, name, password).status in {403, 429}


def test_the_note_to_who_sees_nothing_names_an_owner_and_no_command(asked: Browser) -> None:
    (note,) = asked.get("/api/v1/find?q=red", _cookie(asked, "Nobody")).answer["notes"]
    assert "ask an owner" in note
    assert "index" not in note


_QUESTIONS = (
    *(
        "",
        "red",
        "secretname",
        "secretfolder",
        "secrettext",
        "secrettitle",
        "secretkeyword",
        "secret",
        "secretx",
    ),
    *(
        "tag:secrettag",
        "album:secretalbum",
        "album:secretquery",
        "person:secretperson",
        "camera:secretcamera",
    ),
    *(
        "in:secretfolder",
        "text:secrettext",
        "name:secretname",
        "is:hidden",
        "1999",
        "has:text",
        "-red",
        "shown",
    ),
)
_PARAMETERS = {
    "q": _QUESTIONS,
    "query": _QUESTIONS,
    "line": _QUESTIONS,
    "prefix": ("sec", "tag:sec", "album:s"),
}


@pytest.mark.parametrize("library", DIALECTS, indirect=True)
def test_no_answer_holds_anything_of_a_photo_that_its_asker_may_not_see(
    asked: Browser, library: Library
) -> None:
    ben, olga = _cookie(asked, "Ben"), _cookie(asked, "Olga")
    shown, secret = _ids(library, 0), _ids(library, 1)
    seen_by_olga = 0
    for address in _addresses(library, shown, secret):
        answer = asked.get(address, ben)
        said = answer.headers.as_string() + answer.body.decode("latin-1")
        typed = set(re.findall(r"secret[a-z]*", address))
        leaked = {word for word in re.findall(r"secret[a-z]*", said) if word not in typed}
        assert not leaked, (address, leaked)
        assert "1999-09" not in said, address
        seen_by_olga += "secret" in asked.get(address, olga).body.decode("latin-1")
    assert seen_by_olga > 40  # so there is something to find


def _addresses(library: Library, shown: list[int], secret: list[int]) -> Iterator[str]:
    """Yield addresses of all routes that are read, by each photo and each question."""
    for route in routes_of(application(library)):
        if route.method != "GET" or route.path in {"/api/v1/events", "/service-worker.js"}:
            continue
        by_photo = "{photo_id}" in route.path
        for number in (shown[0], *secret) if by_photo else (1, 2, 3, 4):
            path = re.sub(r"\{\w+(:\w+)?\}", str(number), route.path)
            yield path
            if not by_photo and "{" not in route.path:
                break
        if "{" not in route.path:
            for name, values in _PARAMETERS.items():
                for value in values:
                    explain = {"explain": "true"} if "find" in path else {}
                    yield f"{path}?{urlencode({name: value} | explain)}"
    for number in secret:
        yield f"/api/v1/find?{urlencode({'q': 'red', 'more': number})}"
        yield f"/api/v1/descriptions?photos={number}"
        yield f"/api/v1/timeline/1999-09?ids={number}"


def test_a_photo_that_is_not_seen_is_answered_like_one_that_never_was(
    asked: Browser, library: Library
) -> None:
    ben = _cookie(asked, "Ben")
    (secret, *_), never = _ids(library, 1), 999
    for kind in ("", "/file", "/thumbnail", "/similar", "/faces", "/heat-map?q=red", "/motion"):
        there, nowhere = (asked.get(f"/api/v1/photos/{number}{kind}", ben) for number in (secret, never))
        assert there.status == nowhere.status, kind
        assert there.body.replace(str(secret).encode(), b"") == nowhere.body.replace(str(never).encode(), b"")


@pytest.mark.parametrize("library", DIALECTS, indirect=True)
def test_hits_are_graded_and_counted_by_what_is_seen(asked: Browser, library: Library) -> None:
    ben = _cookie(asked, "Ben")
    answer = asked.get("/api/v1/find?q=red&limit=10", ben).answer
    assert {hit["photo_id"] for hit in answer["hits"]} == set(_ids(library, 0))
    assert asked.get("/api/v1/find?q=shwntext", ben).answer["did_you_mean"] in {None, "showntext"}
    assert asked.get("/api/v1/find?q=secrettxt", ben).answer["did_you_mean"] is None


def test_who_may_look_may_change_nothing(asked: Browser, library: Library) -> None:
    ben = _cookie(asked, "Ben")
    token = asked.get("/api/v1/session", ben).answer["write_token"]
    shown = _ids(library, 0)
    reply = asked.get(
        "/api/v1/tags/mine/photos",
        ben | {"X-Photoseek-Token": token, "Content-Type": "application/json"},
        "POST",
        f'{{"ids": [{shown[0]}]}}'.encode(),
    )
    assert (reply.status, reply.error["kind"]) == (403, "read-only")
    assert "--read-only" not in reply.error["message"]
    for view in ("/settings", "/review", "/duplicates", "/bursts", "/api/v1/status", "/api/v1/roots"):
        assert asked.get(view, ben).status == 404, view
    assert "/settings" not in asked.get("/", ben).body.decode()


@pytest.mark.parametrize("library", DIALECTS, indirect=True)
def test_a_right_that_is_taken_back_counts_at_the_next_request(asked: Browser, library: Library) -> None:
    ben = _cookie(asked, "Ben")
    shown = _ids(library, 0)

    def seen() -> tuple[int, int, int]:
        months = asked.get("/api/v1/timeline", ben).answer["months"]
        hits = asked.get("/api/v1/find?q=red&limit=10", ben).answer["hits"]
        photo = asked.get(f"/api/v1/photos/{shown[0]}", ben).status
        return sum(month["count"] for month in months), len(hits), photo

    assert seen() == (3, 3, 200)
    with library.catalog.write() as transaction:
        user = transaction.users.named("ben")
        transaction.users.refuse_root(user, transaction.files.of([shown[0]])[0].root_id)
    assert seen() == (0, 0, 404)
    with library.catalog.write() as transaction:
        transaction.users.allow_album(user, transaction.albums.named("secretalbum").album_id)
    assert seen() == (3, 3, 404)
    with library.catalog.write() as transaction:
        transaction.albums.take_out(transaction.albums.named("secretalbum"), _ids(library, 1)[:1])
    assert seen() == (2, 2, 404)


def test_a_photo_that_is_hidden_is_gone_with_its_thumbnail_and_its_tags(
    asked: Browser, library: Library
) -> None:
    ben = _cookie(asked, "Ben")
    (shown, *others) = _ids(library, 0)
    with library.catalog.write() as transaction:
        transaction.tags.put([shown], "onlyhere")
        version = transaction.photos.by_id([shown])[shown].facts.content_hash.hex()[:12]
    thumbnail = f"/api/v1/photos/{shown}/thumbnail?v={version}"
    assert asked.get(thumbnail, ben).status == 200
    with library.catalog.write() as transaction:
        transaction.edits.make("hide", [Edit(shown, "hidden", {"hidden": True}, "2024")])
    assert asked.get(thumbnail, ben).status == 404
    assert asked.get(f"/api/v1/photos/{others[0]}/thumbnail", ben).status == 200
    assert asked.get(thumbnail, _cookie(asked, "Olga")).status == 200
    assert "onlyhere" not in asked.get("/api/v1/tags", ben).body.decode()


def test_another_password_or_removal_ends_a_users_sessions(asked: Browser, library: Library) -> None:
    ben, olga = _cookie(asked, "Ben"), _cookie(asked, "Olga")
    with library.catalog.write() as transaction:
        transaction.users.set_password(transaction.users.named("Ben"), hashed("another " + _PASSWORD, _QUICK))
        transaction.users.remove(transaction.users.named("Olga"))
    assert asked.get("/api/v1/timeline", ben).status == 401
    assert asked.get("/api/v1/timeline", olga).status == 401


def test_a_password_that_is_replaced_while_it_is_checked_begins_no_session(
    library: Library, tmp_path: Path
) -> None:
    class Slow(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002 (as it is there)
            verified = super().verify(hash, password)
            with library.catalog.write() as transaction:
                ben = transaction.users.named("Ben")
                transaction.users.set_password(ben, hashed("another " + _PASSWORD, _QUICK))
            accounts.read()
            return verified

    accounts = Accounts(library.catalog, Slow(time_cost=1, memory_cost=8, parallelism=1))
    access = Access(Rules("0.0.0.0"), Passwords(tmp_path, _QUICK), accounts=accounts)  # noqa: S104 (as above)
    with serving(library, access=access) as browser:
        assert browser.get("/api/v1/timeline", _cookie(browser, "Ben")).status == 401


def test_a_library_that_was_replaced_is_shown_to_no_user(asked: Browser, library: Library) -> None:
    ben = _cookie(asked, "Ben")
    other = library.folder.with_name("another library")
    library.catalog.back_up(other)
    other.replace(library.catalog.path)
    refused = asked.get("/api/v1/timeline", ben)
    assert (refused.status, refused.error["kind"]) == (503, "library-replaced")


def test_photos_of_who_was_signed_in_before_leave_the_browser(asked: Browser) -> None:
    assert _sign_in(asked, "Ben").headers["clear-site-data"] == '"cache"'


def test_who_has_no_right_sees_an_empty_library(asked: Browser) -> None:
    nobody = _cookie(asked, "nobody")
    assert asked.get("/api/v1/timeline", nobody).answer["months"] == []
    assert asked.get("/api/v1/find?q=red", nobody).answer["hits"] == []
    assert asked.get("/", nobody).status == 200


def test_what_an_owner_changes_is_noted_in_the_same_transaction(asked: Browser, library: Library) -> None:
    olga = _cookie(asked, "olga")
    token = asked.get("/api/v1/session", olga).answer["write_token"]
    headers = olga | {"X-Photoseek-Token": token, "Content-Type": "application/json"}
    body = f'{{"ids": [{_ids(library, 1)[0]}]}}'.encode()
    assert asked.get("/api/v1/tags/mine/photos", headers, "POST", body).status == 200
    with library.catalog.read() as transaction:
        (noted,) = transaction.users.log(10)
        assert (noted.who, noted.what) == ("Olga", "POST /api/v1/tags/mine/photos")
        assert noted.revision == transaction.revision
    without_name = _cookie(asked, "", _OWNERS)
    token = asked.get("/api/v1/session", without_name).answer["write_token"]
    headers = without_name | {"X-Photoseek-Token": token, "Content-Type": "application/json"}
    assert asked.get("/api/v1/tags/mine/photos", headers, "POST", body).status == 200
    with library.catalog.read() as transaction:
        assert transaction.users.log(1)[0].who == "(owner)"
