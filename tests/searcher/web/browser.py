"""A server on a port of its own, and what asks it: plain requests, which no library makes well-behaved."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection
from threading import Thread
from typing import Any
from urllib.parse import urlencode

from photoseek.searcher.warm import WarmSearcher
from photoseek.searcher.web import (
    Access,
    ByUser,
    Counting,
    Guard,
    Metrics,
    Rules,
    Services,
    Tasks,
    bound,
    server_for,
)
from photoseek.searcher.web.server.connections import BoundedConnection
from photoseek.searcher.web.services import MakeThumbnail, ReadPicture
from photoseek.storage import Library

_PATIENCE_S = 60


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Message
    body: bytes

    @property
    def answer(self) -> Any:  # noqa: ANN401 (whatever the server says)
        return json.loads(self.body)

    @property
    def error(self) -> dict[str, Any]:
        error: dict[str, Any] = self.answer["error"]
        return error


@dataclass(frozen=True)
class Browser:
    port: int
    address: str = "127.0.0.1"

    def get(
        self, path: str, headers: dict[str, str] | None = None, method: str = "GET", body: bytes | None = None
    ) -> Reply:
        connection = HTTPConnection(self.address, self.port, timeout=_PATIENCE_S)
        try:
            connection.request(method, path, body, headers or {})
            answered = connection.getresponse()
            return Reply(answered.status, answered.headers, answered.read())
        finally:
            connection.close()

    def change(self, method: str, path: str, asked: object = None) -> Reply:
        """Send what changes something, as the page does."""
        token = self.get("/api/v1/session").answer["write_token"]
        headers = {"X-Photoseek-Token": token, "Content-Type": "application/json"}
        return self.get(path, headers, method, None if asked is None else json.dumps(asked).encode())

    def find(self, q: str, **parameters: object) -> Reply:
        return self.get(f"/api/find?{urlencode({'q': q, **parameters}, doseq=True)}")

    def found(self, q: str, **parameters: object) -> list[str]:
        """Return the names of the photos that are found, without their suffixes."""
        return [
            hit["path"].rpartition("/")[2].partition(".")[0]
            for hit in self.find(q, **parameters).answer["hits"]
        ]


@contextmanager
def serving(
    library: Library,
    rules: Rules | None = None,
    make_thumbnail: MakeThumbnail = lambda *_: "nobody makes any",
    listen_at: str = "127.0.0.1",
    warm: WarmSearcher | None = None,
    connection: type[BoundedConnection] = BoundedConnection,
    answer_s: float = _PATIENCE_S,
    tasks: Tasks | None = None,
    access: Access | None = None,
    make_small: MakeThumbnail | None = None,
    make_large: MakeThumbnail | None = None,
    read_picture: ReadPicture | None = None,
    metrics: Metrics | None = None,
) -> Iterator[Browser]:
    """Serve a library by `rules` or `access`, or as if it listened at 127.0.0.1."""
    access = access or Access(rules)
    with bound(listen_at, 0) as listening:
        services = Services(
            warm or WarmSearcher(library),
            make_thumbnail,
            answer_s=answer_s,
            tasks=tasks or Tasks(),
            access=access,
            make_small=make_small,
            make_large=make_large,
            read_picture=read_picture,
            metrics=metrics,
        )
        guarded = Guard(ByUser(services), access)
        server = server_for(guarded if metrics is None else Counting(guarded, metrics), connection)
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            address, port = listening.getsockname()[:2]
            yield Browser(port, address)
        finally:
            server.should_exit = server.force_exit = True  # an open page listens for as long as it is open
            thread.join()


def is_closed(connection: socket.socket) -> bool:
    """Wait for the end; a server that never closes makes it time out."""
    try:
        while connection.recv(65536):
            pass
    except ConnectionError:
        pass
    return True
