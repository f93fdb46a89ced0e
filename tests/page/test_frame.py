"""What every view has: the navigation, the language of the browser, and nothing that the policy refuses."""

import gzip
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from photoseek.searcher.web.page.languages import chosen, languages
from photoseek.searcher.web.page.static_files import StaticFiles
from photoseek.storage import Library
from tests.searcher.web.browser import Browser, serving


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    library = Library(tmp_path_factory.mktemp("served") / "library")
    with serving(library) as server:
        yield f"http://127.0.0.1:{server.port}"
    library.close()


@pytest.mark.slow
def test_the_page_opens_and_slash_goes_to_the_search_box(address: str, page: Page) -> None:
    page.goto(address)
    expect(page).to_have_title("Photos · photoseek")
    page.keyboard.press("/")
    expect(page.get_by_role("combobox", name="Search your photos")).to_be_focused()
    page.keyboard.press("Escape")


@pytest.mark.slow
def test_the_keys_are_listed(address: str, page: Page) -> None:
    page.goto(address)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("Go to the search box")


@pytest.mark.slow
def test_the_page_is_in_japanese_for_whom_the_browser_says_so(address: str, chromium: Chromium) -> None:
    context = chromium.new_context(locale="ja-JP")
    opened = context.new_page()
    opened.goto(address)
    expect(opened.get_by_role("navigation")).to_contain_text("写真")
    context.close()


def test_scripts_are_packed_for_a_browser_that_unpacks_them(address: str) -> None:
    files = StaticFiles()
    browser = Browser(int(address.rpartition(":")[2]))
    path = files.address("core/dom.js")
    packed, plain = browser.get(path, {"Accept-Encoding": "gzip, br"}), browser.get(path)
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body == files.content("core/dom.js")
    assert plain.headers["content-type"].startswith("text/javascript")
    assert "immutable" in packed.headers["cache-control"]
    assert "immutable" not in browser.get(path.replace(files.version, "0" * 12)).headers["cache-control"]


def test_a_view_loads_one_script_and_one_style(address: str, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address, wait_until="load")
    served = f"/static/{StaticFiles().version}/"
    loaded = {url.partition(served)[2] for url in asked if url.endswith((".js", ".css")) and served in url}
    # The theme is set before the style is used, so that nothing flashes.
    assert loaded == {"core/theme.js", "bundles/browse.js", "bundles/page.css"}


def test_what_is_said_while_a_dialog_is_open_can_be_seen_and_undone(address: str, page: Page) -> None:
    page.goto(address)
    modules = [StaticFiles().address(f"core/{name}.js") for name in ("dialog", "toast")]
    page.evaluate(
        """async ([dialog, toast]) => {
          const { openDialog } = await import(dialog);
          const { say } = await import(toast);
          window.opened = openDialog("A question");
          say("Done", { undo: "of-nothing" });
        }""",
        modules,
    )
    page.get_by_role("button", name="Undo").click(trial=True)  # nothing lies above it
    page.evaluate("opened.close()")
    expect(page.get_by_role("status").get_by_text("Done")).to_be_visible()


def test_every_language_has_the_same_strings() -> None:
    english, *others = languages().values()
    assert others
    for other in others:
        assert _without_plurals(other.strings) == _without_plurals(english.strings)


def _without_plurals(keys) -> set[str]:
    return {key.removesuffix(".one").removesuffix(".other") for key in keys}


def test_the_language_is_the_most_wanted_that_there_is() -> None:
    assert chosen(None, "fr-FR, ja;q=0.8, en;q=0.9").code == "en"
    assert chosen(None, "fr, ja-JP").code == "ja"
    assert chosen("ja", "en").code == "ja"
    assert chosen("xx", "").code == "en"
    assert chosen(None, "ja;q=nonsense, ;;;, en;q=0").code == "en"
