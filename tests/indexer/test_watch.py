"""Watching real files ends where a fresh index would, whatever happened to them."""

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

import pytest

from photoseek.embedder import FakeEmbedder
from photoseek.indexer import Run, Summary
from photoseek.indexer.disk.mounts import file_system, tells_of_changes
from photoseek.indexer.sidecars.writing import Choice, write_sidecars
from photoseek.indexer.watch.loop import Trouble, WatchEvent, watch
from photoseek.storage import Library, NoLibrary, WatchedRoot
from tests.disks import Share, in_memory

pytestmark = pytest.mark.slow

_PATIENCE_S = 20


@pytest.fixture
def events_seen() -> list[WatchedRoot]:
    return []


@pytest.fixture
def followed(run: Run, photos: Path, events_seen: list[WatchedRoot]) -> Iterator[Run]:
    with _following(run, photos, events_seen):
        yield run


@contextmanager
def _following(run: Run, photos: Path, events_seen: list[WatchedRoot]) -> Iterator[None]:
    with run.library.catalog.write() as transaction:
        transaction.roots.add(str(photos))
        roots = transaction.roots.all()
    events: list[WatchEvent] = []

    def follow() -> None:
        for event in watch(run, roots):
            (events_seen if isinstance(event, WatchedRoot) else events).append(event)

    thread = Thread(target=follow)
    thread.start()
    try:
        _until(lambda: _summaries(events) != [])
        yield
    finally:
        run.stop.set()
        thread.join(_PATIENCE_S)


def _summaries(events: list[WatchEvent]) -> list[Summary]:
    return [event for event in events if isinstance(event, Summary)]


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


