"""The settings: what state the library is in, and that changes are undone there."""

import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from photoseek.searcher.web import Rules, Tasks
from photoseek.storage import Edit, Stamp, now
from tests.page.accessibility import assert_accessible
from tests.page.photos import Photos
from tests.searcher.web.browser import serving

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Photos]:
    photos = Photos(tmp_path_factory.mktemp("settings"))
    photos.add("2019-08-12T10:00:00", None)
    photos.index()
    with photos.library.catalog.write() as transaction:
        (root,) = transaction.roots.all()
        for number in range(60):
            transaction.skips.add(root.root_id, f"torn-{number}.jpg", Stamp(1, 2, 3), "it is torn")
        transaction.skips.add(root.root_id, "<b>empty</b>.jpg", Stamp(1, 2, 3), "it is empty")
        transaction.edits.make("rating 4", [Edit(photos.ids()[0], "rating", {"rating": 4}, now())])
    yield photos
    photos.library.close()


@pytest.fixture(scope="module")
def address(photos: Photos) -> Iterator[str]:
    command = [sys.executable, "-m", "photoseek"]
    with serving(
        photos.library, tasks=Tasks(command, {"PHOTOSEEK_LIBRARY": str(photos.library.folder)})
    ) as server:
        yield f"http://127.0.0.1:{server.port}"


def test_folders_models_and_the_library_are_shown(address: str, photos: Photos, page: Page) -> None:
    page.goto(f"{address}/settings")
    folders = page.get_by_role("region", name="Folders")
    expect(folders).to_contain_text(str(photos.folder))
    expect(folders).to_contain_text("2 files")
    expect(page.get_by_role("region", name="Models")).to_contain_text("2 photos embedded")
    expect(page.get_by_role("region", name="Library")).to_contain_text(str(photos.library.folder))
    page.get_by_text("other models").click()
    assert_accessible(page)


def test_skipped_files_are_paged_and_narrowed_to_a_reason(address: str, page: Page) -> None:
    page.goto(f"{address}/settings")
    skipped = page.get_by_role("region", name="Skipped")
    expect(skipped).to_contain_text("1–50 of 61")
    expect(skipped).to_contain_text("<b>empty</b>.jpg")
    skipped.get_by_role("button", name="Older").click()
    expect(skipped).to_contain_text("51–61 of 61")
    skipped.get_by_role("combobox").select_option("it is empty")
    expect(skipped.get_by_role("row")).to_have_count(2)  # with the heading


def test_a_change_is_undone(address: str, photos: Photos, page: Page) -> None:
    page.goto(f"{address}/settings")
    changes = page.get_by_role("region", name="Changes")
    expect(changes).to_contain_text("photoseek set --undo 1")
    changes.get_by_role("button", name="Undo: rating 4").click()
    expect(changes).to_contain_text("undone")
    with photos.library.catalog.read() as transaction:
        (first, *_) = transaction.photos.by_id(photos.ids()).values()
        assert first.facts.rating is None


def test_new_photos_are_looked_for_when_asked(address: str, photos: Photos, page: Page) -> None:
    photos.add(None)
    page.goto(f"{address}/settings")
    page.get_by_role("button", name="Look for new photos now").click()
    expect(page.get_by_role("region", name="Library")).to_contain_text("3 photos", timeout=30_000)


def test_a_server_that_only_shows_has_no_buttons_for_changes(photos: Photos, page: Page) -> None:
    with serving(photos.library, Rules(read_only=True)) as server:
        page.goto(f"http://127.0.0.1:{server.port}/settings")
        expect(page.get_by_text("nothing can be changed here")).to_be_visible()
        expect(page.get_by_role("region", name="Models")).to_contain_text("in use")
        for name in ("Look for new photos now", "Undo", "Use", "Let the model tag all photos"):
            expect(page.get_by_role("button", name=name, exact=True)).to_have_count(0)
        page.goto("about:blank")  # before the server ends, whose events it listens to
