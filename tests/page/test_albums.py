"""The views of albums and tags: covers, names as a tree, new, renamed and deleted albums, suggested ones."""

from collections.abc import Iterator
from zipfile import ZipFile

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from photoseek.embedder import FakeEmbedder
from photoseek.embedder.fake import COLOURS
from photoseek.indexer import Run, index
from photoseek.storage import Library
from tests.page.accessibility import assert_accessible
from tests.searcher.web.browser import serving


@pytest.fixture
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Yield a library with a photo of each colour, tags and albums."""
    folder = tmp_path_factory.mktemp("albums")
    library = Library(folder / "library")
    embedder = FakeEmbedder()
    (folder / "photos").mkdir()
    for name, colour in COLOURS.items():
        Image.new("RGB", (96, 64), colour).save(folder / "photos" / f"{name}.jpg")
    with library.catalog.write() as transaction:
        model = transaction.models.add(embedder.facts.model_id, embedder.facts.dimension, None)
        transaction.models.use(model)
        root = transaction.roots.add(str(folder / "photos"))
    index(Run(library, embedder, model), {root: [""]})
    with library.catalog.write() as transaction:
        transaction.albums.add(transaction.albums.create("Trips/2023", None), [1, 2])
        transaction.albums.create("wide", "is:landscape")
        transaction.tags.put([1, 2, 3], "beach")
        transaction.tags.put([1], "a/slash & <b>")
        transaction.suggestions.show([("Kyoto, May 2023", frozenset({1, 2}))])
    yield library
    library.close()


@pytest.fixture
def address(library: Library) -> Iterator[str]:
    with serving(library) as server:
        yield f"http://127.0.0.1:{server.port}"


@pytest.mark.slow
def test_albums_have_covers_counts_and_their_rules_and_lie_in_a_tree(address: str, page: Page) -> None:
    page.goto(f"{address}/albums")
    expect(page.get_by_role("heading", name="Trips")).to_be_visible()
    trip = page.get_by_role("listitem").filter(has=page.get_by_role("link", name="2023"))
    expect(trip).to_contain_text("2 photos")
    expect(trip.locator("img")).to_be_visible()
    rule = page.get_by_role("listitem").filter(has=page.get_by_role("link", name="wide"))
    expect(rule).to_contain_text("is:landscape")
    expect(page.get_by_role("button", name="Keep Kyoto, May 2023")).to_be_visible()
    assert_accessible(page)


@pytest.mark.slow
def test_an_album_is_made_renamed_deleted_and_brought_back(address: str, page: Page) -> None:
    page.goto(f"{address}/albums")
    page.get_by_role("button", name="New album").click()
    page.get_by_label("Name", exact=True).fill("Dogs")
    page.get_by_role("button", name="Make album").click()
    dogs = page.get_by_role("listitem").filter(has=page.get_by_role("link", name="Dogs"))
    dogs.hover()
    dogs.get_by_role("button", name="Rename Dogs").click()
    page.get_by_label("Name", exact=True).fill("Hounds")
    page.get_by_role("button", name="Rename", exact=True).click()
    hounds = page.get_by_role("listitem").filter(has=page.get_by_role("link", name="Hounds"))
    hounds.hover()
    hounds.get_by_role("button", name="Delete the album Hounds").click()
    expect(hounds).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(hounds).to_have_count(1)


@pytest.mark.slow
def test_an_open_album_is_renamed_and_deleted_and_both_are_undone(
    address: str, page: Page, library: Library
) -> None:
    with library.catalog.read() as transaction:
        trip = transaction.albums.named("Trips/2023").album_id
    page.goto(f"{address}/albums/{trip}")
    page.get_by_role("button", name="Rename").click()
    page.get_by_label("Name", exact=True).fill("Away/x & $&")
    page.get_by_role("dialog").get_by_role("button", name="Rename").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("x & $&")
    expect(page.locator(".breadcrumb")).to_contain_text("Away")
    cells = page.get_by_role("grid").get_by_role("gridcell").locator("a")
    expect(cells).to_have_count(2)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2023")
    expect(cells).to_have_count(2)
    page.get_by_role("button", name="Delete album").click()
    expect(page.get_by_text("No photos here.")).to_be_visible()
    page.wait_for_timeout(1500)  # what the server tells by itself must not take the place of Undo
    page.get_by_role("button", name="Undo").click()
    expect(cells).to_have_count(2)


@pytest.mark.slow
def test_a_name_that_is_taken_is_refused_in_the_dialog(address: str, page: Page) -> None:
    window = page.context.new_page()  # the browser itself logs the refusal as an error
    window.goto(f"{address}/albums")
    window.get_by_role("button", name="New album").click()
    window.get_by_label("Name", exact=True).fill("wide")
    window.get_by_role("button", name="Make album").click()
    expect(window.get_by_role("alert")).to_contain_text("exists already")


@pytest.mark.slow
def test_a_suggested_album_is_kept(address: str, page: Page, library: Library) -> None:
    page.goto(f"{address}/albums")
    page.get_by_role("button", name="Keep Kyoto, May 2023").click()
    expect(page.get_by_role("link", name="Kyoto, May 2023")).to_be_visible()
    with library.catalog.read() as transaction:
        assert transaction.albums.photos(transaction.albums.named("Kyoto, May 2023")) == [1, 2]


@pytest.mark.slow
def test_tags_are_listed_by_number_and_found_by_name(address: str, page: Page) -> None:
    page.goto(f"{address}/tags")
    names = page.locator(".tag-name")
    expect(names).to_have_text(["beach", "a/slash & <b>"])
    page.get_by_role("button", name="By name").click()
    expect(names).to_have_text(["a/slash & <b>", "beach"])
    page.get_by_label("Find a tag").fill("slash")
    expect(names).to_have_text(["a/slash & <b>"])
    page.reload()
    expect(names).to_have_text(["a/slash & <b>"])


@pytest.mark.slow
def test_the_photos_of_an_album_and_of_a_tag_are_a_grid(address: str, page: Page, library: Library) -> None:
    with library.catalog.read() as transaction:
        trip = transaction.albums.named("Trips/2023").album_id
    page.goto(f"{address}/albums/{trip}")
    expect(page.get_by_role("heading", name="2023")).to_be_visible()
    expect(page.locator("#count")).to_have_text("2 photos")
    assert_accessible(page)
    cells = page.get_by_role("grid").get_by_role("gridcell").locator("a")
    expect(cells).to_have_count(2)
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download all").click()
    with ZipFile(downloading.value.path()) as archive:
        assert len(archive.namelist()) == 2
    page.goto(f"{address}/tags")
    assert_accessible(page)
    page.get_by_role("link", name="a/slash & <b>").click()
    expect(page.get_by_role("heading", name="a/slash & <b>")).to_be_visible()
    expect(cells).to_have_count(1)


@pytest.mark.slow
def test_an_album_that_is_not_there_is_said_to_be_unknown(address: str, page: Page) -> None:
    window = page.context.new_page()  # the browser itself logs the 404 as an error
    assert window.goto(f"{address}/albums/4711").status == 404
    expect(window.get_by_role("heading", name="There is no such album")).to_be_visible()
