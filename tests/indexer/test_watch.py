"""Watching real files ends where a fresh index would, whatever happened to them."""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest

from indexer import Run, Summary
from indexer.mounts import file_system, tells_of_changes
from indexer.watch import watch
from indexer.watcher import Following

_PATIENCE_S = 20


@pytest.fixture
def heard() -> list[Following]:
    return []


@pytest.fixture
def followed(run: Run, photos: Path, heard: list[Following]) -> Iterator[Run]:
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(str(photos))
    ready: list[Summary] = []
    thread = Thread(target=watch, args=(run, [root], ready.append, heard.append))
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


def test_a_folder_that_is_deleted_and_made_again_is_followed_again(
    followed: Run, photos: Path, make_photo, heard: list[Following]
) -> None:
    first = make_photo(photos / "first.jpg")
    _until(lambda: _present(followed) == {str(first)})
    photos.rename(photos.parent / "away")
    _until(lambda: heard[-1].means == "waiting")
    assert _present(followed) == {str(first)}, "what can't be looked at is not missing"
    (photos.parent / "away").rename(photos)
    _until(lambda: heard[-1].means == "events")
    second = make_photo(photos / "second.jpg", "blue")
    _until(lambda: _present(followed) == {str(first), str(second)})


def test_a_burst_of_files_is_found_whole(followed: Run, photos: Path, make_photo, tmp_path: Path) -> None:
    for number in range(300):
        make_photo(tmp_path / "copied" / f"{number:03d}" / "a.jpg", shade=number)
    shutil.copytree(tmp_path / "copied", photos / "burst")
    _until(lambda: len(_present(followed)) == 300)


def test_a_network_disk_is_polled(tmp_path: Path) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_bytes(
        b"1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"
        b"2 1 0:50 / /mnt/my\\040nas rw shared:1 - nfs4 nas:/photos rw\n"
        b"3 1 0:51 / /mnt/phone rw - fuse.jmtpfs jmtpfs rw\n"
    )
    assert file_system("/mnt/my nas/2024", mounts) == "nfs4"
    assert file_system("/mnt/phone", mounts) == "fuse.jmtpfs"
    assert file_system("/mnt/my nas2", mounts) == "ext4"
    assert tells_of_changes(str(tmp_path))
