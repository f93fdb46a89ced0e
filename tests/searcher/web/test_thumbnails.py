"""Thumbnails can be thrown away: who asks for one that is gone has it made again, of what was indexed."""

import os
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from io import BytesIO
from pathlib import Path
from threading import Event, Lock
from urllib.parse import urlencode

import numpy as np
import pytest
from PIL import Image

from photoseek.indexer import Run, index
from photoseek.indexer.upkeep.thumbnailing import SmallerMaker, ThumbnailMaker
from photoseek.searcher.web.files.thumbnail_files import AT_ONCE
from photoseek.storage import OTHER_SIDES, Library, Stamp
from tests.indexer.photos import CORNERS, corners, raw_photo, saved, scene, swapping_profile, turned
from tests.searcher.web.browser import Browser, Reply, serving

_TURNED = "turned.jpg"


@pytest.fixture
def asked(run: Run, photos: Path) -> Iterator[Browser]:
    """Yield what asks a library of photos of several kinds, one lying on its side, one in colours of its own."""
    (photos / _TURNED).write_bytes(turned(scene(1200, 900), 6))
    (photos / "swapped.jpg").write_bytes(saved(scene(1200, 900), icc_profile=swapping_profile()))
    (photos / "phone.heic").write_bytes(saved(scene(1000, 700), "HEIF"))
    (photos / "camera.dng").write_bytes(raw_photo())
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(str(photos))
    index(run, {root: [""]})
    with (
        closing(ThumbnailMaker(run.library.thumbnails)) as make,
        serving(run.library, make_thumbnail=make) as browser,
    ):
        yield browser


def test_thumbnails_that_were_deleted_come_back_as_they_were(run: Run, asked: Browser) -> None:
    before = [_thumbnail(asked, photo_id) for photo_id in (1, 2, 3, 4)]
    assert {reply.headers["content-type"] for reply in before} == {"image/jpeg"}
    shutil.rmtree(run.library.folder / "thumbnails")
    after = [_thumbnail(asked, photo_id) for photo_id in (1, 2, 3, 4)]
    assert [reply.body for reply in after] == [reply.body for reply in before]
    assert [reply.headers["etag"] for reply in after] == [reply.headers["etag"] for reply in before]
    assert len(list(run.library.thumbnails.all())) == 4


def test_a_photo_that_lay_on_its_side_is_upright_in_the_thumbnail_made_again(
    run: Run, asked: Browser
) -> None:
    shutil.rmtree(run.library.folder / "thumbnails")
    (turned_id,) = (n for n in (1, 2, 3, 4) if asked.get(f"/api/photos/{n}").answer["path"].endswith(_TURNED))
    with Image.open(BytesIO(_thumbnail(asked, turned_id).body)) as thumbnail:
        assert thumbnail.width > thumbnail.height
        assert np.abs(np.array(corners(thumbnail)) - np.array(CORNERS)).max() < 30


def test_a_torn_thumbnail_is_made_again(run: Run, asked: Browser) -> None:
    before = _thumbnail(asked, 1).body
    _kept(run.library, asked).write_bytes(before[:100])
    assert _thumbnail(asked, 1).body == before


def test_a_stored_thumbnail_that_can_t_be_read_now_holds_nobody_else_up(run: Run, photos: Path) -> None:
    (photos / "red.png").write_bytes(saved(scene(90, 60)))
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(str(photos))
    index(run, {root: [""]})
    with (
        serving(run.library, make_small=lambda *_: "nobody makes any") as browser,
        ThreadPoolExecutor(1) as waiting,
    ):
        kept = _kept(run.library, browser)
        jpeg = kept.read_bytes()
        kept.unlink()
        os.mkfifo(kept)  # who opens it waits for who writes
        small = waiting.submit(browser.get, "/api/v1/photos/1/thumbnail?size=small")
        with kept.open("wb") as answer:  # once it is opened for reading
            assert browser.get("/api/v1/health").status == 200
            answer.write(jpeg)
        assert small.result().body == jpeg


def test_a_photo_that_is_gone_or_was_changed_has_none(run: Run, asked: Browser) -> None:
    path = Path(asked.get("/api/photos/1").answer["path"])
    _kept(run.library, asked).unlink()
    path.write_bytes(saved(scene(90, 60)))
    _is_refused(_thumbnail(asked, 1), 409, "changed")
    path.unlink()
    _is_refused(_thumbnail(asked, 1), 409, "changed")
    assert len(list(run.library.thumbnails.all())) == 3


