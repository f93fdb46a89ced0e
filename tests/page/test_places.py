"""The map of places: clusters that zoom in, the grid beside it, keys, and an address that restores its part."""

from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from photoseek.embedder import FakeEmbedder
from photoseek.indexer import Run, index
from photoseek.storage import Library
from tests.page.accessibility import assert_accessible
from tests.searcher.web.browser import Browser, serving

_PLACES = {1: "35.011,135.768", 2: "35.02,135.76", 3: "48.857,2.352"}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve two photos of Kyoto, one of Paris, and one without a place."""
    folder = tmp_path_factory.mktemp("places")
    library = Library(folder / "library")
    embedder = FakeEmbedder()
    (folder / "photos").mkdir()
    for name, colour in (("a", "red"), ("b", "green"), ("c", "blue"), ("d", "white")):
        Image.new("RGB", (96, 64), colour).save(folder / "photos" / f"{name}.jpg")
    with library.catalog.write() as transaction:
        model = transaction.models.add(embedder.facts.model_id, embedder.facts.dimension, None)
        transaction.models.use(model)
        root = transaction.roots.add(str(folder / "photos"))
    index(Run(library, embedder, model), {root: [""]})
    with serving(library) as server:
        _set_places(server)
        yield f"http://127.0.0.1:{server.port}"
    library.close()


def _set_places(server: Browser) -> None:
    for photo_id, place in _PLACES.items():
        asked = {"ids": [photo_id], "set": {"place": place}}
        assert server.change("PATCH", "/api/v1/photos", asked).status == 200


@pytest.mark.slow
def test_a_cluster_zooms_in_and_the_grid_shows_what_is_visible(address: str, page: Page) -> None:
    page.goto(f"{address}/places")
    expect(page.get_by_role("status")).to_have_text(["3 photos in the visible part", ""])
    page.get_by_role("button", name="2 photos near Kyoto, Japan: zoom in").click()
    expect(page.locator("#count")).to_have_text("2 photos in the visible part")
    expect(page.get_by_role("grid").get_by_role("gridcell").locator("a")).to_have_count(2)
    page.reload()
    expect(page.locator("#count")).to_have_text("2 photos in the visible part")


@pytest.mark.slow
def test_keys_and_buttons_move_the_map(address: str, page: Page) -> None:
    page.goto(f"{address}/places?box=30,130,40,140")
    expect(page.locator("#count")).to_have_text("2 photos in the visible part")
    page.get_by_role("group", name="Map of places").press("0")
    expect(page.locator("#count")).to_have_text("3 photos in the visible part")
    page.get_by_role("group", name="Map of places").press("+")
    page.wait_for_url("**/places?box=*")
    before = page.url
    page.get_by_role("button", name="Zoom in", exact=True).click()
    expect(page).not_to_have_url(before)


@pytest.mark.slow
def test_the_coastlines_are_drawn(address: str, page: Page) -> None:
    page.goto(f"{address}/places")
    expect(page.get_by_role("button", name="1 photo near Paris, France: zoom in")).to_be_visible()
    colours = """() => {
        const canvas = document.querySelector(".map-canvas");
        const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
        const seen = {};
        for (let at = 0; at < pixels.length; at += 4) {
            const colour = [pixels[at], pixels[at + 1], pixels[at + 2]].join();
            seen[colour] = (seen[colour] ?? 0) + 1;
        }
        return Object.values(seen).sort((one, other) => other - one).map((count) => 4 * count / pixels.length);
    }"""
    page.wait_for_function(f"() => ({colours})()[1] > 0.2")  # land and sea, beside the shore between them
    sea, land = page.evaluate(colours)[:2]
    assert 0.2 < land < sea < 0.8


@pytest.mark.slow
def test_the_places_are_a_list_too(address: str, page: Page) -> None:
    page.goto(f"{address}/places")
    page.get_by_text("Largest places as a list").click()
    expect(page.get_by_role("link", name="Kyoto, Japan")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Paris, France").click()
    expect(page.locator("#count")).to_have_text("1 photo in the visible part")
