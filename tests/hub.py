"""A hub of models on this machine, which serves one file as huggingface.co does: it sends askers on to a store."""

import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_COMMIT = "0123456789abcdef0123456789abcdef01234567"
_PIECE = 1 << 20


class Hub(ThreadingHTTPServer):
    """Serves `content` as the file `name` of any repository, and keeps account of what it was asked."""

    daemon_threads = True

    def __init__(self, name: str, content: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.name, self.content = name, content
        self.digest = hashlib.sha256(content).hexdigest()
        self.status = 200
        self.breaks_off = False  # the next answer ends in its middle, and no other comes
        self.ranges = True  # whether a part alone can be asked for
        self.holds_at: int | None = (
            None  # an answer stops after so many bytes of the file, until `goes_on` is set
        )
        self.goes_on = threading.Event()
        self.asked_from: list[int] = []  # the byte that each download began at
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        # The store is another host to the client, as the hub's is.
        self.store = f"http://localhost:{self.server_address[1]}/store"


class _Answers(BaseHTTPRequestHandler):
    server: Hub
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self._begin()

    def do_GET(self) -> None:
        start = self._begin()
        if start is None:
            return
        hub = self.server
        hub.asked_from.append(start)
        end = len(hub.content)
        if hub.breaks_off:
            end -= (end - start) // 2
            hub.status = 403
        try:
            for at in range(start, end, _PIECE):
                if hub.holds_at is not None and at >= hub.holds_at:
                    hub.goes_on.wait()
                self.wfile.write(hub.content[at : min(at + _PIECE, end)])
        except ConnectionError:  # the client was interrupted
            self.close_connection = True
        if hub.breaks_off:
            self.close_connection = True

    def _begin(self) -> int | None:
        """Send the status and the headers; gives where the file's bytes begin, None where none follow."""
        hub = self.server
        size = len(hub.content)
        if hub.status != 200 or not self.path.endswith(f"/{hub.name}"):
            status = 404 if hub.status == 200 else hub.status
            return self._headers(status, {"X-Error-Code": "EntryNotFound"} if status == 404 else {}, 0)
        if not self.path.startswith("/store/"):
            linked = {"X-Linked-Etag": f'"{hub.digest}"', "X-Linked-Size": str(size)}
            return self._headers(302, {**linked, "Location": f"{hub.store}/{hub.name}"}, 0)
        asked = re.match(r"bytes=(\d+)-", self.headers.get("Range", "")) if hub.ranges else None
        start = int(asked[1]) if asked else 0
        if start >= size:
            return self._headers(416, {"Content-Range": f"bytes */{size}"}, 0)
        headers = {"ETag": f'"{hub.digest}"', "Accept-Ranges": "bytes"}
        if asked:
            headers["Content-Range"] = f"bytes {start}-{size - 1}/{size}"
        self._headers(206 if asked else 200, headers, size - start)
        return start

    def _headers(self, status: int, headers: dict[str, str], length: int) -> None:
        self.send_response(status)
        for name, value in {"X-Repo-Commit": _COMMIT, **headers, "Content-Length": str(length)}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving(name: str, content: bytes) -> Iterator[Hub]:
    """Give a hub that answers while the block runs."""
    hub = Hub(name, content)
    thread = threading.Thread(target=hub.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield hub
    finally:
        hub.goes_on.set()
        hub.shutdown()
        hub.server_close()
        thread.join()