def test_other_content_with_the_old_stamp_gets_no_thumbnail(run: Run, asked: Browser) -> None:
    path = Path(asked.get("/api/photos/1").answer["path"])
    _kept(run.library, asked).unlink()
    was = path.stat()
    path.write_bytes(saved(scene(90, 60)).ljust(was.st_size, b"\0"))
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))
    _is_refused(_thumbnail(asked, 1), 404, "no-thumbnail")
    assert len(list(run.library.thumbnails.all())) == 3


def test_a_copy_gives_the_thumbnail_where_one_file_has_changed(
    run: Run, photos: Path, asked: Browser
) -> None:
    path = Path(asked.get("/api/photos/1").answer["path"])
    before = _thumbnail(asked, 1).body
    shutil.copyfile(path, photos / f"a-copy-with-a-longer-name{path.suffix}")
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(str(photos))
    index(run, {root: [""]})
    _kept(run.library, asked).unlink()
    path.write_bytes(b"edited")
    assert _thumbnail(asked, 1).body == before


def test_a_thumbnail_that_no_folder_takes_is_sent_all_the_same_and_that_is_said_once(
    run: Run, asked: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    before = _thumbnail(asked, 1).body
    folder = run.library.folder / "thumbnails"
    shutil.rmtree(folder)
    folder.write_bytes(b"in its place")
    for _ in range(2):
        assert _thumbnail(asked, 1).body == before
    (said,) = (record.getMessage() for record in caplog.records)
    assert "can't be kept" in said
    assert str(folder) in said


def test_many_that_are_asked_for_at_once_are_made_few_at_a_time_and_hold_nobody_up(coloured: Run) -> None:
    thumbnails, may_end = coloured.library.thumbnails, Event()
    counting, now, most, made = Lock(), 0, 0, []

    def make(content_hash: bytes, path: str, _: Stamp) -> bytes:
        nonlocal now, most
        with counting:
            now += 1
            most = max(now, most)
        may_end.wait()
        made.append(path)
        jpeg = Path(path).read_bytes()
        thumbnails.save(content_hash, jpeg)
        with counting:
            now -= 1
        return jpeg

    shutil.rmtree(coloured.library.folder / "thumbnails")
    with serving(coloured.library, make_thumbnail=make) as browser, ThreadPoolExecutor(60) as people:
        asked = [people.submit(_thumbnail, browser, number % 20 + 1) for number in range(60)]
        try:
            assert len(browser.found("red")) == 20
        finally:
            may_end.set()
        assert {one.result().status for one in asked} == {200}
    assert most <= AT_ONCE
    assert len(made) == len(set(made)) == 20


def test_what_can_t_be_decoded_costs_a_sentence(coloured: Run) -> None:
    shutil.rmtree(coloured.library.folder / "thumbnails")
    with serving(coloured.library, make_thumbnail=lambda *_: "the decoder crashed on it") as browser:
        reply = _thumbnail(browser, 1)
        _is_refused(reply, 404, "no-thumbnail")
        assert reply.error["message"].endswith("the decoder crashed on it")


@pytest.fixture
def sized(run: Run, photos: Path) -> Iterator[Browser]:
    """Yield what asks a library of one large photo for thumbnails of every size."""
    (photos / "large.jpg").write_bytes(saved(scene(4000, 3000)))
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(str(photos))
    index(run, {root: [""]})
    thumbnails = run.library.thumbnails
    small, large = map(thumbnails.sized, OTHER_SIDES)
    with (
        closing(ThumbnailMaker(thumbnails)) as make,
        closing(SmallerMaker(small)) as make_small,
        closing(ThumbnailMaker(large)) as make_large,
        serving(run.library, make_thumbnail=make, make_small=make_small, make_large=make_large) as browser,
    ):
        yield browser


def test_a_thumbnail_comes_in_three_sizes_each_with_a_tag_of_its_own(run: Run, sized: Browser) -> None:
    tags = set()
    for size, long_side in (("small", 256), ("medium", 512), ("large", 1440)):
        for _ in ("made", "stored"):
            reply = _made_small(sized) if size == "small" else _thumbnail(sized, 1, size=size)
            with Image.open(BytesIO(reply.body)) as thumbnail:
                assert 0.95 * long_side < max(thumbnail.size) <= long_side
        tags.add(reply.headers["etag"])
    assert len(tags) == 3
    # Nothing is left that has another photo's name.
    with run.library.catalog.read() as transaction:
        contents = set(transaction.photos.content_hashes().values())
    for side in OTHER_SIDES:
        assert {name for name, _ in run.library.thumbnails.sized(side).all()} == contents


def test_a_small_thumbnail_needs_no_original(sized: Browser, photos: Path) -> None:
    (photos / "large.jpg").write_bytes(b"changed")
    with Image.open(BytesIO(_made_small(sized).body)) as thumbnail:
        assert 200 < max(thumbnail.size) <= 256
    reply = _thumbnail(sized, 1, size="large")  # then the stored one is better than none
    with Image.open(BytesIO(reply.body)) as thumbnail:
        assert 256 < max(thumbnail.size) <= 512
    assert "no-cache" in reply.headers["cache-control"]


def test_nobody_waits_for_a_small_thumbnail_to_be_made(sized: Browser) -> None:
    version = sized.get("/api/photos/1").answer["content_hash"][:12]
    meanwhile = _thumbnail(sized, 1, size="small", v=version)
    with Image.open(BytesIO(meanwhile.body)) as thumbnail:
        assert 256 < max(thumbnail.size) <= 512
    assert "no-cache" in meanwhile.headers["cache-control"]  # so that the small one is asked for next time
    assert _made_small(sized).body != meanwhile.body
    assert "immutable" in _thumbnail(sized, 1, size="small", v=version).headers["cache-control"]


def test_an_address_with_the_content_s_hash_may_be_kept_for_ever(sized: Browser) -> None:
    version = sized.get("/api/photos/1").answer["content_hash"][:12]
    for _ in ("first", "remembered"):
        kept = _thumbnail(sized, 1, v=version)
        assert "immutable" in kept.headers["cache-control"]
        assert "private" in kept.headers["cache-control"]
        for asked in ({}, {"v": "0" * 12}, {"v": ""}, {"v": version.upper() + "x"}):
            other = _thumbnail(sized, 1, **asked)
            assert "immutable" not in other.headers["cache-control"]
            assert other.body == kept.body
    assert (
        sized.get(f"/api/photos/1/thumbnail?v={version}", {"If-None-Match": kept.headers["etag"]}).status
        == 304
    )
    assert sized.get("/api/photos/1/thumbnail?size=huge").status == 422


def test_a_photo_that_is_forgotten_leaves_no_thumbnail_of_any_size(run: Run, sized: Browser) -> None:
    _made_small(sized)
    _thumbnail(sized, 1, size="large")
    content = bytes.fromhex(sized.get("/api/photos/1").answer["content_hash"])
    run.library.thumbnails.forget([content])
    assert not list(run.library.folder.glob("thumbnails*/*/*"))


def test_the_oldest_large_thumbnails_make_room(library: Library) -> None:
    large = library.thumbnails.sized(1440)
    for number in range(4):
        large.save(bytes([number]) * 16, b"x" * 100)
        os.utime(large.path(bytes([number]) * 16), (number, number))
    large.trim(250)
    assert {name[0] for name, _ in large.all() if name is not None} == {2, 3}


def _thumbnail(browser: Browser, photo_id: int, **asked: str) -> Reply:
    return browser.get(f"/api/photos/{photo_id}/thumbnail?{urlencode(asked)}")


def _made_small(browser: Browser) -> Reply:
    """Ask for the small thumbnail of a photo until it is made."""
    latest = time.monotonic() + 60
    while True:
        reply = _thumbnail(browser, 1, size="small")
        if reply.headers["etag"].endswith('-small"'):
            return reply
        assert time.monotonic() < latest
        time.sleep(0.05)


def _kept(library: Library, browser: Browser) -> Path:
    """Return where photo 1's thumbnail is kept."""
    return library.thumbnails.path(bytes.fromhex(browser.get("/api/photos/1").answer["content_hash"]))


def _is_refused(reply: Reply, status: int, kind: str) -> None:
    assert (reply.status, reply.error["kind"]) == (status, kind)
    assert len(reply.error["message"]) > 40
