"""What the page offers to who may edit some photos, and to who only looks."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from photoseek.searcher.web import Access, Accounts, Passwords, Rules, hashed
from tests.page.accessibility import assert_accessible
from tests.page.photos import Photos
from tests.searcher.web.browser import serving

_QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
_PASSWORD = "a password of some length"  # noqa: S105 (of this test's library)
_EDITED, _LOOKED_AT = 1, 2


@pytest.fixture
def photos(tmp_path: Path) -> Iterator[Photos]:
    """Yield a library of which Eve may edit one photo, and Val none."""
    photos = Photos(tmp_path / "work")
    photos.add("2019-08-01T10:00:00", "2019-08-02T10:00:00")
    photos.index()
    with photos.library.catalog.write() as transaction:
        shared = transaction.albums.create("shared", None)
        transaction.albums.create("shown", None)
        transaction.albums.add(shared, [_EDITED])
        for name in ("Eve", "Val"):
            user = transaction.users.add(name)
            transaction.users.set_password(user, hashed(_PASSWORD, _QUICK))
            transaction.users.allow_root(user, transaction.roots.all()[0].root_id)
            for album in transaction.albums.all():
                may_edit = (name, album.name) == ("Eve", "shared")
                transaction.users.allow_album(user, album.album_id, may_edit=may_edit)
    yield photos
    photos.library.close()


@pytest.fixture
def address(photos: Photos, tmp_path: Path) -> Iterator[str]:
    passwords = Passwords(tmp_path, _QUICK)
    passwords.set("the password of the library")
    accounts = Accounts(photos.library.catalog, _QUICK)
    access = Access(Rules("0.0.0.0"), passwords, accounts=accounts)  # noqa: S104 (at the loopback)
    with serving(photos.library, access=access) as server:
        yield f"http://127.0.0.1:{server.port}"


def _sign_in(page: Page, address: str, name: str) -> None:
    page.goto(address)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(_PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".cell:not(.is-unknown)")).to_have_count(2)


@pytest.mark.slow
def test_an_editor_is_offered_what_changes_photos_that_may_be_edited(
    address: str, photos: Photos, page: Page
) -> None:
    _sign_in(page, address, "Eve")
    page.goto(f"{address}/?photo={_LOOKED_AT}")
    viewer = page.get_by_role("dialog", name="Photo")
    favourite = viewer.get_by_role("button", name="Favourite")
    viewer.get_by_role("button", name="About this photo").click()
    expect(viewer.locator(".info-name")).to_be_visible()
    page.keyboard.press("f")
    expect(favourite).to_have_count(0)

    page.goto(f"{address}/?photo={_EDITED}")
    expect(favourite.first).to_be_visible()
    expect(viewer.get_by_role("button", name="Hide")).to_have_count(0)
    page.keyboard.press("f")
    expect(page.get_by_role("status").filter(has_text="favourite")).to_be_visible()
    page.keyboard.press("l")
    album = page.get_by_role("combobox", name="Album: one that you may change")
    album.fill("new")
    page.keyboard.press("Enter")
    expect(page.get_by_text("There is no album “new” here")).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("Escape")

    page.goto(f"{address}/albums/1")
    expect(page.locator(".cell:not(.is-unknown)")).to_have_count(1)
    page.keyboard.press("Control+a")
    bar = page.get_by_role("toolbar", name="Selected photos")
    expect(bar.get_by_role("button", name="Tag")).to_be_visible()
    expect(bar.get_by_role("button", name="Hide")).to_have_count(0)
    page.get_by_role("button", name="Take out").click()
    expect(page.get_by_role("status").filter(has_text="shared")).to_be_visible()
    with photos.library.catalog.read() as transaction:
        known = transaction.photos.by_id([_EDITED, _LOOKED_AT])
        assert [known[one].favourite for one in (_EDITED, _LOOKED_AT)] == [True, False]
        assert not transaction.albums.with_photo(_EDITED)


@pytest.mark.slow
def test_who_only_looks_is_offered_no_changes(address: str, page: Page) -> None:
    _sign_in(page, address, "Val")
    page.keyboard.press("Control+a")
    bar = page.get_by_role("toolbar", name="Selected photos")
    expect(bar.get_by_role("button", name="Download")).to_be_visible()
    expect(bar.get_by_role("button", name="Tag")).to_have_count(0)
    page.goto(f"{address}/?photo={_EDITED}")
    page.get_by_role("button", name="About this photo").click()
    expect(page.locator(".info-name")).to_be_visible()
    expect(page.get_by_role("dialog").get_by_role("button", name="Favourite")).to_have_count(0)


@pytest.mark.slow
def test_a_picture_that_the_browser_keeps_is_not_shown_after_its_session(
    address: str, chromium: Chromium
) -> None:
    context = chromium.new_context(locale="en-GB")
    page = context.new_page()
    _sign_in(page, address, "Eve")
    picture = str(page.locator(".cell img").first.get_attribute("src")).replace("small", "medium")
    asked = """async (picture) => {
        const { status, headers } = await fetch(picture);
        return [status, headers.get("cache-control")];
    }"""
    status, kept = page.evaluate(asked, picture)
    assert (status, "immutable" in kept) == (200, True)
    context.clear_cookies()  # and nothing tells the browser to forget what it keeps
    assert page.evaluate(asked, picture)[0] == 401
    context.close()