def test_a_slow_copy_is_called_skipped_once_at_most_and_only_if_it_rests(
    run: Run, photos: Path, make_photo, tmp_path: Path
) -> None:
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(str(photos))
    whole = make_photo(tmp_path / "whole.jpg", "green", size=(900, 700)).read_bytes()
    events: list[WatchEvent] = []
    thread = Thread(target=lambda: events.extend(watch(run, [root])))
    thread.start()
    try:
        _until(lambda: _summaries(events) != [])
        with (photos / "copying.jpg").open("wb") as copying:
            for part in range(4):
                copying.write(whole[part * len(whole) // 5 : (part + 1) * len(whole) // 5])
                copying.flush()
                time.sleep(0.9)
        assert _skipped(run) == 1
        assert sum(got.skipped for got in _summaries(events)) == 0, "it was still being copied"
        _until(lambda: sum(got.skipped for got in _summaries(events)) == 1)
        (photos / "copying.jpg").write_bytes(whole)
        _until(lambda: sum(got.embedded for got in _summaries(events)) == 1)
        assert sum(got.skipped for got in _summaries(events)) == 1
    finally:
        run.stop.set()
        thread.join(_PATIENCE_S)


def _skipped(run: Run) -> int:
    with run.library.catalog.read() as transaction:
        return transaction.skips.count()


def test_a_watch_follows_what_is_left_out_as_that_changes(followed: Run, photos: Path, make_photo) -> None:
    first, second = make_photo(photos / "first.jpg"), make_photo(photos / "sub" / "second.jpg", "blue")
    _until(lambda: _present(followed) == {str(first), str(second)})
    (photos / ".photoseekignore").write_text("sub/\n")
    _until(lambda: _present(followed) == {str(first)})
    (photos / ".photoseekignore").unlink()
    _until(lambda: _present(followed) == {str(first), str(second)})
    (photos / "sub" / ".nomedia").touch()
    _until(lambda: _present(followed) == {str(first)})


def test_a_folder_that_is_deleted_and_made_again_is_followed_again(
    followed: Run, photos: Path, make_photo, events_seen: list[WatchedRoot]
) -> None:
    first = make_photo(photos / "first.jpg")
    _until(lambda: _present(followed) == {str(first)})
    photos.rename(photos.parent / "away")
    _until(lambda: events_seen[-1].means == "waiting")
    assert _present(followed) == {str(first)}, "what can't be looked at is not missing"
    (photos.parent / "away").rename(photos)
    _until(lambda: events_seen[-1].means == "events")
    second = make_photo(photos / "second.jpg", "blue")
    _until(lambda: _present(followed) == {str(first), str(second)})


def test_a_linked_folder_outside_is_followed_from_when_it_is_linked(
    followed: Run, photos: Path, make_photo, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    make_photo(outside / "first.jpg")
    (photos / "linked").symlink_to(outside)
    first, second, third = (photos / "linked" / part for part in ("first.jpg", "new/second.jpg", "third.jpg"))
    _until(lambda: _present(followed) == {str(first)})
    make_photo(outside / "new" / "second.jpg", "blue")
    _until(lambda: _present(followed) == {str(first), str(second)})
    other = tmp_path / "other"
    other.mkdir()
    (photos / "linked").unlink()
    (photos / "linked").symlink_to(other)
    make_photo(other / "third.jpg", "green")
    _until(lambda: str(third) in _present(followed))


def test_a_folder_that_was_linked_before_the_watch_is_followed(
    run: Run, photos: Path, make_photo, tmp_path: Path, events_seen: list[WatchedRoot]
) -> None:
    outside = tmp_path / "outside"
    make_photo(outside / "first.jpg")
    (photos / "linked").symlink_to(outside)
    with _following(run, photos, events_seen):
        _until(lambda: _present(run) == {str(photos / "linked" / "first.jpg")})
        make_photo(outside / "second.jpg", "blue")
        _until(lambda: len(_present(run)) == 2)


def test_a_burst_of_files_is_found_whole(followed: Run, photos: Path, make_photo, tmp_path: Path) -> None:
    for number in range(300):
        make_photo(tmp_path / "copied" / f"{number:03d}" / "a.jpg", shade=number)
    shutil.copytree(tmp_path / "copied", photos / "burst")
    _until(lambda: len(_present(followed)) == 300)


def test_a_watch_whose_events_end_goes_on_by_looking_and_shows_nobody_a_traceback(
    run: Run, photos: Path, make_photo, events_seen: list[WatchedRoot], monkeypatch: pytest.MonkeyPatch
) -> None:
    inotify = pytest.importorskip("watchdog.observers.inotify_c")
    if not hasattr(inotify, "InotifyFD"):
        pytest.skip("this watchdog reads each observer's events by itself")
    monkeypatch.setattr(inotify.InotifyFD, "_instance", None)  # a thread for this test alone

    def fall(*_: object) -> None:
        raise KeyError

    with _following(run, photos, events_seen):
        assert events_seen[-1].means == "events"
        with monkeypatch.context() as patch:
            patch.setattr(inotify.InotifyFD, "handle_event", fall)
            first = make_photo(photos / "first.jpg")
            _until(lambda: events_seen[-1].means == "polling")
        _until(lambda: _present(run) == {str(first)})
        second = make_photo(photos / "second.jpg", "blue")
        _until(lambda: _present(run) == {str(first), str(second)})


def test_threads_that_are_not_the_watchs_end_as_loudly_as_before(
    run: Run, photos: Path, events_seen: list[WatchedRoot], monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[object] = []
    monkeypatch.setattr(threading, "excepthook", lambda got: ended.append(got.exc_type))
    with _following(run, photos, events_seen):
        thread = Thread(target={}.pop, args=("no such key",))
        thread.start()
        thread.join()
    assert ended == [KeyError]


def test_a_share_that_hangs_holds_up_no_other_root_and_is_followed_when_it_answers(
    run: Run, photos: Path, make_photo, tmp_path: Path, events_seen: list[WatchedRoot]
) -> None:
    far = make_photo(tmp_path / "server" / "far.jpg")
    with Share(tmp_path / "server", tmp_path / "share") as share:
        with run.library.catalog.write() as transaction:
            transaction.roots.add(str(share.at))
        with _following(run, photos, events_seen):
            _until(lambda: len(_present(run)) == 1)
            share.hang()
            _until(lambda: events_seen[-1].means == "waiting")
            near = make_photo(photos / "near.jpg", "blue")
            _until(lambda: str(near) in _present(run))
            share.answer()
            _until(lambda: events_seen[-1].means == "polling")
            make_photo(far.with_name("second.jpg"), "green")
            _until(lambda: len(_present(run)) == 3)


def test_a_watch_outlives_what_nobody_foresaw_and_says_what_happened(
    run: Run, photos: Path, make_photo
) -> None:
    failed: list[Exception] = []

    def fails_at_first(*_: object) -> None:
        if not failed:
            failed.append(RuntimeError("can't start new thread"))
            raise failed[0]

    run.on_indexed = fails_at_first
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(str(photos))
    first = make_photo(photos / "first.jpg")
    events: list[WatchEvent] = []
    thread = Thread(target=lambda: events.extend(watch(run, [root])))
    thread.start()
    _until(lambda: _present(run) == {str(first)})
    second = make_photo(photos / "second.jpg", "blue")
    _until(lambda: _present(run) == {str(first), str(second)})
    run.stop.set()
    thread.join(_PATIENCE_S)
    assert [event.error for event in events if isinstance(event, Trouble)] == failed


def test_a_watch_ends_with_its_library(run: Run, photos: Path, make_photo, tmp_path: Path) -> None:
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(str(photos))
    make_photo(photos / "first.jpg")

    def lose(*_: object) -> None:
        run.library.folder.rename(tmp_path / "elsewhere")
        raise RuntimeError

    run.on_indexed = lose
    with pytest.raises(NoLibrary, match="moved away"):
        list(watch(run, [root]))


def test_names_of_mount_points_hold_whatever_the_system_allows(tmp_path: Path) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_bytes(
        b"1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"
        b"2 1 0:50 / /mnt/a\rb\x0b\x1c\xff rw - tmpfs none rw\n"
        b"a line of tomorrow's kernel\n"
        b"3 1 0:51 / /mnt/c\\134d\\011e rw - fuse.\xff none rw\n"
    )
    assert file_system(os.fsdecode(b"/mnt/a\rb\x0b\x1c\xff/photos"), mounts) == "tmpfs"
    assert file_system("/mnt/c\\d\te", mounts) == "fuse.\udcff"
    assert file_system("/mnt", mounts) == "ext4"


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


def test_a_library_that_is_full_for_a_while_ends_no_watch(
    embedder: FakeEmbedder, photos: Path, make_photo, tmp_path: Path
) -> None:
    with in_memory(tmp_path / "small", "2m") as small:
        library = Library(small.at / "library")
        with library.catalog.write() as transaction:
            model = transaction.models.add(embedder.facts.model_id, embedder.facts.dimension, None)
            transaction.models.use(model)
        run = Run(library, embedder, model)
        with _following(run, photos, []):
            filler = small.at / "filler"
            with suppress(OSError), filler.open("wb") as file:
                while True:
                    file.write(bytes(4096))
                    file.flush()
            for shade in range(30):
                make_photo(photos / f"{shade}.jpg", shade=shade)
            time.sleep(2)
            assert len(_present(run)) < 30
            filler.unlink()
            small.remount("size=64m")
            _until(lambda: len(_present(run)) == 30)
        library.close()


def test_a_sidecar_that_comes_changes_or_goes_is_followed(followed: Run, photos: Path, make_photo) -> None:
    photo = make_photo(photos / "sub" / "a.jpg")
    sidecar = photos / "sub" / "a.jpg.xmp"
    _until(lambda: _present(followed) == {str(photo)})

    def keywords() -> tuple[str, ...]:
        with followed.library.catalog.read() as transaction:
            (found,) = transaction.photos.by_id(sorted(transaction.photos.present_ids())).values()
        return found.facts.keywords

    for word in ("first", "second"):
        sidecar.write_text(f'<r dc:subject="{word}"/>')
        _until(lambda word=word: keywords() == (word,))  # type: ignore[misc]
    sidecar.unlink()
    _until(lambda: keywords() == ())


def test_sidecars_that_are_written_are_read_and_then_the_watch_rests(
    followed: Run, photos: Path, make_photo
) -> None:
    photo = make_photo(photos / "a.jpg")
    _until(lambda: _present(followed) == {str(photo)})
    with followed.library.catalog.write() as transaction:
        (photo_id,) = transaction.photos.present_ids()
        transaction.tags.put([photo_id], "dog")
    assert write_sidecars(followed.library, Choice(), threading.Event()).new == 1

    def state() -> tuple[int, tuple[str, ...]]:
        with followed.library.catalog.read() as transaction:
            return transaction.revision, transaction.photos.by_id([photo_id])[photo_id].facts.keywords

    _until(lambda: state()[1] == ("dog",))
    seen: list[int] = []

    def rests() -> bool:
        seen.append(state()[0])
        return (
            len(seen) > 20 and len(set(seen[-20:])) == 1
        )  # looks, 0.05 s apart: four times what a batch waits

    _until(rests)
    assert write_sidecars(followed.library, Choice(), threading.Event()).run is None
