"""The search view: suggestions, chips, grades, what to try, why, and an address that restores it all."""

import json
import re
import sys
from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from photoseek.embedder import FakeEmbedder
from photoseek.embedder.fake import COLOURS
from photoseek.indexer import Run, index
from photoseek.indexer.workers.photo_reader import read_photo
from photoseek.searcher.web import Tasks
from photoseek.storage import Library, PhotoText, ReadWord
from tests.page.accessibility import assert_accessible
from tests.searcher.web.browser import serving

_PATIENCE_MS = 60_000
# In place of `photoseek imagine`, which would take a minute: a blue picture, or why there is none.
_DRAWS = """
import sys, time
from PIL import Image
*_, file, _, words = sys.argv
if "torch" in words:
    print("imagining needs torch: install it")
    raise SystemExit(11)
print("step 1 of 2", flush=True)
Image.new("RGB", (64, 64), "blue").save(file)
"""


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
    words = (ReadWord("TOTAL", 0, 0.1, 0.5, 0.3, 0.6, 0.9), ReadWord("12.50", 0, 0.4, 0.5, 0.6, 0.6, 0.9))
    with library.catalog.write() as transaction:
        transaction.tags.put([1, 2], "summer house")
        transaction.texts.save({1: PhotoText(words)})
    tasks = Tasks([sys.executable, "-c", _DRAWS])
    with serving(library, read_picture=read_photo, tasks=tasks) as server:
        yield f"http://127.0.0.1:{server.port}"
    tasks.close()
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
def test_words_that_can_be_read_in_a_photo_are_outlined(address: str, page: Page) -> None:
    page.goto(f"{address}/search?q=total 12.50")
    hit = page.get_by_role("list", name="Photos found").get_by_role("listitem").first
    expect(hit).to_contain_text("reads “total 12.50”")
    hit.hover()
    hit.get_by_role("button", name="Why this photo?").click()
    dialog = page.get_by_role("dialog", name="Why this photo?")
    expect(dialog).to_contain_text("“12.50” can be read in it: “12.50”")
    expect(dialog.locator(".outline")).to_have_count(2)
    page.keyboard.press("Escape")
    hit.get_by_role("link").click()
    viewer = page.get_by_role("dialog", name="Photo")
    expect(viewer).to_contain_text("“total 12.50” is outlined in the photo")
    frame, outline = (
        viewer.locator(".viewer-frame").bounding_box(),
        viewer.locator(".outline").nth(1).bounding_box(),
    )
    assert frame is not None
    assert outline is not None
    middle = (outline["x"] + outline["width"] / 2 - frame["x"]) / frame["width"]
    assert middle == pytest.approx(0.5, abs=0.01)
    page.keyboard.press("i")
    expect(viewer).to_contain_text("Text in the photo")
    assert_accessible(page)


@pytest.mark.slow
def test_where_a_question_was_found_is_laid_over_the_photo(address: str, page: Page) -> None:
    page.goto(f"{address}/search?q=red is:landscape")
    hit = page.get_by_role("list", name="Photos found").get_by_role("listitem").first
    hit.hover()
    hit.get_by_role("button", name="Why this photo?").click()
    page.get_by_role("button", name="Show where").click()
    expect(page.get_by_role("img", name="Heat map")).to_be_visible(timeout=_PATIENCE_MS)
    expect(page.get_by_role("dialog")).to_contain_text("The brighter")


_GIVE = """([event, transfer]) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 60, height: 40 });
    const context = canvas.getContext("2d");
    context.fillStyle = "rgb(0, 0, 255)";
    context.fillRect(0, 0, 60, 40);
    canvas.toBlob((blob) => {
        const given = new DataTransfer();
        given.items.add(new File([blob], "mine.png", { type: "image/png" }));
        const kind = event === "drop" ? DragEvent : ClipboardEvent;
        document.body.dispatchEvent(new kind(event, { [transfer]: given, bubbles: true, cancelable: true }));
    });
}"""


@pytest.mark.slow
@pytest.mark.parametrize(("event", "transfer"), [("drop", "dataTransfer"), ("paste", "clipboardData")])
def test_a_picture_that_is_dropped_or_pasted_is_a_question(
    address: str, page: Page, event: str, transfer: str
) -> None:
    page.goto(f"{address}/search")
    page.evaluate(_GIVE, [event, transfer])
    page.wait_for_url("**/search?picture=*", timeout=_PATIENCE_MS)  # a process starts that decodes it
    expect(page.get_by_role("list", name="What was understood")).to_contain_text("like your picture")
    first = page.get_by_role("list", name="Photos found").get_by_role("listitem").first
    expect(first.get_by_role("img")).to_have_attribute("alt", re.compile("blue"))


