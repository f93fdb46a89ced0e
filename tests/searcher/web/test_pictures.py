"""A picture is sent as a question, decoded in a process of its own, and kept nowhere but in memory."""

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path
from threading import Event
from urllib.parse import urlencode

import pytest
from PIL import Image

from photoseek.indexer.workers.photo_reader import read_photo
from photoseek.searcher.web.api.sharing.pictures import AT_ONCE, MOST_BYTES
from photoseek.storage import Library
from tests.searcher.web.browser import Browser, Reply, serving


@pytest.fixture(scope="module")
def asked(unchanged: Library) -> Iterator[Browser]:
    with serving(unchanged, read_picture=read_photo) as browser:
        yield browser


def _sent(browser: Browser, content: bytes, path: str = "/api/v1/pictures") -> Reply:
    token = browser.get("/api/v1/session").answer["write_token"]
    return browser.get(path, {"X-Photoseek-Token": token}, "POST", content)


def _picture(colour: str, size: tuple[int, int] = (300, 200)) -> bytes:
    written = BytesIO()
    Image.new("RGB", size, colour).save(written, "JPEG")
    return written.getvalue()


def test_a_picture_finds_what_looks_like_it_alone_and_beside_words_and_filters(
    asked: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # other tests use the system's meanwhile
    sent = _sent(asked, _picture("blue")).answer
    assert (sent["width"], sent["height"]) == (300, 200)
    for path in ("find", "search"):
        for more in ({}, {"q": "type:jpeg"}, {"less": "1"}, {"q": "a photo", "explain": "true"}):
            reply = asked.get(f"/api/v1/{path}?{urlencode({'picture': sent['picture'], **more})}")
            assert reply.status == 200, reply.body
            if "q" not in more or "type" in more["q"]:
                assert reply.answer["hits"][0]["path"].endswith("blue.jpg")
    first = asked.get(f"/api/v1/find?picture={sent['picture']}&limit=2").answer
    second = asked.get(f"/api/v1/find?picture={sent['picture']}&limit=2&cursor={first['next']}").answer
    assert not {hit["photo_id"] for hit in first["hits"]} & {hit["photo_id"] for hit in second["hits"]}
    assert list(tmp_path.glob("photoseek-*")) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\xff\xd8\xff",
        bytes(range(256)) * 20,
    ],
    ids=["empty", "text", "svg", "cut-off-jpeg", "bytes"],  # the same in each process that collects tests
)
def test_what_is_no_picture_is_refused_without_a_path(asked: Browser, content: bytes) -> None:
    reply = _sent(asked, content)
    assert (reply.status, reply.error["kind"]) == (422, "unreadable-picture")
    assert tempfile.gettempdir() not in reply.error["message"]


def test_a_picture_that_is_too_large_is_refused_before_it_is_read(asked: Browser) -> None:
    token = asked.get("/api/v1/session").answer["write_token"]
    headers = {"X-Photoseek-Token": token, "Content-Length": str(MOST_BYTES + 1)}
    reply = asked.get("/api/v1/pictures", headers, "POST")
    assert (reply.status, reply.error["kind"]) == (413, "too-large")


def test_pictures_that_wait_to_be_decoded_are_few(unchanged: Library) -> None:
    go_on = Event()

    def read(_: Path) -> Image.Image:
        go_on.wait(5)
        return Image.new("RGB", (8, 8))

    with serving(unchanged, read_picture=read) as browser, ThreadPoolExecutor(AT_ONCE + 1) as pool:
        sent = [pool.submit(_sent, browser, b"a picture") for _ in range(AT_ONCE + 1)]
        first = next(as_completed(sent)).result()
        go_on.set()
        others = sorted(one.result().status for one in sent)
    assert (first.status, first.error["kind"]) == (503, "busy")
    assert others == [200] * AT_ONCE + [503]


def test_a_picture_with_too_many_pixels_is_refused(asked: Browser) -> None:
    bomb = BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    assert _sent(asked, bomb.getvalue()).error["kind"] == "unreadable-picture"


def test_a_token_of_nothing_and_a_server_without_a_decoder_are_said(asked: Browser, context: Browser) -> None:
    assert asked.get("/api/v1/find?picture=none").error["kind"] == "no-picture"
    assert asked.get("/api/v1/search?picture=none&q=red").error["kind"] == "no-picture"
    assert _sent(context, _picture("red")).error["kind"] == "no-pictures"


def test_no_other_body_may_be_large(context: Browser) -> None:
    token = context.get("/api/v1/session").answer["write_token"]
    headers = {"X-Photoseek-Token": token, "Content-Type": "application/json"}
    reply = context.get("/api/v1/photos", headers | {"Content-Length": "2000001"}, "PATCH")
    assert (reply.status, reply.error["kind"]) == (413, "too-large")
    with closing(HTTPConnection(context.address, context.port, timeout=60)) as connection:
        # Without a length; so little beyond the bound that it is sent before the answer.
        connection.request("PATCH", "/api/v1/photos", iter([b"0" * 1_000_000] * 2 + [b"0"]), headers)
        assert connection.getresponse().status == 413
    for length in ("-1", "x", "9" * 30):
        assert context.get("/api/v1/photos", headers | {"Content-Length": length}, "PATCH").status in {
            400,
            413,
        }
