"""Copies side by side, and bursts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.page.accessibility import assert_accessible
from tests.searcher.web.copies import make_copies, serving_copies

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_copies(tmp_path_factory.mktemp("copies"))


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with serving_copies(folder) as server:
        yield f"http://127.0.0.1:{server.port}"


def test_copies_are_side_by_side_with_their_reasons_and_a_script_is_made(
    address: str, folder: Path, page: Page
) -> None:
    page.goto(f"{address}/duplicates")
    group = page.get_by_role("listitem").filter(has_text="Picture 1 of 1")
    expect(group.first).to_be_visible(timeout=30_000)
    for reason in ("The one that stays", "Same bytes", "Same pixels", "Resized", "Saved in another format"):
        expect(group.first).to_contain_text(reason)
    expect(page.get_by_text("4 files to set aside")).to_be_visible()
    assert_accessible(page)

    page.keyboard.press("ArrowDown")
    page.keyboard.press("2")
    second = page.get_by_role("checkbox").nth(1)
    expect(second).to_be_checked()
    expect(page.get_by_role("checkbox").first).not_to_be_checked()
    page.keyboard.press("a")
    expect(page.get_by_text("0 files to set aside")).to_be_visible()
    expect(page.get_by_role("button", name="Save as a script")).to_be_disabled()
    page.keyboard.press("2")

    page.reload()  # the choice is still there
    expect(page.get_by_role("checkbox").nth(1)).to_be_checked()
    kept = page.locator(".copy-path").nth(1).get_attribute("title")
    with page.expect_download() as saving:
        page.get_by_role("button", name="Save as a script").click()
    assert saving.value.suggested_filename == "set-aside.sh"
    script = saving.value.path().read_text()
    moved = [line for line in script.splitlines() if line.startswith("set_aside ")]
    assert len(moved) == 4
    assert all(line.endswith(str(kept)) for line in moved)
    assert len(list(folder.iterdir())) == 7


def test_the_last_file_that_stays_cant_be_set_aside(address: str, page: Page) -> None:
    page.goto(f"{address}/duplicates")
    expect(page.get_by_role("checkbox").first).to_be_visible(timeout=30_000)
    page.get_by_role("checkbox").first.click()
    expect(page.get_by_role("checkbox").first).to_be_checked()


def test_bursts_are_stacks_and_never_called_copies(address: str, page: Page) -> None:
    page.goto(f"{address}/bursts")
    expect(page.get_by_role("button", name="2 photos")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("main")).not_to_contain_text("set aside")
    assert_accessible(page)
