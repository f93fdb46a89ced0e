"""Folders, the same day of other years, errors, and how the page looks: theme, language, phone, server off."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from tests.page.accessibility import PHONE, assert_accessible
from tests.page.photos import Photos
from tests.searcher.web.browser import serving

pytestmark = pytest.mark.slow


@dataclass
class Served:
    address: str
    photos: Photos


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    photos = Photos(tmp_path_factory.mktemp("views"))
    photos.add("2015-08-12T10:00:00", "2015-08-16T10:00:00", "2015-08-19T10:00:00", within="trips/sea side")
    photos.add("2017-08-12T10:00:00", "2016-01-01T10:00:00", "2015-12-30T10:00:00", within="trips")
    photos.add("2018-03-03T10:00:00", within='odd "names" #1')
    photos.index()
    with serving(photos.library) as server:
        yield Served(f"http://127.0.0.1:{server.port}", photos)
    photos.library.close()


def test_a_folder_of_the_tree_shows_its_photos_and_back_the_one_before(served: Served, page: Page) -> None:
    page.goto(f"{served.address}/folders")
    tree = page.get_by_role("navigation", name="Folders")
    expect(page.get_by_role("heading", level=1)).to_have_text("photos")
    tree.get_by_role("button", name="Folders in trips").click()
    tree.get_by_role("link", name="sea side").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("sea side")
    expect(page.locator(".cell.is-loaded")).to_have_count(3)
    tree.get_by_role("link", name="trips 6").click()
    expect(page.locator(".cell.is-loaded")).to_have_count(6)
    page.go_back()
    expect(page.locator(".cell.is-loaded")).to_have_count(3)
    page.reload()
    expect(tree.get_by_role("link", name="sea side")).to_have_attribute("aria-current", "page")
    expect(page.locator(".cell.is-loaded")).to_have_count(3)
    assert_accessible(page)


def test_a_folder_may_have_any_name(served: Served, page: Page) -> None:
    page.goto(f"{served.address}/folders")
    page.get_by_role("link", name='odd "names" #1').click()
    expect(page.locator(".cell.is-loaded")).to_have_count(1)


def test_a_day_shows_other_years_and_leads_to_its_neighbours(served: Served, page: Page) -> None:
    page.goto(f"{served.address}/on-this-day?day=2017-08-13")
    expect(page.get_by_role("heading", level=1)).to_have_text("13 August")
    expect(page.get_by_role("heading", level=2)).to_have_text(["2015, 2 years ago"])
    expect(page.locator(".cell.is-loaded")).to_have_count(2)
    page.get_by_role("button", name="The day after").click()
    page.get_by_role("button", name="The day after").click()
    page.get_by_role("button", name="The day after").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("16 August")
    expect(page.locator(".cell")).to_have_count(2)  # the 16th and the 19th
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("15 August")
    assert_accessible(page)


def test_around_new_year_both_sides_belong_to_one_year(served: Served, page: Page) -> None:
    page.goto(f"{served.address}/on-this-day?day=2026-01-01")
    expect(page.get_by_role("heading", level=2)).to_have_text(["2016, 10 years ago"])
    expect(page.locator(".cell.is-loaded")).to_have_count(2)


def test_the_short_address_of_a_photo_opens_it(served: Served, page: Page) -> None:
    page.goto(f"{served.address}/photos/{served.photos.ids()[0]}")
    expect(page.get_by_role("dialog", name="Photo")).to_be_visible()


def test_a_person_who_goes_astray_gets_a_page_and_a_program_json(served: Served, chromium: Chromium) -> None:
    context = chromium.new_context(locale="en-GB")
    page = context.new_page()
    answer = page.goto(f"{served.address}/nowhere")
    assert answer
    assert answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("There is no such page")
    assert_accessible(page)
    answer = page.goto(f"{served.address}/photos/0")
    assert answer
    assert answer.status == 422
    expect(page.get_by_role("heading", level=1)).to_have_text("That didn’t work")
    answer = page.goto(f"{served.address}/api/v1/nowhere")
    assert answer
    assert answer.json()["error"]["kind"] == "no-route"
    context.close()


def test_the_theme_is_kept_on_this_device(served: Served, page: Page) -> None:
    page.goto(served.address)
    page.get_by_role("button", name="Display and language").click()
    page.get_by_role("radio", name="Dark").check()
    page.reload()
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == "rgb(18, 19, 22)"
    page.get_by_role("button", name="Display and language").click()
    page.get_by_role("radio", name="As the system").check()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != background


def test_the_language_is_chosen_and_all_views_speak_it(served: Served, page: Page) -> None:
    page.goto(served.address)
    page.get_by_role("button", name="Display and language").click()
    page.get_by_label("Language", exact=True).select_option("ja")
    expect(page.get_by_role("grid", name="写真")).to_be_visible()
    expect(page.get_by_role("heading", level=2).first).to_have_text("2018年3月")
    page.locator(".cell-link").first.click()
    expect(page.get_by_role("dialog", name="写真")).to_be_visible()
    page.keyboard.press("i")
    expect(page.get_by_role("complementary", name="この写真について")).to_contain_text("2018年3月3日")


def test_a_phone_has_at_most_five_entries_and_the_rest_under_more(served: Served, chromium: Chromium) -> None:
    context = chromium.new_context(viewport=PHONE, has_touch=True, is_mobile=True, locale="en-GB")
    page = context.new_page()
    page.goto(served.address)
    bar = page.get_by_role("navigation", name="Views")
    entries = bar.locator("a:visible, button:visible")
    assert 2 <= entries.count() <= 5
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    bar.get_by_role("button", name="More").tap()
    page.get_by_role("dialog", name="More").get_by_role("link", name="Folders").tap()
    expect(page).to_have_url(f"{served.address}/folders")
    context.close()


def test_what_is_small_is_still_large_enough_to_touch(served: Served, page: Page) -> None:
    page.set_viewport_size(PHONE)
    for view in ("/", "/folders", "/on-this-day?day=2017-08-13"):
        page.goto(served.address + view)
        expect(page.locator(".cell.is-loaded").first).to_be_visible()
        small = page.evaluate(
            """() => [...document.querySelectorAll("button, a, input, summary, [role=slider]")].filter((one) => {
              const { width, height } = one.getBoundingClientRect();
              const isSeen = one.checkVisibility() && width > 0 && !one.matches(".skip-link, p a, dd a");
              return isSeen && Math.min(width, height) < 24;
            }).map((one) => one.outerHTML.slice(0, 120))"""
        )
        assert not small, small


def test_a_server_that_is_off_is_said_in_plain_words_and_no_photo_is_kept(
    served: Served, chromium: Chromium
) -> None:
    context = chromium.new_context(locale="en-GB")
    page = context.new_page()
    with serving(served.photos.library) as server:
        address = f"http://127.0.0.1:{server.port}"
        page.goto(address)
        manifest = page.evaluate("fetch('/manifest.webmanifest').then((one) => one.json())")
        for icon in manifest["icons"]:
            assert page.request.get(address + icon["src"]).status == 200
        page.wait_for_function("() => navigator.serviceWorker.controller !== null")
        kept = page.evaluate(
            """async () => (await Promise.all((await caches.keys()).map(async (name) =>
              (await (await caches.open(name)).keys()).map((one) => new URL(one.url).pathname)))).flat()"""
        )
    assert "/offline" in kept
    assert not [one for one in kept if not one.endswith(".css") and one != "/offline"]
    page.goto(f"{address}/folders")
    expect(page.get_by_role("heading", level=1)).to_have_text("photoseek isn’t running")
    assert_accessible(page)
    context.close()
