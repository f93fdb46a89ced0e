"""20,000 photos scrolled from end to end, and photos that come while one looks."""

import sys
from collections.abc import Iterator
from time import monotonic

import pytest
from page_scrolling import SCROLL
from playwright.sync_api import Page, expect

from tests.page.photos import Photos, fill, months
from tests.searcher.web.browser import serving

pytestmark = pytest.mark.slow

_COUNT = 20_000
_SECONDS = 10
_LATEST_S = 2.0  # that a new photo may take to be seen
_SEEN = """() => {
  const seen = [...document.querySelectorAll(".cell")].filter((cell) => {
    const { top, bottom } = cell.getBoundingClientRect();
    return bottom > 60 && top < innerHeight - 4;
  });
  const covered = seen.reduce((sum, cell) => {
    const { top, bottom, width } = cell.getBoundingClientRect();
    return sum + width * (Math.min(bottom, innerHeight) - Math.max(top, 56));
  }, 0);
  const grid = document.querySelector("[role=grid]").getBoundingClientRect();
  return { seen: seen.length, loaded: seen.filter((cell) => cell.classList.contains("is-loaded")).length,
    covered: covered / grid.width / (innerHeight - 56), nodes: document.querySelectorAll("*").length };
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    photos = Photos(tmp_path_factory.mktemp("many"))
    fill(photos, _COUNT)
    with serving(photos.library) as server:
        yield f"http://127.0.0.1:{server.port}"
    photos.library.close()


def test_many_photos_are_scrolled_from_end_to_end_and_none_stays_blank(address: str, page: Page) -> None:
    page.goto(address)
    expect(page.locator(".cell.is-loaded").first).to_be_visible()
    passed = page.evaluate(SCROLL, _SECONDS)
    sys.stdout.write(
        f"\nlongest frame {passed['longest']:.0f} ms of {passed['frames']}, {passed['middle']:.0f} ms usual\n"
    )
    assert abs(passed["at"] - passed["end"]) <= 1
    for part in (1.0, 0.63, 0.31, 0.0):
        page.evaluate(f"scrollTo(0, {passed['end'] * part})")
        page.wait_for_function(
            f"() => {{ const {{ seen, loaded }} = ({_SEEN})(); return seen > 5 && seen === loaded; }}"
        )
        seen = page.evaluate(_SEEN)
        assert seen["covered"] > 0.5  # beside headings, gaps and the ends of months
        assert seen["nodes"] < 3000


def test_the_whole_height_is_known_before_any_month_was_asked_for(address: str, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    expect(page.locator(".cell.is-loaded").first).to_be_visible()
    before = page.evaluate("document.documentElement.scrollHeight")
    assert len([one for one in asked if "/timeline/2" in one]) < 6
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollHeight") == before


@pytest.fixture
def growing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Photos]]:
    photos = Photos(tmp_path_factory.mktemp("growing"))
    photos.add(*months(12, a_month=16))
    photos.index()
    with serving(photos.library) as server:
        yield f"http://127.0.0.1:{server.port}", photos
    photos.library.close()


def test_a_new_photo_is_seen_at_once_and_nothing_that_is_looked_at_moves(
    growing: tuple[str, Photos], page: Page
) -> None:
    address, photos = growing
    page.goto(address)
    expect(page.locator(".cell.is-loaded").first).to_be_visible()
    photos.add("2016-05-05T10:00:00")
    photos.index()
    began = monotonic()
    expect(page.get_by_role("heading", level=2).first).to_have_text("May 2016", timeout=10_000)
    expect(page.locator(".cell.is-loaded").first).to_be_visible()
    assert monotonic() - began < _LATEST_S

    page.evaluate("scrollTo(0, 2000)")
    page.wait_for_function("() => history.state?.place?.key")
    link = page.evaluate(
        """() => [...document.querySelectorAll(".cell-link[href]")].find((one) => {
          const { top } = one.getBoundingClientRect();
          return top > 150 && top < 600;
        }).getAttribute("href")"""
    )
    place = page.locator(f'a[href="{link}"]').bounding_box()
    height = page.evaluate("document.documentElement.scrollHeight")
    photos.add("2016-06-06T10:00:00", *months(12, a_month=4))
    photos.index()
    page.wait_for_function("before => document.documentElement.scrollHeight !== before", arg=height)
    page.wait_for_timeout(300)
    assert page.locator(f'a[href="{link}"]').bounding_box() == place
