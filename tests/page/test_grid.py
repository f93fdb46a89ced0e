"""The grid of photos: where they lie, how one moves among them, and that Back comes back."""

import itertools
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from photoseek.searcher.web.page.static_files import StaticFiles
from tests.page.accessibility import assert_accessible
from tests.page.photos import Photos, months
from tests.searcher.web.browser import serving

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    photos = Photos(tmp_path_factory.mktemp("grid"))
    photos.add(*months(12, a_month=16), None, None)
    photos.index()
    with serving(photos.library) as server:
        yield f"http://127.0.0.1:{server.port}"
    photos.library.close()


def cells(page: Page) -> Locator:
    return page.locator(".cell:not(.is-unknown)")


def focused_photo(page: Page) -> str | None:
    return page.evaluate("document.activeElement.closest('.cell')?.querySelector('a').search ?? null")


def test_rows_fill_the_width_at_about_one_height_and_keep_the_shapes(address: str, page: Page) -> None:
    page.goto(address)
    laid_out = page.evaluate(
        """async (from) => {
          const { justified, rowCells } = await import(from);
          const ratios = Array.from({ length: 500 }, (_, at) => [1.5, 0.67, 1, 3, 16, 0.1][at * at % 6]);
          const layout = justified(ratios, 1000, { rowHeight: 200, gap: 4 });
          const rows = layout.tops.map((top, row) => ({ top, height: layout.heights[row],
            cells: rowCells(ratios, layout.starts[row], layout.starts[row + 1], layout.heights[row], 1000, 4) }));
          return { rows, last: layout.starts.at(-1), height: layout.height,
            none: justified([], 1000, { rowHeight: 200, gap: 4 }).height };
        }""",
        StaticFiles().address("grid/layout.js"),
    )
    rows = laid_out["rows"]
    assert laid_out["last"] == 500
    assert laid_out["none"] == 0
    assert sum(len(row["cells"]) for row in rows) == 500
    for row, after in itertools.pairwise(rows):
        assert after["top"] == row["top"] + row["height"] + 4
        assert 120 <= row["height"] <= 300
        left, width = row["cells"][-1]
        assert left + width == 1000
        for (one, wide), (other, _) in itertools.pairwise(row["cells"]):
            assert 3 <= other - one - wide <= 5
    assert laid_out["height"] == rows[-1]["top"] + rows[-1]["height"]


def test_photos_lie_under_their_months_the_latest_first_and_the_undated_last(
    address: str, page: Page
) -> None:
    page.goto(address)
    expect(page.get_by_role("grid", name="Photos")).to_be_visible()
    expect(page.get_by_role("heading", level=2).first).to_have_text("December 2015")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Control+End")
    expect(page.get_by_role("heading", name="No date")).to_be_visible()
    expect(page.locator(".cell.is-loaded").last).to_be_visible()


def test_arrows_move_from_photo_to_photo_and_dates_are_stepped_through(address: str, page: Page) -> None:
    page.goto(address)
    expect(cells(page).first).to_be_visible()
    page.keyboard.press("ArrowRight")
    first = focused_photo(page)
    page.keyboard.press("ArrowRight")
    second = focused_photo(page)
    assert first != second
    page.keyboard.press("ArrowDown")
    assert focused_photo(page) not in (first, second)
    page.keyboard.press("ArrowUp")
    assert focused_photo(page) in (first, second)
    page.keyboard.press("m")
    expect(page.locator(":focus img")).to_have_attribute("alt", re.compile("16 Nov 2015"))
    page.keyboard.press("d")
    expect(page.locator(":focus img")).to_have_attribute("alt", re.compile("15 Nov 2015"))
    page.keyboard.press("D")
    page.keyboard.press("M")
    expect(page.locator(":focus img")).to_have_attribute("alt", re.compile("16 Dec 2015"))


def test_back_returns_to_the_same_place(address: str, page: Page) -> None:
    page.goto(address)
    expect(cells(page).first).to_be_visible()
    page.evaluate("scrollTo(0, 2345)")
    page.wait_for_function("() => history.state?.place?.key")
    page.goto(f"{address}/static/x/icons/photoseek.svg")
    page.go_back()
    page.wait_for_function("() => Math.abs(scrollY - 2345) <= 1")
    expect(page.locator(".cell.is-loaded").first).to_be_attached()


def test_a_range_is_selected_with_shift_and_a_month_with_its_check(address: str, page: Page) -> None:
    page.goto(address)
    first = cells(page).first
    first.hover()
    first.get_by_role("checkbox").click()
    cells(page).nth(4).get_by_role("link").click(modifiers=["Shift"])
    bar = page.get_by_role("toolbar", name="Selected photos")
    expect(bar).to_contain_text("5 photos selected")
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()
    page.get_by_role("heading", name="December 2015").hover()
    page.get_by_role("button", name="Select all of December 2015").click()
    expect(bar).to_contain_text("16 photos selected")
    page.keyboard.press("Control+a")
    expect(bar).to_contain_text("194 photos selected")


def test_what_is_drawn_over_is_selected(address: str, page: Page) -> None:
    page.goto(address)
    first = cells(page).first
    first.hover()
    first.get_by_role("checkbox").hover()
    page.mouse.down()
    box = cells(page).nth(2).bounding_box()
    assert box
    page.mouse.move(box["x"] + 9, box["y"] + 50, steps=4)
    page.mouse.up()
    expect(page.get_by_role("toolbar", name="Selected photos")).to_contain_text("3 photos selected")
    expect(cells(page).nth(1)).to_have_attribute("aria-selected", "true")


def test_the_scrubber_leads_to_a_month_by_key_and_by_pointer(address: str, page: Page) -> None:
    page.goto(address)
    scrubber = page.get_by_role("slider", name="Date")
    expect(scrubber).to_have_attribute("aria-valuetext", "December 2015")
    scrubber.focus()
    page.keyboard.press("ArrowDown")
    expect(scrubber).to_have_attribute("aria-valuetext", "November 2015")
    page.keyboard.press("End")
    box = scrubber.bounding_box()
    assert box
    page.mouse.move(box["x"] + 30, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.up()
    expect(scrubber).to_have_attribute("aria-valuetext", re.compile("(June|July) 2015"))


def test_a_date_is_gone_to(address: str, page: Page) -> None:
    page.goto(address)
    expect(cells(page).first).to_be_visible()
    page.keyboard.press("g")
    page.get_by_label("The first photo taken on this day").fill("2015-05-20")
    page.keyboard.press("Enter")
    expect(page.locator(":focus img")).to_have_attribute("alt", re.compile("16 May 2015"))


def test_the_grid_is_accessible(address: str, page: Page) -> None:
    page.goto(address)
    expect(page.locator(".cell.is-loaded").first).to_be_visible()
    assert_accessible(page)
    cells(page).first.hover()
    cells(page).first.get_by_role("checkbox").click()
    expect(page.get_by_role("toolbar", name="Selected photos")).to_be_visible()
    assert_accessible(page)