@pytest.mark.slow
def test_where_nothing_fits_the_model_imagines_it_and_photos_like_that_are_found(
    address: str, page: Page
) -> None:
    page.goto(f"{address}/search?q=zebra tag:nowhere")
    expect(page.get_by_role("heading", name="No photos found")).to_be_visible()
    page.get_by_role("button", name="Imagine it").click()
    expect(page.get_by_role("img", name="What the model imagines for “zebra”")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Find photos like it").click()
    page.wait_for_url("**/search?picture=*", timeout=_PATIENCE_MS)
    first = page.get_by_role("list", name="Photos found").get_by_role("listitem").first
    expect(first.get_by_role("img")).to_have_attribute("alt", re.compile("blue"))


@pytest.mark.slow
def test_why_nothing_can_be_imagined_is_said(address: str, page: Page) -> None:
    page.goto(f"{address}/search?q=torch tag:nowhere")
    page.get_by_role("button", name="Imagine it").click()
    expect(page.locator(".imagined")).to_have_text("imagining needs torch: install it")
    page.goto(f"{address}/search?q=tag:nowhere")
    expect(page.get_by_role("heading", name="No photos found")).to_be_visible()
    expect(page.get_by_role("button", name="Imagine it")).to_have_count(0)  # there are no words


@pytest.mark.slow
def test_a_photo_of_the_page_that_is_dropped_is_asked_for_by_its_id(address: str, page: Page) -> None:
    page.goto(f"{address}/search")
    page.evaluate(
        """(address) => {
            const given = new DataTransfer();
            given.setData("text/uri-list", `${address}/api/v1/photos/3/thumbnail?size=small`);
            const how = { dataTransfer: given, bubbles: true, cancelable: true };
            document.body.dispatchEvent(new DragEvent("drop", how));
        }""",
        address,
    )
    expect(page.get_by_role("list", name="What was understood")).to_contain_text("more like this")
    assert page.url.endswith("/search?more=3")


@pytest.mark.slow
def test_back_from_a_photo_and_from_a_search_returns_to_the_same_place(address: str, page: Page) -> None:
    page.set_viewport_size({"width": 500, "height": 400})
    page.goto(f"{address}/search?q=is:landscape")
    hits = page.get_by_role("list", name="Photos found").get_by_role("listitem")
    expect(hits.last).to_be_attached()
    hits.last.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    assert before > 0
    hits.last.locator(".hit-link").click()
    expect(page.locator(".viewer")).to_be_visible()
    page.go_back()
    expect(page.locator(".viewer")).to_have_count(0)
    assert page.evaluate("scrollY") == before
    page.get_by_role("link", name="Albums").click()
    expect(page).to_have_url(f"{address}/albums")
    page.go_back()
    expect(hits.last).to_be_in_viewport()


@pytest.mark.slow
def test_a_search_is_saved_as_an_album_that_fills_itself(address: str, page: Page) -> None:
    page.goto(f'{address}/search?q=tag:"summer house"')
    page.get_by_role("button", name="Save as album").click()
    page.get_by_label("Name", exact=True).fill("Holidays")
    page.get_by_role("dialog").get_by_role("button", name="Save as album").click()
    expect(page.get_by_text("Album “Holidays” made")).to_be_visible()
    page.goto(f"{address}/albums")
    page.get_by_role("link", name="Holidays").click()
    expect(page.locator("#count")).to_have_text("2 photos")
    expect(page.get_by_role("link", name='tag:"summer house"')).to_be_visible()


@pytest.mark.slow
def test_hits_are_selected_from_one_to_another_and_leave_when_they_are_hidden(
    address: str, page: Page
) -> None:
    page.goto(f"{address}/search?q=is:landscape")
    hits = page.locator(".hit")
    expect(hits.nth(2)).to_be_visible()
    before = hits.count()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("x")
    expect(hits.nth(1).get_by_role("checkbox")).to_be_checked()
    page.keyboard.press("Escape")
    hits.nth(0).hover()
    hits.nth(0).get_by_role("checkbox").click()
    hits.nth(2).locator("a").click(modifiers=["Shift"])
    bar = page.get_by_role("toolbar", name="Selected photos")
    expect(bar).to_contain_text("3 photos selected")
    bar.get_by_role("button", name="Hide").click()
    expect(page.locator(".hit:visible")).to_have_count(before - 3)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".hit:visible")).to_have_count(before)


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


@pytest.mark.slow
def test_the_view_and_what_opens_over_it_can_be_used_by_everybody(address: str, page: Page) -> None:
    page.goto(f'{address}/search?q=red tag:"summer house" -blue')
    expect(page.get_by_role("list", name="Photos found").get_by_role("listitem").first).to_be_visible()
    assert_accessible(page)
    page.get_by_role("combobox").fill("sum")
    expect(page.get_by_role("option", name="summer house")).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Why this photo?").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Why this photo?")).to_contain_text("It shows")
    assert_accessible(page)
    page.goto(f"{address}/search?q=is:favourite tag:nowhere")
    expect(page.get_by_role("heading", name="No photos found")).to_be_visible()
    assert_accessible(page)


def test_every_string_of_a_filter_is_there() -> None:
    from photoseek.searcher.query.filters import KEYS, VALUES
    from photoseek.searcher.web.page.languages import languages

    for language in languages().values():
        kinds = ("is", "has")
        keys = {f"chip.{key}" for key in KEYS.keys() - {*kinds}}
        keys |= {f"chip.{key}.{value}" for key in kinds for value in VALUES[key]}
        assert keys <= language.strings.keys()
