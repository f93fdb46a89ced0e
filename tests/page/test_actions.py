"""What is done with selected photos: by the bar and by keys, each with an undo."""

import io
import zipfile
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from photoseek.searcher.web import Rules
from photoseek.storage import Photo
from tests.page.accessibility import assert_accessible
from tests.page.photos import Photos
from tests.searcher.web.browser import serving

pytestmark = pytest.mark.slow


@pytest.fixture
def photos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Photos]:
    photos = Photos(tmp_path_factory.mktemp("work"))
    photos.add(*[f"2019-08-{day:02d}T10:00:00" for day in range(1, 6)])
    photos.index()
    yield photos
    photos.library.close()


@pytest.fixture
def address(photos: Photos) -> Iterator[str]:
    with serving(photos.library) as server:
        yield f"http://127.0.0.1:{server.port}"


def _all_selected(address: str, page: Page) -> Locator:
    page.goto(address)
    expect(page.locator(".cell:not(.is-unknown)")).to_have_count(5)
    page.keyboard.press("Control+a")
    bar = page.get_by_role("toolbar", name="Selected photos")
    expect(bar).to_contain_text("5 photos selected")
    return bar


def _photos(photos: Photos) -> list[Photo]:
    with photos.library.catalog.read() as transaction:
        return list(transaction.photos.by_id(photos.ids()).values())


def _tags(photos: Photos) -> dict[str, int]:
    with photos.library.catalog.read() as transaction:
        return transaction.tags.counts()


def _said(page: Page, text: str) -> None:
    expect(page.get_by_role("status").filter(has_text=text)).to_be_visible()


def test_keys_rate_and_mark_favourites_and_each_is_undone(address: str, photos: Photos, page: Page) -> None:
    _all_selected(address, page)
    page.keyboard.press("4")
    _said(page, "5 photos have ★★★★")
    assert {photo.facts.rating for photo in _photos(photos)} == {4}
    page.keyboard.press("f")
    _said(page, "5 photos are favourites")
    assert all(photo.favourite for photo in _photos(photos))
    page.get_by_role("button", name="Undo").click()
    _said(page, "Undone")
    assert not any(photo.favourite for photo in _photos(photos))
    page.keyboard.press("0")
    _said(page, "5 photos have no stars")
    assert {photo.facts.rating for photo in _photos(photos)} == {None}


def test_a_tag_is_completed_put_and_taken_away(address: str, photos: Photos, page: Page) -> None:
    with photos.library.catalog.write() as transaction:
        transaction.tags.put(photos.ids()[:1], "our garden")
    _all_selected(address, page)
    page.keyboard.press("t")
    dialog = page.get_by_role("dialog", name="Tag 5 photos")
    dialog.get_by_role("combobox").fill("garde")
    expect(dialog.get_by_role("option")).to_contain_text("our garden")
    assert_accessible(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")  # takes what is offered
    expect(dialog.get_by_role("combobox")).to_have_value("our garden")
    page.keyboard.press("Enter")
    _said(page, "tagged “our garden”")
    assert _tags(photos) == {"our garden": 5}
    page.keyboard.press("t")
    page.get_by_role("combobox", name="Tag").fill("our garden")
    page.get_by_role("button", name="Remove tag").click()
    _said(page, "no model tags them so again")
    assert _tags(photos) == {}
    page.get_by_role("button", name="Undo").click()
    _said(page, "Undone")
    assert _tags(photos) == {"our garden": 5}


def test_an_album_is_made_and_found_again_by_its_name(address: str, photos: Photos, page: Page) -> None:
    _all_selected(address, page)
    for name, said in (
        ("Summer / 2019", "The album “Summer / 2019” has 5 photos"),
        ("summer / 2019", "so already"),
    ):
        page.keyboard.press("l")
        page.get_by_role("combobox", name="Album").fill(name)
        page.get_by_role("button", name="Add", exact=True).click()
        _said(page, said)
    with photos.library.catalog.read() as transaction:
        (album,) = transaction.albums.all()
    assert (album.name, album.photo_count) == ("Summer / 2019", 5)


def test_hidden_photos_leave_the_view_and_come_back(address: str, photos: Photos, page: Page) -> None:
    bar = _all_selected(address, page)
    bar.get_by_role("button", name="Hide").click()
    _said(page, "5 photos are hidden")
    expect(bar).to_be_hidden()
    assert all(photo.hidden for photo in _photos(photos))
    page.get_by_role("button", name="Undo").click()
    _said(page, "Undone")
    expect(page.locator(".cell:not(.is-unknown)")).to_have_count(5)


def test_a_date_is_set_as_exactly_as_it_is_known(address: str, photos: Photos, page: Page) -> None:
    bar = _all_selected(address, page)
    bar.get_by_role("button", name="Set date").click()
    page.get_by_role("textbox", name="Date").fill("1998-07")
    page.get_by_role("button", name="Set", exact=True).click()
    _said(page, "5 photos are of 1998-07 now")
    assert {photo.facts.taken_at for photo in _photos(photos)} == {"1998-07"}


def test_photos_are_downloaded_as_one_zip_file(address: str, page: Page) -> None:
    _all_selected(address, page)
    with page.expect_download() as downloading:
        page.keyboard.press("D")
    with zipfile.ZipFile(io.BytesIO(downloading.value.path().read_bytes())) as packed:
        assert len(packed.namelist()) == 5
        assert packed.testzip() is None


def test_paths_are_copied(address: str, photos: Photos, page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    bar = _all_selected(address, page)
    bar.get_by_role("button", name="Copy paths").click()
    _said(page, "5 paths copied")
    copied = page.evaluate("navigator.clipboard.readText()").splitlines()
    assert sorted(copied) == sorted(str(path) for path in photos.folder.iterdir())


def test_the_bar_is_one_stop_for_tab_and_arrows_move_in_it(address: str, page: Page) -> None:
    bar = _all_selected(address, page)
    bar.get_by_role("button", name="Select none").focus()
    page.keyboard.press("ArrowRight")
    expect(bar.get_by_role("button", name="Tag")).to_be_focused()
    page.keyboard.press("End")
    expect(bar.get_by_role("button", name="Copy paths")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(bar.get_by_role("button", name="Select none")).to_be_focused()
    assert bar.locator("button[tabindex='0']").count() == 1
    assert_accessible(page)


def test_a_server_that_only_shows_downloads_and_changes_nothing(photos: Photos, page: Page) -> None:
    with serving(photos.library, Rules(read_only=True)) as server:
        bar = _all_selected(f"http://127.0.0.1:{server.port}", page)
        for name in ("Tag", "Rate", "Favourite", "Hide", "Add to an album"):
            expect(bar.get_by_role("button", name=name)).to_have_count(0)
        page.keyboard.press("4")
        page.keyboard.press("f")
        with page.expect_download():
            bar.get_by_role("button", name="Download").click()
        page.goto("about:blank")  # before the server ends, whose events it listens to
    assert {photo.facts.rating for photo in _photos(photos)} == {None}
