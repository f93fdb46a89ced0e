"""An open page gets events of photos that arrive and of how far an index is, without asking again and again."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from photoseek.indexer import Progress, Run, index
from photoseek.searcher.web.api.living.events import MOST_LISTENERS
from photoseek.storage import Edit, IndexProgress, now
from tests.searcher.web.browser import Browser

_PATIENCE_S = 20.0


class _Listener:
    """An open connection, and the events that came over it."""

    def __init__(self, browser: Browser) -> None:
        self._socket = socket.create_connection((browser.address, browser.port), _PATIENCE_S)
        self._socket.sendall(b"GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        self._lines = self._socket.makefile("rb")
        self.status = int(self._lines.readline().split()[1])

    def next(self, kind: str) -> dict[str, Any]:
        """Return the data of the next event of this kind."""
        for line in self._lines:
            if line.strip() == f"event: {kind}".encode():
                data: dict[str, Any] = json.loads(self._lines.readline().removeprefix(b"data: "))
                return data
        raise AssertionError("the connection ended")

    def close(self) -> None:
        self._lines.close()
        self._socket.close()


@contextmanager
def _listening(browser: Browser) -> Iterator[_Listener]:
    with closing(_Listener(browser)) as listener:
        yield listener


def test_photos_that_come_change_and_go_are_sent_to_all_listeners(
    coloured: Run, browser: Browser, photos, make_photo
) -> None:
    with _listening(browser) as first, _listening(browser) as second:
        assert first.next("library")["added"] == []
        second.next("library")
        make_photo(photos / "new.jpg", "red", 7)
        with coloured.library.catalog.write() as transaction:
            root = transaction.roots.add(str(photos))
        index(coloured, {root: [""]})
        for listener in (first, second):
            while not (event := listener.next("library"))["added"]:
                pass
            assert event["added"] == [21]
        with coloured.library.catalog.write() as transaction:
            transaction.edits.make("rating", [Edit(3, "rating", {"rating": 2}, now())])
        while not (event := first.next("library"))["changed"]:
            pass
        (photos / "new.jpg").unlink()
        index(coloured, {root: [""]})
        while not (event := first.next("library"))["gone"]:
            pass
        assert event["gone"] == 1


def test_how_far_an_index_is_can_be_asked_and_is_sent(coloured: Run, browser: Browser) -> None:
    nothing = dict.fromkeys(
        ("stage", "done", "total", "embedded", "skipped", "per_second", "left_s", "began_at")
    )
    assert browser.get("/api/v1/indexing").answer == {"running": False, **nothing}
    with _listening(browser) as listener:
        assert not listener.next("indexing")["running"]
        with coloured.library.recording_progress() as record:
            record(IndexProgress(30, 100, 28, 2, 7.0, "2026-01-01T00:00:00Z"))
            assert listener.next("indexing")["done"] == 30
            state = browser.get("/api/v1/indexing").answer
            assert (state["running"], state["total"], state["left_s"]) == (True, 100, 10.0)
            assert state["stage"] == "meaning"
        assert not listener.next("indexing")["running"]


def test_an_index_that_was_killed_is_not_shown(coloured: Run, browser: Browser) -> None:
    with coloured.library.recording_progress() as record:
        record(IndexProgress(30, 100, 28, 2, 7.0, "2026-01-01T00:00:00Z"))
        left = (coloured.library.folder / "indexing.json").read_bytes()
    (coloured.library.folder / "indexing.json").write_bytes(left)
    assert not browser.get("/api/v1/indexing").answer["running"]
    (coloured.library.folder / "indexing.json").write_bytes(b"{")
    assert not browser.get("/api/v1/indexing").answer["running"]


def test_a_run_records_how_far_it_is_while_it_goes_on_and_nothing_after(run: Run, photos, make_photo) -> None:
    for shade in range(3):
        make_photo(photos / f"{shade}.jpg", "blue", shade)
    seen = []

    def look(_: Progress) -> None:
        seen.append(run.library.index_progress())

    run.on_progress = look
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(str(photos))
    index(run, {root: [""]})
    assert seen
    assert all(progress is not None and progress.total == 3 for progress in seen)
    assert run.library.index_progress() is None
    assert not list(run.library.folder.glob("*indexing.json*"))


def test_only_so_many_may_listen_and_one_that_leaves_makes_room(browser: Browser) -> None:
    listeners = [_Listener(browser) for _ in range(MOST_LISTENERS)]
    for listener in listeners:
        listener.next("library")
    with _listening(browser) as one_more:
        assert one_more.status == 503
    for listener in listeners:
        listener.close()
    until = time.monotonic() + _PATIENCE_S
    while True:
        with _listening(browser) as again:
            if again.status == 200:
                again.next("library")
                break
        assert time.monotonic() < until
        time.sleep(0.2)
