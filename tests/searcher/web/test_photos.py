"""A photo over HTTP is what the library knows it as: its facts, its file, and nothing beside."""

import os
from pathlib import Path
from threading import Event, Thread

import pytest
from starlette.types import Message

from photoseek.indexer import Run
from photoseek.searcher.web.files.originals import Original
from photoseek.searcher.web.files.sending import FileToSend, OpenFile
from photoseek.storage import Edit, Stamp, content_hash_of, now
from tests.asynchronous import run_async
from tests.runs import index_folders
from tests.searcher.web.browser import Browser


def test_a_photo_is_reported_as_a_hit_is_with_what_else_is_known(coloured: Run, browser: Browser) -> None:
    with coloured.library.catalog.write() as transaction:
        transaction.tags.put([1], "beach")
        transaction.tags.propose("sunny", "fake", {1: 0.75})
    answer = browser.get("/api/photos/1").answer
    (hit,) = (hit for hit in browser.find("red", each=True).answer["hits"] if hit["photo_id"] == 1)
    assert answer | {"score": hit["score"], "relevance": hit["relevance"]} == answer | hit
    assert (answer["format"], answer["camera"], len(answer["content_hash"])) == ("JPEG", None, 32)
    assert answer["tags"] == [
        {"name": "beach", "model": None, "probability": None},
        {"name": "sunny", "model": "fake", "probability": 0.75},
    ]


def test_a_photo_that_seems_gone_is_marked_as_find_marks_it(coloured: Run, browser: Browser) -> None:
    assert not browser.get("/api/photos/1").answer.get("seems_gone", False)
    # As an index does that finds very many gone at once.
    with coloured.library.catalog.write() as transaction:
        files = transaction.files.known(1).values()
        transaction.files.hold_back(1, [""], (file.file_id for file in files))
    assert browser.get("/api/photos/1").answer["seems_gone"]
    assert all(hit["seems_gone"] for hit in browser.find("red").answer["hits"])


def test_a_file_is_sent_as_it_lies_there(context: Browser) -> None:
    path = _path(context)
    reply = context.get("/api/photos/1/file")
    assert reply.status == 200
    assert reply.body == path.read_bytes()
    assert reply.headers["content-type"] == "image/jpeg"
    assert reply.headers["content-disposition"] == f'inline; filename="{path.name}"'


@pytest.mark.parametrize(
    ("asked", "part"),
    [("bytes=0-2", slice(0, 3)), ("bytes=5-", slice(5, None)), ("bytes=-4", slice(-4, None))],
)
def test_a_part_of_a_file_can_be_asked_for(context: Browser, asked: str, part: slice) -> None:
    whole = context.get("/api/photos/1/file").body
    reply = context.get("/api/photos/1/file", {"Range": asked})
    assert (reply.status, reply.body) == (206, whole[part])
    assert reply.headers["content-range"].endswith(f"/{len(whole)}")
    assert context.get("/api/photos/1/file", {"Range": f"bytes={len(whole)}-"}).status == 416


@pytest.mark.parametrize(
    "asked",
    [
        "bytes=5-1",
        "bytes=1-0,2-3",
        "items=0-2",
        "bytes",
        "bytes=",
        "bytes=a-b",
        "bytes=--1",
        "bytes=1",
        "bytes=-",
        "bytes=٣-٤",
        f"bytes={'9' * 40}-",
        "=0-2",
        "bytes=0-1" + ",5-6" * 200,
    ],
)
def test_a_range_that_means_nothing_is_ignored(context: Browser, asked: str) -> None:
    reply = context.get("/api/photos/1/file", {"Range": asked.encode().decode("latin-1")})
    assert (reply.status, len(reply.body)) == (200, _path(context).stat().st_size)
    assert context.get("/api/photos/1/file", {"Range": "BYTES=0-0"}).status == 206


