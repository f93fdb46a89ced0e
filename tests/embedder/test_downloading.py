"""A download goes on where it stopped and is compared with the hub's hash; a blocked hub says what to do."""

import hashlib
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from embedder import ModelNotUsable
from embedder.downloading import from_hub

pytest.importorskip("huggingface_hub")

_CONTENT = bytes(range(256)) * 100_000  # some of the pieces of 10 MB that are written as they come
_COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Hub(ThreadingHTTPServer):
    """Serves one file as huggingface.co does, over HTTP on this machine."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.digest = hashlib.sha256(_CONTENT).hexdigest()
        self.status = 200
        self.breaks_off = False  # the next answer ends in its middle, and no other comes
        self.asked_from: list[int] = []  # the byte that each download began at
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


class _Answers(BaseHTTPRequestHandler):
    server: Hub

    def do_HEAD(self) -> None:
        self._head(self._start())

    def do_GET(self) -> None:
        start = self._start()
        if not self._head(start):
            return
        self.server.asked_from.append(start)
        left = _CONTENT[start:]
        if self.server.breaks_off:
            left = left[: len(left) // 2]
            self.server.status = 403
        self.wfile.write(left)

    def _start(self) -> int:
        asked = re.match(r"bytes=(\d+)-", self.headers.get("Range", ""))
        return int(asked[1]) if asked else 0

    def _head(self, start: int) -> bool:
        there = self.path.endswith("weights.bin")
        status = self.server.status if self.server.status != 200 or there else 404
        self.send_response(206 if start and status == 200 else status)
        if status == 404:
            self.send_header("X-Error-Code", "EntryNotFound")
        self.send_header("X-Repo-Commit", _COMMIT)
        self.send_header("ETag", f'"{self.server.digest}"')
        self.send_header("Accept-Ranges", "bytes")
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(_CONTENT) - 1}/{len(_CONTENT)}")
        self.send_header("Content-Length", str(len(_CONTENT) - start if status == 200 else 0))
        self.end_headers()
        return status == 200

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def hub() -> Iterator[Hub]:
    server = Hub()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_first_file_that_the_repository_has_comes_and_stays(hub: Hub, tmp_path: Path) -> None:
    for _ in range(2):
        got = from_hub(
            "some/model", ("better.bin", "weights.bin"), "--weights", hub=hub.url, kept_in=tmp_path
        )
        assert got.read_bytes() == _CONTENT
    assert hub.asked_from == [0]


def test_a_download_that_broke_off_goes_on_where_it_stopped(hub: Hub, tmp_path: Path) -> None:
    hub.breaks_off = True
    with pytest.raises(ModelNotUsable, match="run this again to go on"):
        from_hub("some/model", ("weights.bin",), "--weights", hub=hub.url, kept_in=tmp_path)
    hub.breaks_off, hub.status = False, 200
    got = from_hub("some/model", ("weights.bin",), "--weights", hub=hub.url, kept_in=tmp_path)
    assert got.read_bytes() == _CONTENT
    assert hub.asked_from[0] == 0
    assert all(start > 0 for start in hub.asked_from[1:])


def test_a_file_that_is_not_what_the_hub_lists_is_deleted_and_comes_again(hub: Hub, tmp_path: Path) -> None:
    true, hub.digest = hub.digest, "0" * 64
    with pytest.raises(ModelNotUsable, match="damaged on its way"):
        from_hub("some/model", ("weights.bin",), "--weights", hub=hub.url, kept_in=tmp_path)
    hub.digest = true
    got = from_hub("some/model", ("weights.bin",), "--weights", hub=hub.url, kept_in=tmp_path)
    assert got.read_bytes() == _CONTENT


@pytest.mark.parametrize("status", [403, 503])
def test_a_hub_that_refuses_says_what_to_do_instead(hub: Hub, tmp_path: Path, status: int) -> None:
    hub.status = status
    with pytest.raises(ModelNotUsable, match=rf"HTTP {status}.* weights\.bin elsewhere .*--weights FILE"):
        from_hub("some/model", ("weights.bin",), "--weights", hub=hub.url, kept_in=tmp_path)


def test_a_hub_that_is_not_reached_is_asked_once(tmp_path: Path) -> None:
    with pytest.raises(ModelNotUsable, match="--tokenizer FILE"):
        from_hub("some/model", ("tokenizer.json",), "--tokenizer", hub="http://127.0.0.1:9", kept_in=tmp_path)


def test_a_repository_without_the_file_is_named(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(ModelNotUsable, match=r"some/model has no better\.bin"):
        from_hub("some/model", ("better.bin",), "--weights", hub=hub.url, kept_in=tmp_path)
