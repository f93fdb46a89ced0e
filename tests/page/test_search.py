"""The search view: suggestions, chips, grades, what to try, why, and an address that restores it all."""

import json
from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from photoseek.embedder import FakeEmbedder
from photoseek.embedder.fake import COLOURS
from photoseek.indexer import Run, index
from photoseek.storage import Library
from tests.searcher.web.browser import serving


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a library of a few photos of each colour, some with tags and in an album."""
    folder = tmp_path_factory.mktemp("search")
    library = Library(folder / "library")
    embedder = FakeEmbedder()
    (folder / "photos").mkdir()
    for name, (red, green, blue) in COLOURS.items():
        for shade in range(3):
            photo = Image.new("RGB", (96 + 16 * shade, 64), (red, green, blue))
            photo.putpixel((0, 0), (shade * 80, 128, 128))
            photo.save(folder / "photos" / f"{name}-{shade}.jpg")
    with library.catalog.write() as transaction:
        model = transaction.models.add(embedder.facts.model_id, embedder.facts.dimension, None)
        transaction.models.use(model)
        root = transaction.roots.add(str(folder / "photos"))
    index(Run(library, embedder, model), {root: [""]})
    with library.catalog.write() as transaction:
        transaction.tags.put([1, 2], "summer house")
    with serving(library) as server:
        yield f"http://127.0.0.1:{server.port}"
    library.close()


@pytest.mark.slow
def test_a_suggestion_is_taken_by_keys_and_its_hits_are_shown(address: str, page: Page) -> None:
    page.goto(f"{address}/search")
    box = page.get_by_role("combobox", name="Search your photos")
    box.fill("red sum")
    option = page.get_by_role("option", name="summer house")
    expect(option).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    box.press("Enter")
    expect(box).to_have_value('red tag:"summer house" ')
    box.press("Enter")
    expect(page.get_by_role("list", name="Photos found").get_by_role("listitem")).to_have_count(2)


@pytest.mark.slow
def test_a_chip_says_what_was_understood_and_is_taken_away(address: str, page: Page) -> None:
    page.goto(f'{address}/search?q=is:landscape tag:"summer house"')
    chips = page.get_by_role("list", name="What was understood")
    expect(chips).to_contain_text("tag summer house")
    chips.get_by_role("link", name="Remove: tag summer house").click()
    expect(chips).not_to_contain_text("summer house")
    expect(page.get_by_role("combobox")).to_have_value("is:landscape")
    page.go_back()
    expect(chips).to_contain_text("tag summer house")


@pytest.mark.slow
def test_a_question_that_finds_nothing_says_what_to_try_and_each_link_works(address: str, page: Page) -> None:
    page.goto(f"{address}/search?q=is:favourite tag:nowhere")
    expect(page.get_by_role("heading", name="No photos found")).to_be_visible()
    page.get_by_role("link", name="without “tag:nowhere”").click()
    expect(page.get_by_role("combobox")).to_have_value("is:favourite")


@pytest.mark.slow
def test_a_question_that_cannot_be_read_has_its_column_marked(address: str, page: Page) -> None:
    context = page.context.new_page()  # the browser itself logs the refusal as an error
    context.goto(f"{address}/search?q=red cammera:fuji")
    expect(context.get_by_role("alert")).to_contain_text("did you mean camera:?")
    expect(context.locator("mark")).to_have_text("c")


@pytest.mark.slow
def test_more_like_a_hit_is_kept_in_the_address(address: str, page: Page) -> None:
    page.goto(f"{address}/search?q=is:landscape")
    page.get_by_role("listitem").filter(has=page.get_by_role("img", name="green")).first.hover()
    page.get_by_role("button", name="More like this").first.click()
    expect(page.get_by_role("list", name="What was understood")).to_contain_text("more like this")
    assert "more=" in page.url
    page.reload()
    expect(page.get_by_role("list", name="What was understood")).to_contain_text("more like this")


@pytest.mark.slow
def test_a_hit_says_why_it_was_found(address: str, page: Page) -> None:
    page.goto(f"{address}/search?q=red is:landscape")
    hit = page.get_by_role("list", name="Photos found").get_by_role("listitem").first
    hit.hover()
    hit.get_by_role("button", name="Why this photo?").click()
    dialog = page.get_by_role("dialog", name="Why this photo?")
    expect(dialog).to_contain_text('It shows "red"')
    expect(dialog).to_contain_text("is:landscape")


@pytest.mark.slow
def test_recent_questions_are_offered_until_they_are_forgotten(address: str, page: Page) -> None:
    page.goto(f"{address}/search?q=green")
    expect(page.get_by_role("list", name="Photos found")).to_be_visible()
    page.goto(f"{address}/search")
    page.get_by_role("combobox").focus()
    expect(page.get_by_role("option", name="green")).to_be_visible()
    page.get_by_role("button", name="Forget recent questions").click()
    expect(page.get_by_role("option", name="green recent")).to_have_count(0)
    assert json.loads(page.evaluate("localStorage.getItem('photoseek-recent-questions')")) == []


@pytest.mark.slow
def test_names_with_markup_are_shown_as_they_are(address: str, page: Page) -> None:
    page.goto(f"{address}/search?q=" + 'tag:"<img src=x onerror=alert(1)>"')
    expect(page.get_by_role("list", name="What was understood")).to_contain_text(
        "<img src=x onerror=alert(1)>"
    )


def test_every_string_of_a_filter_is_there() -> None:
    from photoseek.searcher.query.filters import KEYS, VALUES
    from photoseek.searcher.web.page.languages import languages

    for language in languages().values():
        keys = {f"chip.{key}" for key in KEYS.keys() - {"is"}} | {f"chip.is.{kind}" for kind in VALUES["is"]}
        assert keys <= language.strings.keys()
