"""A contact sheet is one file that opens by itself, whatever its texts are, and replaces nothing but a sheet."""

import os
import re
import tracemalloc
from base64 import b64decode
from collections.abc import Iterator
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from photoseek.hooks import Hooks
from photoseek.indexer import Run
from photoseek.searcher import ExportFailed
from photoseek.searcher.contact_sheet.page import Section, SheetPhoto, page
from photoseek.searcher.contact_sheet.photos import sheet_photos
from photoseek.searcher.contact_sheet.writing import write_sheet
from photoseek.storage import NameTaken

_CLOSED_BY_NOTHING = {"img", "meta"}


class _Read(HTMLParser):
    """Reads a page, and refuses elements that are not nested properly."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in _CLOSED_BY_NOTHING:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for one, attributes in self.elements if one == tag]


def _jpeg(colour: str = "red") -> bytes:
    made = BytesIO()
    Image.new("RGB", (40, 30), colour).save(made, "JPEG")
    return made.getvalue()


def test_a_sheet_holds_its_thumbnails_and_loads_nothing(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.html"
    shown = SheetPhoto("a.jpg", _jpeg(), ("0.93",))
    write_sheet(sheet, "Tags", [Section("beach", [shown]), Section("dog", [SheetPhoto("b.jpg", None)])])
    read = _Read(sheet.read_text("utf-8"))
    (image,) = read.all("img")
    assert b64decode(str(image["src"]).removeprefix("data:image/jpeg;base64,")) == _jpeg()
    assert image["alt"] == "Photo a.jpg"
    assert read.all("script") == read.all("link") == []
    assert [link["href"] for link in read.all("a")] == ["#section-1", "#section-2"]
    assert [one["id"] for one in read.all("h2")] == ["section-1", "section-2"]
    assert {"beach", "dog", "0.93", "no thumbnail"} <= set(read.texts)
    assert not re.search(r"https?:|url\(|@import|javascript:", sheet.read_text("utf-8"))


@given(st.text(), st.text(), st.text())
def test_no_text_becomes_an_element(title: str, name: str, line: str) -> None:
    photo = SheetPhoto(name, _jpeg(), (line,))
    html = "".join(page(title, [Section(title, [photo], note=line)], note=name))
    plain = "".join(page("t", [Section("t", [SheetPhoto("t", _jpeg(), ("t",))], note="t")], note="t"))
    of_texts, of_plain = _Read(html), _Read(plain)
    has_note = [tag for tag, _ in of_texts.elements if tag != "p"]
    assert has_note == [tag for tag, _ in of_plain.elements if tag != "p"]
    html.encode("utf-8")
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", html)


def test_markup_in_a_name_is_shown_as_it_is_written() -> None:
    hostile = '"><script>alert(1)</script>'
    read = _Read("".join(page(hostile, [Section(hostile, [SheetPhoto(hostile, _jpeg())])])))
    assert read.all("script") == []
    assert read.all("img")[0]["alt"] == f"Photo {hostile}"
    assert read.texts.count(hostile) == 4  # title, both headings, caption


def test_five_thousand_photos_are_never_all_in_memory(tmp_path: Path) -> None:
    thumbnail = os.urandom(10_000)
    photos = (SheetPhoto(f"{n}.jpg", bytes(thumbnail[: 9_000 + n % 1000])) for n in range(5_000))
    tracemalloc.start()
    try:
        write_sheet(tmp_path / "sheet.html", "Many", [Section("all", photos)])
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (tmp_path / "sheet.html").stat().st_size > 5_000 * 12_000
    assert most < 2_000_000


def test_a_sheet_replaces_an_earlier_one_and_nothing_else(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.html"
    for title in ("first", "second"):
        write_sheet(sheet, title, [])
    assert '<h1 dir="auto">second</h1>' in sheet.read_text("utf-8")
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(_jpeg())
    link, to_a_sheet, folder = tmp_path / "link.html", tmp_path / "to-a-sheet.html", tmp_path / "folder.html"
    link.symlink_to(photo)
    to_a_sheet.symlink_to(sheet)
    folder.mkdir()
    before = sheet.read_bytes()
    for taken in (photo, link, to_a_sheet, folder):
        with pytest.raises(NameTaken):
            write_sheet(taken, "third", [])
    assert (photo.read_bytes(), sheet.read_bytes()) == (_jpeg(), before)


def test_a_sheet_that_fails_leaves_the_earlier_one_and_no_temporary_file(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.html"
    write_sheet(sheet, "first", [])
    before = sheet.read_bytes()

    def broken() -> Iterator[SheetPhoto]:
        yield SheetPhoto("a.jpg", _jpeg())
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_sheet(sheet, "second", [Section("all", broken())])
    assert (sheet.read_bytes(), [*tmp_path.iterdir()]) == (before, [sheet])
    with pytest.raises(ExportFailed, match="permissions of its folder"):
        write_sheet(tmp_path / "none" / "sheet.html", "third", [])


def test_a_thumbnail_is_small_and_a_deleted_one_is_made_again(coloured: Run) -> None:
    with coloured.library.catalog.read() as transaction:
        hashes = transaction.photos.content_hashes()
    first, second = sorted(hashes)[:2]
    Image.new("RGB", (512, 384), "red").save(coloured.library.thumbnails.path(hashes[first]), "JPEG")
    coloured.library.thumbnails.forget([hashes[second]])
    with Hooks().thumbnail_maker(coloured.library) as make:
        shown = list(sheet_photos(coloured.library, [(first, ["0.5"]), (second, []), (10_000, [])], make))
    assert [photo.lines for photo in shown] == [("0.5",), ()]
    assert all(photo.name.endswith(".jpg") and photo.thumbnail for photo in shown)
    with Image.open(BytesIO(shown[0].thumbnail or b"")) as small:
        assert small.size == (256, 192)


def test_a_photo_without_a_thumbnail_is_shown_by_its_name(coloured: Run) -> None:
    with coloured.library.catalog.read() as transaction:
        hashes = transaction.photos.content_hashes()
    first = min(hashes)
    coloured.library.thumbnails.forget([hashes[first]])
    (photo,) = sheet_photos(coloured.library, [(first, [])], lambda *_: "its disk is away")
    assert (photo.name.endswith(".jpg"), photo.thumbnail) == (True, None)
