"""One photo over the grid: its address, its keys, what is said of it and changed."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.page.accessibility import assert_accessible
from tests.page.photos import Photos, months
from tests.searcher.web.browser import serving

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    photos = Photos(tmp_path_factory.mktemp("viewer"))
    photos.add(*months(4, a_month=14))
    photos.index()
    with photos.library.catalog.write() as transaction:
        transaction.tags.put(photos.ids(), "garden")
    with serving(photos.library) as server:
        yield f"http://127.0.0.1:{server.port}"
    photos.library.close()


def test_a_photo_opens_over_the_grid_and_back_closes_it(address: str, page: Page) -> None:
    page.goto(address)
    page.locator(".cell-link").nth(2).click()
    viewer = page.get_by_role("dialog", name="Photo")
    expect(viewer.locator("img.is-loaded").first).to_be_visible()
    assert "photo=" in page.url
    page.go_back()
    expect(viewer).to_be_hidden()
    assert "photo=" not in page.url
    page.go_forward()
    expect(viewer).to_be_visible()
    page.keyboard.press("Escape")
    expect(viewer).to_be_hidden()


def test_the_address_of_a_photo_opens_it_and_arrows_lead_on(address: str, page: Page) -> None:
    page.goto(address)
    page.locator(".cell-link").nth(3).click()
    viewer = page.get_by_role("dialog", name="Photo")
    expect(viewer).to_be_visible()
    opened = page.url
    page.goto("about:blank")
    page.goto(opened)
    expect(viewer.locator("img.is-loaded").first).to_be_visible()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("before => location.href !== before", arg=opened)
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("before => location.href === before", arg=opened)
    page.keyboard.press("Escape")
    expect(viewer).to_be_hidden()
    # The photo that was seen last has the focus.
    expect(page.locator(":focus")).to_have_attribute(
        "href", re.compile(f"photo={opened.rpartition('=')[2]}$")
    )


def test_keys_rate_and_make_a_favourite_and_that_is_undone(address: str, page: Page) -> None:
    page.goto(address)
    page.locator(".cell-link").first.click()
    viewer = page.get_by_role("dialog", name="Photo")
    expect(viewer).to_be_visible()
    page.keyboard.press("f")
    expect(viewer.locator(".viewer-bar").get_by_role("button", name="Favourite")).to_have_attribute(
        "aria-pressed", "true"
    )
    page.get_by_role("button", name="Undo").click()
    expect(viewer.locator(".viewer-bar").get_by_role("button", name="Favourite")).to_have_attribute(
        "aria-pressed", "false"
    )
    page.keyboard.press("4")
    page.keyboard.press("i")
    panel = viewer.get_by_role("complementary", name="About this photo")
    expect(panel.get_by_role("button", name="4 stars")).to_have_attribute("aria-pressed", "true")
    expect(panel.get_by_role("button", name="5 stars")).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Escape")
    expect(page.locator(".cell").first).to_contain_text("★4")


def test_the_panel_tells_the_facts_and_a_wrong_tag_is_refused(address: str, page: Page) -> None:
    page.goto(address)
    page.locator(".cell-link").nth(1).click()
    viewer = page.get_by_role("dialog", name="Photo")
    expect(viewer).to_be_visible()
    page.keyboard.press("i")
    panel = viewer.get_by_role("complementary", name="About this photo")
    expect(panel).to_contain_text(".jpg")
    expect(panel).to_contain_text("2015")
    expect(panel.get_by_role("link", name="garden")).to_be_visible()
    panel.get_by_role("button", name="“garden” is wrong").click()
    expect(panel.get_by_role("link", name="garden")).to_be_hidden()
    page.get_by_role("button", name="Undo").click()
    expect(panel.get_by_role("link", name="garden")).to_be_visible()


def test_the_photo_is_enlarged_by_wheel_and_keys_and_shown_whole_again(address: str, page: Page) -> None:
    page.goto(address)
    page.locator(".cell-link").first.click()
    frame = page.locator(".viewer-frame")
    expect(frame.locator("img.is-loaded").first).to_be_visible()
    whole = frame.bounding_box()
    assert whole
    page.keyboard.press("+")
    page.mouse.move(600, 400)
    page.mouse.wheel(0, -200)
    expect(page.locator(".viewer-stage.is-zoomed")).to_be_visible()
    expect(frame.locator("img.is-original.is-loaded")).to_be_attached()
    larger = frame.bounding_box()
    assert larger
    assert larger["width"] > 1.5 * whole["width"]
    page.keyboard.press("z")
    assert frame.bounding_box() == whole


def test_every_key_of_the_viewer_is_listed(address: str, page: Page) -> None:
    page.goto(address)
    page.locator(".cell-link").first.click()
    expect(page.get_by_role("dialog", name="Photo")).to_be_visible()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    for said in (
        "Previous photo",
        "Full screen",
        "Slideshow",
        "Hide this photo",
        "Add to an album",
        "5 stars",
    ):
        expect(keys).to_contain_text(said)
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    expect(page.get_by_role("dialog", name="Photo")).to_be_visible()


def test_the_viewer_and_its_panel_are_accessible(address: str, page: Page) -> None:
    page.goto(address)
    page.locator(".cell-link").first.click()
    viewer = page.get_by_role("dialog", name="Photo")
    expect(viewer).to_be_visible()
    page.keyboard.press("i")
    expect(viewer.get_by_role("complementary", name="About this photo")).to_contain_text(".jpg")
    assert_accessible(page)


def test_a_key_leads_to_what_is_similar(address: str, page: Page) -> None:
    page.goto(address)
    page.locator(".cell-link").nth(3).click()
    viewer = page.get_by_role("dialog", name="Photo")
    expect(viewer.get_by_role("link", name="Find similar photos")).to_have_attribute(
        "href", re.compile(r"^/search\?more=\d+$")
    )
    page.keyboard.press("s")
    expect(page).to_have_url(re.compile(r"/search\?more=\d+$"))
    expect(page.locator(".hit").first).to_be_visible()