def test_a_photo_says_its_albums_and_neighbours(coloured: Run, browser: Browser) -> None:
    with coloured.library.catalog.write() as transaction:
        for name, photos in (("trip", [1, 2]), ("best", [1]), ("other", [3])):
            transaction.albums.add(transaction.albums.create(name, None), photos)
        transaction.tags.refuse([1], "beach")
        edits = [Edit(2, "hidden", {"hidden": True}, now()), Edit(5, "date", _DAY, now())]
        transaction.edits.make("hidden", edits)
    first = browser.get("/api/v1/photos/1").answer
    assert [album["name"] for album in first["albums"]] == ["best", "trip"]
    assert first["refused_tags"] == ["beach"]
    # Undated photos come last, those that were added last first; 2 is hidden.
    assert (first["previous"], first["next"]) == (3, None)
    assert browser.get("/api/v1/photos/3").answer["next"] == 1
    assert browser.get("/api/v1/photos/2").answer["previous"] == 3
    assert browser.get("/api/v1/photos/5").answer["previous"] is None
    assert browser.get("/api/v1/photos/20").answer["previous"] == 5


_DAY = {"taken_at": "2024-05-01", "taken_offset_minutes": None, "date_source": "set by you"}


def test_similar_photos_are_the_nearest_and_not_the_photo_itself(browser: Browser) -> None:
    (red, *_) = browser.find("red", limit=1, each=True).answer["hits"]
    hits = browser.get(f"/api/v1/photos/{red['photo_id']}/similar?limit=5").answer["hits"]
    assert len(hits) == 5
    assert red["photo_id"] not in {hit["photo_id"] for hit in hits}
    scores = [hit["score"] for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(len(hit["hash"]) == 12 for hit in hits)
    assert browser.get("/api/v1/photos/999/similar").status == 404
    assert browser.get("/api/v1/photos/1/similar?limit=9999").status == 422


@pytest.mark.parametrize("what", ["file", "thumbnail"])
def test_what_a_browser_has_is_not_sent_again(context: Browser, what: str) -> None:
    first = context.get(f"/api/photos/1/{what}")
    tag = first.headers["etag"]
    assert "private" in first.headers["cache-control"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = context.get(f"/api/photos/1/{what}", {"If-None-Match": known})
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    assert context.get(f"/api/photos/1/{what}", {"If-None-Match": '"other"'}).status == 200
    assert context.get(f"/api/photos/2/{what}").headers["etag"] != tag


def test_head_tells_how_large_a_file_is(context: Browser) -> None:
    reply = context.get("/api/photos/1/file", method="HEAD")
    assert (reply.status, reply.body) == (200, b"")
    assert int(reply.headers["content-length"]) == len(context.get("/api/photos/1/file").body)


@pytest.mark.parametrize("what", ["", "/file", "/thumbnail"])
def test_a_photo_that_is_not_there_is_said_so(context: Browser, what: str) -> None:
    assert context.get(f"/api/photos/4711{what}").error["kind"] == "no-photo"
    assert context.get(f"/api/photos/{10**30}{what}").status == 422
    assert context.get(f"/api/photos/-1{what}").status == 422


@pytest.mark.parametrize("what", ["", "/file", "/thumbnail"])
def test_a_photo_that_is_missing_is_not_shown(
    coloured: Run, photos: Path, browser: Browser, what: str
) -> None:
    path = _path(browser)
    path.unlink()
    index_folders(coloured, photos, confirm_missing=True)
    reply = browser.get(f"/api/photos/1{what}")
    assert (reply.status, reply.error["kind"]) == (404, "missing")


def test_what_took_the_place_of_a_photo_is_not_sent(browser: Browser, tmp_path: Path) -> None:
    path = _path(browser)
    secret = tmp_path / "secret.txt"
    secret.write_text("nobody's business")
    before = path.stat()
    path.unlink()
    for put in (
        lambda: path.symlink_to(secret),
        lambda: path.write_text("edited"),
        lambda: os.mkfifo(path),
        path.mkdir,
    ):
        put()
        reply = browser.get("/api/photos/1/file")
        assert (reply.status, reply.error["kind"]) == (409, "changed")
        path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
    path.write_bytes(b"x" * before.st_size)
    assert browser.get("/api/photos/1/file").status == 409
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert browser.get("/api/photos/1/file").status == 409  # its size and time are no proof


def test_what_was_opened_is_sent_whatever_takes_its_place_meanwhile(tmp_path: Path, make_photo) -> None:
    path = make_photo(tmp_path / "photo.jpg")
    content = path.read_bytes()
    with path.open("rb") as indexed:
        content_hash = content_hash_of(indexed, str(path))
    file = Original(str(path), Stamp.of(path.stat()), content_hash).opened()
    assert file is not None
    path.unlink()
    path.write_bytes(b"nobody's business")
    parts: list[Message] = []

    async def send(message: Message) -> None:
        parts.append(message)

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    scope = {"type": "http", "method": "GET", "headers": [], "asgi": {"spec_version": "2.4"}}
    run_async(OpenFile(FileToSend(str(path), file, "image/jpeg", "tag"), {}), scope, receive, send)
    assert b"".join(part.get("body", b"") for part in parts) == content
    assert file.closed


def test_a_file_that_comes_and_goes_is_sent_whole_or_said_to_be_changed(browser: Browser) -> None:
    path = _path(browser)
    content, over = path.read_bytes(), Event()

    def come_and_go() -> None:
        while not over.is_set():
            path.rename(path.with_suffix(".away"))
            path.with_suffix(".away").rename(path)

    moving = Thread(target=come_and_go)
    moving.start()
    try:
        replies = [browser.get("/api/photos/1/file") for _ in range(200)]
    finally:
        over.set()
        moving.join()
    assert {reply.status for reply in replies} <= {200, 409}
    assert all(reply.body == content for reply in replies if reply.status == 200)


def test_a_copy_is_sent_where_one_file_of_a_photo_has_changed(
    coloured: Run, photos: Path, browser: Browser
) -> None:
    path = _path(browser)
    content = path.read_bytes()
    (photos / "a-copy-with-a-longer-name.jpg").write_bytes(content)
    index_folders(coloured, photos, confirm_missing=True)
    path.write_bytes(b"edited")
    assert browser.get("/api/photos/1/file").body == content


@pytest.mark.parametrize(
    "name", [b'a"b\r\nSet-Cookie: x=y.jpg', b"caf\xe9 \xff.jpg", "日本 ; x.jpg".encode()]
)
def test_no_name_of_a_file_writes_headers(
    coloured: Run, photos: Path, browser: Browser, make_photo, name: bytes
) -> None:
    path = os.path.join(os.fsencode(photos), name)
    os.rename(make_photo(photos / "x.jpg", "purple"), path)  # noqa: PTH104 (bytes)
    index_folders(coloured, photos, confirm_missing=True)
    (hit,) = browser.find("purple", limit=1).answer["hits"]
    reply = browser.get(f"/api/photos/{hit['photo_id']}/file")
    assert reply.status == 200
    assert "set-cookie" not in reply.headers
    assert reply.headers["content-disposition"].startswith("inline; filename*=utf-8''")
    with open(path, "rb") as file:  # noqa: PTH123 (bytes)
        assert reply.body == file.read()


def _path(browser: Browser) -> Path:
    return Path(browser.get("/api/photos/1").answer["path"])


def test_a_file_of_the_photo_s_size_and_time_that_is_not_the_photo_is_not_sent(
    browser: Browser, photos: Path, tmp_path: Path
) -> None:
    photo = photos / "red-0.jpg"
    there = photo.stat()
    hits = browser.find("in:photos red", limit=20, each=True).answer["hits"]
    (found,) = [hit["photo_id"] for hit in hits if hit["path"] == str(photo)]
    assert browser.get(f"/api/photos/{found}/file").body == photo.read_bytes()
    secret = tmp_path / "secret"
    secret.write_bytes(b"s" * there.st_size)
    os.utime(secret, ns=(there.st_mtime_ns, there.st_mtime_ns))
    photo.unlink()
    photo.symlink_to(secret)
    reply = browser.get(f"/api/photos/{found}/file")
    assert (reply.status, reply.error["kind"]) == (409, "changed")
    photo.unlink()
    photo.write_bytes(secret.read_bytes())
    os.utime(photo, ns=(there.st_mtime_ns, there.st_mtime_ns))
    assert browser.get(f"/api/photos/{found}/file").status == 409


@pytest.mark.parametrize(
    ("media_type", "how"),
    [
        ("image/jpeg", "inline"),
        ("image/heic", "inline"),
        ("image/x-canon-cr2", "attachment"),
        ("application/octet-stream", "attachment"),
        ("image/svg+xml", "attachment"),
        ("text/html", "attachment"),
    ],
)
def test_what_is_no_picture_in_a_browser_is_saved_rather_than_opened(
    tmp_path: Path, media_type: str, how: str
) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"<script>alert(1)</script>")
    with path.open("rb") as file:
        response = OpenFile(FileToSend(str(path), file, media_type, "tag", named=True), {})
    assert response.headers["content-disposition"].startswith(f"{how}; ")
