"""What a page does where something fails or is slow: the server, the browser's storage, scripts, hands."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, Route, expect

from tests.page.photos import Photos
from tests.searcher.web.browser import Browser, serving

pytestmark = pytest.mark.slow

_NO_STORAGE = """
for (const name of ["localStorage", "sessionStorage"]) {
  Object.defineProperty(window, name, { get() { throw new DOMException("it is off", "SecurityError"); } });
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    photos = Photos(tmp_path_factory.mktemp("trouble"))
    photos.add(*[f"2019-08-{day:02d}T10:00:00" for day in range(1, 4)])
    photos.index()
    with serving(photos.library) as server:
        yield f"http://127.0.0.1:{server.port}"
    photos.library.close()


@pytest.fixture
def quiet(chromium: Chromium) -> Iterator[Page]:
    """Yield a window in which failed requests are expected; what a script throws fails the test."""
    context = chromium.new_context(locale="en-GB")
    context.set_default_timeout(10_000)
    opened = context.new_page()
    thrown: list[str] = []
    opened.on("pageerror", lambda error: thrown.append(str(error)))
    yield opened
    context.close()
    assert not thrown, thrown


def _busy(route: Route) -> None:
    route.fulfill(status=503, json={"error": {"kind": "busy", "message": "others are being answered"}})


@pytest.mark.parametrize(
    ("view", "api", "shown"),
    [
        ("/albums", "**/api/v1/albums", "There are no albums yet."),
        ("/tags", "**/api/v1/tags", "No photo has a tag yet."),
        ("/settings", "**/api/v1/skipped*", "No file was skipped."),
    ],
)
def test_a_view_that_fails_says_so_and_is_asked_for_again(
    address: str, quiet: Page, view: str, api: str, shown: str
) -> None:
    quiet.route(api, _busy)
    quiet.goto(address + view)
    expect(quiet.get_by_role("alert")).to_contain_text("answering others")
    quiet.unroute(api)
    quiet.get_by_role("button", name="Try again").click()
    expect(quiet.get_by_text(shown)).to_be_visible()
    expect(quiet.get_by_role("alert")).to_have_count(0)


def test_the_page_works_where_the_browser_stores_nothing(address: str, quiet: Page) -> None:
    quiet.add_init_script(_NO_STORAGE)
    quiet.goto(f"{address}/search")
    quiet.get_by_role("button", name="Display and language").click()
    quiet.get_by_role("dialog").get_by_label("Dark").check()
    expect(quiet.locator("html")).to_have_attribute("data-theme", "dark")
    quiet.goto(address)
    quiet.locator(".cell-link").first.click()
    expect(quiet.get_by_role("dialog", name="Photo")).to_be_visible()
    quiet.keyboard.press("i")
    expect(quiet.get_by_role("complementary", name="About this photo")).to_be_visible()


def test_a_grid_that_fails_is_asked_for_again(address: str, quiet: Page) -> None:
    quiet.route("**/api/v1/timeline*", _busy)
    quiet.goto(address)
    expect(quiet.get_by_role("alert")).to_contain_text("answering others")
    quiet.unroute("**/api/v1/timeline*")
    quiet.get_by_role("button", name="Try again").click()
    expect(quiet.locator(".cell.is-loaded")).to_have_count(3)


def test_thumbnails_that_failed_are_asked_for_again_when_the_grid_rests(address: str, quiet: Page) -> None:
    quiet.route("**/thumbnail?*", _busy)
    quiet.set_viewport_size({"width": 1280, "height": 300})
    quiet.goto(address)
    expect(quiet.locator(".cell.is-broken")).to_have_count(3)
    quiet.unroute("**/thumbnail?*")
    quiet.evaluate("dispatchEvent(new Event('scroll'))")
    expect(quiet.locator(".cell.is-loaded")).to_have_count(3)


def test_without_scripts_a_sentence_says_what_is_needed(address: str) -> None:
    # The emulation of Playwright reads <noscript> as a browser with scripts does, so its markup is looked at.
    page = Browser(int(address.rpartition(":")[2])).get("/", {"Accept-Language": "ja"}).body.decode()
    (sentence,) = re.findall(r"<noscript>(.+?)</noscript>", page)
    assert "JavaScript が必要です" in sentence


def test_a_key_that_is_held_down_acts_once(address: str, page: Page) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.goto(address)
    expect(page.locator(".cell:not(.is-unknown)")).to_have_count(3)
    page.keyboard.press("Control+a")
    for _ in range(4):
        page.keyboard.down("4")
    page.keyboard.up("4")
    expect(page.get_by_role("status").filter(has_text="★★★★")).to_be_visible()
    assert sent.count("PATCH") == 1


def test_what_is_typed_while_the_tags_are_asked_for_stays_in_the_dialog(address: str, page: Page) -> None:
    waiting: list[Route] = []
    changed: list[str] = []

    def keep_waiting(route: Route) -> None:
        waiting.append(route)

    page.route("**/api/v1/tags", keep_waiting)
    page.on("request", lambda request: changed.append(request.method))
    page.goto(address)
    expect(page.locator(".cell:not(.is-unknown)")).to_have_count(3)
    page.keyboard.press("Control+a")
    page.keyboard.type("t5 of fog")  # as keys of the view, 5 rates and f makes favourites
    field = page.get_by_role("dialog").get_by_role("combobox", name="Tag")
    expect(field).to_have_value("5 of fog")
    waiting[0].continue_()
    assert "PATCH" not in changed


def test_a_dialog_stays_open_where_a_text_is_selected_past_its_edge(address: str, page: Page) -> None:
    page.goto(f"{address}/albums")
    page.get_by_role("button", name="New album").click()
    field = page.get_by_role("dialog").get_by_label("Name", exact=True)
    field.fill("Holidays")
    box = field.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 60, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(5, box["y"] + 10)
    page.mouse.up()
    expect(field).to_have_value("Holidays")
    page.mouse.click(5, box["y"] + 10)
    expect(field).to_have_count(0)
