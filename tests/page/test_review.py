"""Review of tags: one key for each photo, and what the answers become."""

import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from photoseek.searcher.web import Rules, Tasks
from tests.end_to_end.person import until
from tests.page.accessibility import assert_accessible
from tests.page.photos import Photos
from tests.searcher.web.browser import serving

pytestmark = pytest.mark.slow


@pytest.fixture
def photos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Photos]:
    photos = Photos(tmp_path_factory.mktemp("review"))
    photos.add(*[None] * 40)
    photos.index()
    yield photos
    photos.library.close()


@pytest.fixture
def address(photos: Photos) -> Iterator[str]:
    command = [sys.executable, "-m", "photoseek"]
    with serving(
        photos.library, tasks=Tasks(command, {"PHOTOSEEK_LIBRARY": str(photos.library.folder)})
    ) as server:
        yield f"http://127.0.0.1:{server.port}"


def _state(page: Page) -> Locator:
    return page.locator(".review-state")


def test_each_key_answers_one_photo_and_undo_opens_it_again(address: str, photos: Photos, page: Page) -> None:
    page.goto(f"{address}/review?label=white&order=sure")
    cells = page.locator(".candidate")
    expect(cells.first).to_be_visible(timeout=30_000)
    shown = cells.count()
    assert shown >= 4
    expect(_state(page)).to_contain_text(f"0 yes, 0 no · {shown} photos left")
    for key in "ynny":
        page.keyboard.press(key)
    page.keyboard.press("u")  # the last yes
    expect(_state(page)).to_contain_text(f"1 yes, 2 no · {shown - 3} photos left")
    expect(cells.nth(0)).to_have_attribute("data-said", "yes")
    expect(cells.nth(1)).to_have_attribute("data-said", "no")
    assert_accessible(page)
    expect(page.get_by_role("button", name="Photo of unknown date").nth(3)).to_be_focused()

    page.goto(f"{address}/settings")  # what was answered is kept, though the page was left at once
    expect(page.get_by_role("region", name="Models")).to_contain_text("photos embedded")

    def words() -> list[bool]:
        with photos.library.catalog.read() as transaction:
            return sorted(word.yes for word in transaction.tags.words_of_people() if word.name == "white")

    until(lambda: words() == [False, False, True])
    page.go_back()
    expect(_state(page)).to_contain_text(f"1 yes, 2 no · {shown - 3} photos left")


def test_all_on_the_screen_are_answered_and_what_was_applied_is_undone(
    address: str, photos: Photos, page: Page
) -> None:
    page.goto(f"{address}/review?label=white&order=sure")
    page.get_by_role("button", name="Tag them so").click(timeout=30_000)
    expect(page.get_by_role("status").filter(has_text="got the tag")).to_be_visible()
    with photos.library.catalog.read() as transaction:
        assert transaction.tags.counts()["white"] > 0
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone")).to_be_visible()
    with photos.library.catalog.read() as transaction:
        assert "white" not in transaction.tags.counts()
    expect(page.locator(".candidate").first).to_be_visible(timeout=30_000)
    page.keyboard.press("a")
    expect(page.get_by_text("All answered")).to_be_visible()
    expect(page.get_by_text("10 yes and 10 no teach the label")).to_be_visible()


def test_labels_are_listed_with_what_is_open_and_lead_to_their_photos(address: str, page: Page) -> None:
    page.goto(f"{address}/review")
    expect(page.get_by_role("button", name="Let the model tag all photos")).to_be_visible()
    page.get_by_label("A label, or words of your own").fill("white")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Tag them so").click(timeout=30_000)
    expect(page.get_by_role("status").filter(has_text="got the tag")).to_be_visible()
    page.goto(f"{address}/review")
    expect(page.get_by_role("link", name="white")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="white").click()
    expect(page.get_by_role("heading", name="white")).to_be_visible()
    page.get_by_role("link", name="Sure ones first").click()
    page.go_back()
    expect(page.get_by_role("link", name="Uncertain ones first")).to_have_attribute("aria-current", "true")


def test_a_server_that_only_shows_asks_nothing(photos: Photos, page: Page) -> None:
    with serving(photos.library, Rules(read_only=True)) as server:
        page.goto(f"http://127.0.0.1:{server.port}/review?label=white")
        expect(page.locator(".candidate").first).to_be_visible(timeout=30_000)
        page.keyboard.press("y")
        expect(page.get_by_role("button", name="Yes", exact=True)).to_have_count(0)
        expect(_state(page)).to_contain_text("0 yes")
