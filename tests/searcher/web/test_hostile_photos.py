"""Files that are no photos, and scripts in names, texts and tags: nothing of them is ever run."""

import os
import struct
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import psutil
import pytest
from PIL import Image, PngImagePlugin

from photoseek.embedder import FakeEmbedder
from photoseek.indexer import Run, index
from photoseek.indexer.workers.photo_reader import read_photo
from photoseek.storage import Library
from tests.searcher.web.browser import Browser, Reply, serving
from tests.searcher.web.routes import application, routes_of

_SCRIPT = '<script>alert("1")</script>'
_NAME = "\"><img src=x onerror=alert(1)><script>'$(id)`.jpg"
_NO_PHOTOS = {
    "drawing.jpg": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "page.jpg": b"<!doctype html><script>alert(1)</script>",
    "script.png": b"#!/bin/sh\necho hello\n",
    "code.gif": b"GIF89a=1;alert(1)//",
}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("hostile")
    photos = folder / "photos"
    photos.mkdir()
    library = Library(folder / "library")
    red = Image.new("RGB", (64, 48), "red")
    red.save(photos / _NAME, comment=_SCRIPT.encode())
    with (photos / _NAME).open("ab") as file:
        file.write(_SCRIPT.encode())  # a JPEG, and a page for who reads it as one
    exif = Image.Exif()
    exif[0x010E] = exif[0x013B] = exif[0x0110] = _SCRIPT  # description, artist, camera
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Title", _SCRIPT)
    Image.new("RGB", (64, 48), "blue").save(
        photos / f"{_SCRIPT.replace('/', '_')}.png", pnginfo=texts, exif=exif
    )
    for name, content in _NO_PHOTOS.items():
        (photos / name).write_bytes(content)
    embedder = FakeEmbedder()
    with library.catalog.write() as transaction:
        model = transaction.models.add(embedder.facts.model_id, embedder.facts.dimension, None)
        transaction.models.use(model)
        root = transaction.roots.add(str(photos))
    index(Run(library, embedder, model), {root: [""]})
    with library.catalog.write() as transaction:
        transaction.tags.put([1, 2], _SCRIPT)
    yield library
    library.close()


@pytest.fixture
def attacked(hostile: Library) -> Iterator[Browser]:
    with serving(hostile) as browser:
        yield browser


def _photos(browser: Browser) -> dict[str, int]:
    hits = browser.find("type:jpeg or type:png", each=True).answer.get("hits") or [
        hit for kind in ("jpeg", "png", "gif") for hit in browser.find(f"type:{kind}").answer["hits"]
    ]
    return {Path(hit["path"]).name: hit["photo_id"] for hit in hits}


def test_what_is_no_photo_is_none_whatever_its_name_says(attacked: Browser) -> None:
    assert _NO_PHOTOS.keys() & _photos(attacked).keys() == set()
    assert len(_photos(attacked)) == 2


def test_an_original_is_an_image_of_the_kind_that_was_decoded_and_runs_nothing(attacked: Browser) -> None:
    for name, photo_id in _photos(attacked).items():
        reply = attacked.get(f"/api/v1/photos/{photo_id}/file")
        kind = "image/png" if name.endswith(".png") else "image/jpeg"
        assert (reply.status, reply.headers["content-type"]) == (200, kind)
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in reply.headers["content-security-policy"]
        assert "script-src" not in reply.headers["content-security-policy"]
        said = reply.headers["content-disposition"]
        assert said.startswith("inline; filename*=utf-8''")
        assert not set("<>\"'`$ ") & set(said.partition("''")[2])


def test_a_photo_that_became_a_page_is_not_sent(hostile: Library, attacked: Browser) -> None:
    with hostile.catalog.read() as transaction:
        path = Path(transaction.photos.by_id([1])[1].paths[0])
    before, stamp = path.read_bytes(), path.stat()
    try:
        path.write_bytes(_NO_PHOTOS["page.jpg"])
        assert attacked.get("/api/v1/photos/1/file").status == 409
    finally:
        path.unlink()
        path.write_bytes(before)
        os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))


def test_no_page_runs_what_a_photo_says(hostile: Library, attacked: Browser) -> None:
    pages = 0
    for route in routes_of(application(hostile)):
        if route.method != "GET" or route.path.startswith("/api/"):
            continue
        reply = attacked.get(route.example)
        if (reply.headers["content-type"] or "").startswith("text/html"):
            pages += 1
            assert b"<script>alert" not in reply.body, route
            assert b"onerror=alert" not in reply.body, route
            policy = reply.headers["content-security-policy"]
            assert "script-src 'self';" in policy
            assert "unsafe" not in policy
    assert pages


def test_what_a_photo_says_is_data_for_programs(attacked: Browser) -> None:
    for path in ("photos/1", "photos/2", "status", "find?q=type:png"):
        reply = attacked.get(f"/api/v1/{path}")
        assert reply.headers["content-type"] == "application/json"
        assert reply.headers["x-content-type-options"] == "nosniff"
    assert {tag["name"] for tag in attacked.get("/api/v1/photos/1").answer["tags"]} == {_SCRIPT}


def _bombs() -> list[bytes]:
    """Return small files that claim to be huge pictures, or would become them."""
    small = BytesIO()
    Image.new("RGB", (64, 64)).save(small, "JPEG")
    claims = bytearray(small.getvalue())
    at = claims.find(b"\xff\xc0") + 5
    claims[at : at + 4] = struct.pack(">HH", 65535, 65535)
    side = 30_000
    packed = zlib.compressobj()
    rows = b"".join(packed.compress(bytes(1 + side // 8)) for _ in range(side)) + packed.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)  # a bit for each pixel
    png = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")
    return [bytes(claims), png]


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


@pytest.mark.slow
def test_bombs_that_are_sent_together_cost_the_server_nothing(hostile: Library) -> None:
    with serving(hostile, read_picture=read_photo) as browser, ThreadPoolExecutor(6) as people:
        own = psutil.Process()
        before = own.memory_info().rss
        token = browser.get("/api/v1/session").answer["write_token"]
        bombs = _bombs() * 3

        def send(bomb: bytes) -> Reply:
            return browser.get("/api/v1/pictures", {"X-Photoseek-Token": token}, "POST", bomb)

        sending = [people.submit(send, bomb) for bomb in bombs]
        assert browser.find("red").status == 200  # meanwhile
        kinds = {one.result().error["kind"] for one in sending}
        assert "unreadable-picture" in kinds
        assert kinds <= {"unreadable-picture", "busy"}  # only so many are taken in at once
        assert browser.get("/api/v1/photos/1/file").status == 200
        # The pixels of any of them would take 2.7 GB.
        assert own.memory_info().rss - before < 500_000_000
