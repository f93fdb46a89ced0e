"""A ZIP of chosen photos is made while it is sent: whole originals, under names that every disk accepts."""

import tracemalloc
from collections.abc import Iterator
from cProfile import Profile
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from photoseek.indexer import Run, index
from photoseek.searcher.albums.portable_names import portable_name
from photoseek.searcher.web.api.sharing.zip_stream import ToPack, zipped
from photoseek.searcher.web.kept.for_a_while import KeptForAWhile
from tests.runs import index_folders
from tests.searcher.web.browser import Browser, Rules, serving


def _zip(browser: Browser, asked: object) -> ZipFile:
    made = browser.change("POST", "/api/v1/downloads", asked)
    assert made.status == 200, made.body
    reply = browser.get(made.answer["address"])
    assert (reply.status, reply.headers["content-type"]) == (200, "application/zip")
    packed = ZipFile(BytesIO(reply.body))
    assert packed.testzip() is None
    return packed


def test_a_zip_has_the_originals_of_ids_and_of_what_filters_find(coloured: Run, browser: Browser) -> None:
    with coloured.library.catalog.write() as transaction:
        transaction.tags.put([3, 4], "beach")
    chosen = {
        1: browser.get("/api/v1/photos/1").answer["path"],
        2: browser.get("/api/v1/photos/2").answer["path"],
    }
    packed = _zip(browser, {"ids": [1, 2, 999]})
    assert {name: packed.read(name) for name in packed.namelist()} == {
        Path(path).name: Path(path).read_bytes() for path in chosen.values()
    }
    assert all(entry.date_time[0] >= 2020 for entry in packed.infolist())
    assert len(_zip(browser, {"q": "tag:beach"}).namelist()) == 2


def test_names_are_those_that_every_disk_accepts_and_each_is_there_once(
    run: Run, tmp_path: Path, make_photo
) -> None:
    names = ("a/Beach.jpg", "b/beach.JPG", "c/beach.jpg", "d/what?.jpg", "e/con.jpg", "f/left-out.jpg")
    for shade, name in enumerate(names):
        make_photo(tmp_path / "some" / name, "red", shade)
    index_folders(run, tmp_path / "some")
    (tmp_path / "some" / "f" / "left-out.jpg").write_bytes(b"changed")
    with serving(run.library) as browser:
        packed = _zip(browser, {"q": ""})
    # Which of the three keeps its name depends on the order of the photos.
    names_now = [name.casefold() for name in packed.namelist()]
    assert sorted(names_now) == [
        "_con.jpg",
        "beach (2).jpg",
        "beach (3).jpg",
        "beach.jpg",
        "left-out.txt",
        "what_.jpg",
    ]
    assert "left-out.jpg" in packed.read("left-out.txt").decode()


def test_photos_of_one_name_are_numbered_without_trying_every_number(tmp_path: Path) -> None:
    photo = tmp_path / "photo"
    photo.write_bytes(b"content")
    names = [("IMG.jpg", "img.jpg", "IMG (2).jpg")[number % 3] for number in range(300)]
    files = (ToPack(f"/{name}", lambda: photo.open("rb")) for name in names)
    with Profile() as profile:
        packed = ZipFile(BytesIO(b"".join(zipped(files))))
    assert len({name.casefold() for name in packed.namelist()}) == len(names)
    tried = sum(one.callcount for one in profile.getstats() if one.code is portable_name.__code__)
    assert tried < 4 * len(names)


def test_a_download_that_can_t_be_is_refused(browser: Browser) -> None:
    for status, asked in (
        (400, {}),
        (400, {"ids": [1], "q": ""}),
        (400, {"q": "a dog"}),
        (404, {"ids": [999]}),
        (422, {"ids": []}),
        (422, {"q": 3}),
    ):
        assert browser.change("POST", "/api/v1/downloads", asked).status == status, asked
    assert browser.get("/api/v1/downloads/none").error["kind"] == "no-download"


def test_a_copy_stands_in_for_a_file_that_was_changed_and_a_missing_photo_is_listed(
    coloured: Run, browser: Browser
) -> None:
    paths = {one: Path(browser.get(f"/api/v1/photos/{one}").answer["path"]) for one in (1, 2)}
    original = paths[1].read_bytes()
    (paths[1].parent / "a-copy-with-a-longer-name.jpg").write_bytes(original)
    paths[2].unlink()
    with coloured.library.catalog.write() as transaction:
        root = transaction.roots.add(str(paths[1].parent))
    index(coloured, {root: [""]})
    paths[1].write_bytes(b"changed")
    packed = _zip(browser, {"ids": [1, 2]})
    assert packed.read(paths[1].name) == original
    assert "photo 2" in packed.read("left-out.txt").decode()


def test_a_read_only_server_gives_a_zip_too(coloured: Run) -> None:
    with serving(coloured.library, Rules(read_only=True)) as browser:
        assert len(_zip(browser, {"ids": [1]}).namelist()) == 1


def test_no_file_is_in_memory_as_a_whole(tmp_path: Path) -> None:
    large = tmp_path / "large.bin"
    with large.open("wb") as file:
        file.truncate(64 * 1024 * 1024)

    def files() -> Iterator[ToPack]:
        for _ in range(3):
            yield ToPack(str(large), lambda: large.open("rb"))

    tracemalloc.start()
    size = sum(map(len, zipped(files())))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 3 * 64 * 1024 * 1024
    assert most < 8 * 1024 * 1024


def test_what_is_kept_for_a_while_goes_after_it_and_makes_room() -> None:
    kept = KeptForAWhile[int](2, 100.0)
    for number, token in enumerate("abc"):
        kept.put(token, number)
    assert [kept.get(token) for token in "abcd"] == [None, 1, 2, None]
    gone = KeptForAWhile[int](2, -1.0)
    gone.put("a", 1)
    assert gone.get("a") is None
