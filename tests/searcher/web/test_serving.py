"""Many are answered at once, while the library changes beneath them; and what is described is what comes."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from socket import AF_INET6, IPPROTO_TCP, TCP_NODELAY, create_connection, create_server, has_dualstack_ipv6
from threading import Event
from typing import Any

import pytest

from photoseek.indexer import Run, index
from photoseek.searcher.errors import CantListen
from photoseek.searcher.web import Rules, bound, url_of
from photoseek.searcher.web.shapes import AnswerShape, ErrorShape, PhotoShape, StatusShape
from photoseek.storage import Library, Overview
from tests.searcher.web.browser import Browser, serving

_DOCS = Path(__file__).resolve().parents[3] / "docs" / "http.md"


def _has_loopback_of_ipv6() -> bool:
    try:
        create_server(("::1", 0), family=AF_INET6).close()
    except OSError:
        return False
    return True


_with_ipv6 = pytest.mark.skipif(not _has_loopback_of_ipv6(), reason="this machine has no ::1")


@pytest.mark.slow
def test_twenty_at_once_get_what_each_would_get_alone_while_an_index_writes(
    coloured: Run, photos: Path, make_photo, browser: Browser
) -> None:
    with coloured.library.catalog.write() as transaction:
        transaction.tags.put(transaction.photos.present_ids(), "old")
        root = transaction.roots.add(str(photos))
    questions = [
        f"{colour} tag:old -{other}"
        for colour in ("red", "green", "blue", "white", "black")
        for other in ("yellow", "purple", "black", "white")
    ]
    alone = [browser.find(question).answer["hits"] for question in questions]
    over = Event()

    def write() -> int:
        written = 0
        while not over.is_set():
            make_photo(photos / f"new-{written}.jpg", "yellow", written)
            index(coloured, {root: [""]})
            written += 1
        return written

    with ThreadPoolExecutor(21) as people:
        writing = people.submit(write)
        try:
            for _ in range(3):
                together = list(people.map(browser.find, questions))
                assert [reply.answer["hits"] for reply in together] == alone
                assert {reply.status for reply in people.map(browser.find, ["yellow"] * 20)} == {200}
        finally:
            over.set()
    assert writing.result() > 0
    assert len(browser.found("yellow", each=True, limit=100)) == 20 + writing.result()


def test_what_was_saved_a_moment_ago_is_found(
    coloured: Run, photos: Path, make_photo, browser: Browser
) -> None:
    assert "late" not in browser.found("purple")
    make_photo(photos / "late.jpg", "purple")
    with coloured.library.catalog.write() as transaction:
        root = transaction.roots.add(str(photos))
    index(coloured, {root: [""]})
    assert browser.found("purple", limit=1) == ["late"]


def test_a_library_in_its_place_is_not_answered_for(coloured: Run) -> None:
    catalog = coloured.library.catalog.path
    with serving(coloured.library) as browser:
        catalog.rename(catalog.with_name("former.sqlite"))
        for _ in range(2):
            for path in ("find?q=red", "photos/1", "photos/1/file", "photos/1/thumbnail", "status"):
                reply = browser.get(f"/api/{path}")
                assert (reply.status, reply.error["kind"]) == (503, "library-replaced")
            catalog.write_bytes(catalog.with_name("former.sqlite").read_bytes())


def test_the_status_is_that_of_the_command_line(unchanged: Library, context: Browser) -> None:
    answer = context.get("/api/status").answer
    assert answer == Overview.of(unchanged).as_json(resident=False)
    assert (answer["photos"], answer["model"], answer["revision"] > 0) == (7, "fake", True)


def test_answers_have_the_shapes_that_are_described(context: Browser) -> None:
    AnswerShape.model_validate(context.find("red -blue type:jpeg", explain=True).answer, strict=True)
    AnswerShape.model_validate(context.find("type:jpeg", limit=2).answer, strict=True)
    PhotoShape.model_validate(context.get("/api/photos/1").answer, strict=True)
    StatusShape.model_validate(context.get("/api/status").answer, strict=True)
    for path in ("/nowhere", "/api/find", "/api/photos/0", "/api/photos/99", "/api/find?q=album:x"):
        ErrorShape.model_validate(context.get(path).answer, strict=True)


def test_the_body_of_an_answer_doesn_t_wait_until_its_head_is_acknowledged() -> None:
    with bound("127.0.0.1", 0) as listening, create_connection(listening.getsockname()):
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.getsockopt(IPPROTO_TCP, TCP_NODELAY)


def test_every_endpoint_is_described_and_in_the_document(context: Browser) -> None:
    described: dict[str, Any] = context.get("/openapi.json").answer
    operations = {(method.upper(), path) for path, each in described["paths"].items() for method in each}
    assert ("GET", "/api/v1/find") in operations
    written = _DOCS.read_text("utf-8")
    assert operations == set(re.findall(r"^\| `([A-Z]+)` \| `(/api/v1/[^`]+)` \|", written, re.MULTILINE))
    for parameter in described["paths"]["/api/v1/find"]["get"]["parameters"]:
        assert f"`{parameter['name']}" in written


def test_the_paths_from_before_versions_answer_the_same(context: Browser) -> None:
    for path in ("find?q=type:jpeg&limit=2", "photos/1", "status"):
        before, now = context.get(f"/api/{path}").answer, context.get(f"/api/v1/{path}").answer
        assert {**before, "took_ms": 0} == {**now, "took_ms": 0}


@_with_ipv6
def test_an_address_of_ipv6_is_listened_at(unchanged: Library) -> None:
    with serving(unchanged, Rules("::1"), listen_at="::1") as context:
        assert context.address == "::1"
        assert context.get("/api/status").status == 200
    with bound("::1", 0) as listening:
        assert url_of(listening) == f"http://[::1]:{listening.getsockname()[1]}"


@_with_ipv6
@pytest.mark.skipif(not has_dualstack_ipv6(), reason="a socket is of one kind of address here")
def test_everywhere_is_every_address_of_both_kinds(unchanged: Library) -> None:
    with serving(unchanged, Rules("::"), listen_at="::") as context:
        for address in ("::1", "127.0.0.1", "localhost"):
            assert replace(context, address=address).get("/api/v1/health").status == 200


def test_an_address_that_can_t_be_had_is_one_sentence() -> None:
    with bound("127.0.0.1", 0) as listening:
        port = listening.getsockname()[1]
        with pytest.raises(CantListen, match="another program has the port"):
            bound("127.0.0.1", port)
    with pytest.raises(CantListen, match="no such address"):
        bound("192.0.2.1", 0)
    for nonsense in ("no such host", "a" * 300, ""):
        with pytest.raises(CantListen, match="--host"):
            bound(nonsense, 0)
