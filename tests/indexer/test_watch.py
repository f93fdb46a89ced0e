"""Watching real files ends where a fresh index would, whatever happened to them."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest

from indexer import Run, watch
from storage import Root

_PATIENCE_S = 20


@pytest.fixture
def followed(run: Run, photos: Path) -> Iterator[Run]:
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(str(photos))
    ready: list[list[Root]] = []
    thread = Thread(target=watch, args=(run, [root], lambda _: None, ready.append))
    thread.start()
    _until(lambda: bool(ready))
    yield run
    run.stop.set()
    thread.join(_PATIENCE_S)


def _until(holds: Callable[[], bool]) -> None:
    latest = time.monotonic() + _PATIENCE_S
    while not holds():
        assert time.monotonic() < latest, "it did not come about"
        time.sleep(0.05)


def _present(run: Run) -> set[str]:
    with run.library.catalog.read() as transaction:
        ids = sorted(transaction.photos.present_ids())
        return {path for photo in transaction.photos.by_id(ids).values() for path in photo.paths}


def test_created_moved_deleted_and_restored_files_are_followed(
    followed: Run, photos: Path, make_photo, tmp_path: Path
) -> None:
    first = make_photo(photos / "first.jpg")
    second = make_photo(photos / "sub" / "second.jpg", "blue")
    _until(lambda: _present(followed) == {str(first), str(second)})
    (photos / "sub").rename(photos / "renamed")
    moved = photos / "renamed" / "second.jpg"
    _until(lambda: _present(followed) == {str(first), str(moved)})
    first.rename(tmp_path / "away.jpg")
    _until(lambda: _present(followed) == {str(moved)})
    (tmp_path / "away.jpg").rename(first)
    _until(lambda: _present(followed) == {str(first), str(moved)})


def test_a_half_copied_photo_is_embedded_only_once_it_is_whole(
    followed: Run, photos: Path, make_photo, tmp_path: Path
) -> None:
    whole = make_photo(tmp_path / "whole.jpg", "green", size=(400, 300)).read_bytes()
    target = photos / "copying.jpg"
    with target.open("wb") as file:
        file.write(whole[: len(whole) // 2])
        file.flush()
        _until(lambda: _skipped(followed) == 1)
        assert _present(followed) == set()
        file.write(whole[len(whole) // 2 :])
    _until(lambda: _present(followed) == {str(target)})
    assert _skipped(followed) == 0


def _skipped(run: Run) -> int:
    with run.library.catalog.read() as transaction:
        return transaction.skips.count()
