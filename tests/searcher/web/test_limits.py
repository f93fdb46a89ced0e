"""Nobody keeps the server from answering others: neither by a question, nor by a connection."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from threading import Event
from urllib.parse import quote_plus

import pytest

from photoseek.embedder import FakeEmbedder, Vectors
from photoseek.indexer import Run
from photoseek.searcher import Searcher
from photoseek.searcher.warm import WarmSearcher
from photoseek.searcher.web.server.connections import BoundedConnection
from photoseek.storage import Library
from tests.searcher.web.browser import Browser, is_closed, serving

_PATIENCE_S = 60
_PHRASES = 100


class _Waiting(FakeEmbedder):
    """Waits before it embeds what says so, and keeps what it is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.has_begun, self.may_go_on = Event(), Event()

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        if any("slow" in text for text in texts):
            self.has_begun.set()
            self.may_go_on.wait()
        return super().embed_texts(texts)


class _Warm(WarmSearcher):
    def __init__(self, library: Library, embedder: FakeEmbedder) -> None:
        super().__init__(library)
        self._one = Searcher(library, embedder)
        self._one.get_ready()

    def searcher(self) -> Searcher:
        return self._one


class _Hasty(BoundedConnection):
    head_s = stall_s = 0.3
    most = 20


@contextmanager
def _connected(browser: Browser, sent: str = "") -> Iterator[socket.socket]:
    with socket.create_connection((browser.address, browser.port), timeout=_PATIENCE_S) as connection:
        connection.sendall(sent.encode())
        yield connection


def _request(path: str, *headers: str) -> str:
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: localhost", *headers, "", ""])


def test_a_question_that_takes_too_long_is_broken_off_and_said_so(coloured: Run) -> None:
    with serving(coloured.library, answer_s=0.0) as browser:
        reply = browser.find("red")
        assert (reply.status, reply.error["kind"]) == (503, "too-much")
        assert "fewer words" in reply.error["message"]
        assert browser.get("/api/status").status == 200


def test_nobody_works_for_one_who_has_left(coloured: Run) -> None:
    waiting = _Waiting()
    warm = _Warm(coloured.library, waiting)
    waiting.asked.clear()
    with serving(coloured.library, warm=warm) as browser:
        line = quote_plus(" ".join(f'"slow red {number}"' for number in range(_PHRASES)))
        try:
            with _connected(browser, _request(f"/api/find?q={line}")):
                assert waiting.has_begun.wait(_PATIENCE_S)
            for _ in range(3):  # by then the server has seen that the connection is closed
                assert browser.get("/api/status").status == 200
        finally:
            waiting.may_go_on.set()
        assert browser.find("blue").status == 200
    assert "blue" in waiting.asked
    assert len(waiting.asked) < _PHRASES / 2


@pytest.mark.parametrize("sent", ["", "GET /api/status HTTP/1.1\r\nHost: localhost\r\nX: "])
def test_many_who_never_finish_asking_make_room_for_one_who_does(unchanged: Library, sent: str) -> None:
    with serving(unchanged, connection=_Hasty) as browser, ExitStack() as stack:
        held = [stack.enter_context(_connected(browser, sent)) for _ in range(100)]
        assert browser.get("/api/status").status == 200
        for connection in held:  # each is closed: the first for the others, the last for its time
            assert is_closed(connection)


def test_a_body_that_nobody_reads_holds_no_connection(unchanged: Library) -> None:
    with (
        serving(unchanged) as browser,
        _connected(browser, _request("/api/status", "Content-Length: 1000000")) as connection,
    ):
        assert connection.recv(12) == b"HTTP/1.1 200"
        assert is_closed(connection)


def test_a_body_that_never_comes_whole_is_not_waited_for(unchanged: Library) -> None:
    with serving(unchanged, connection=_Hasty) as browser:
        own = f"Origin: http://127.0.0.1:{browser.port}"
        head = _request("/sign-in", own, "Content-Length: 100").replace("GET", "POST")
        head = head.replace("Host: localhost", f"Host: 127.0.0.1:{browser.port}")
        with _connected(browser, f"{head}password=") as connection:
            assert is_closed(connection)


def test_who_asks_again_and_again_by_one_connection_is_answered(unchanged: Library) -> None:
    with serving(unchanged) as browser, _connected(browser) as connection:
        for _ in range(3):
            connection.sendall(_request("/api/photos/1").encode())
            assert connection.recv(12) == b"HTTP/1.1 200"
            while connection.recv(65536)[-1:] != b"}":
                pass
