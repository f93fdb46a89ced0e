"""A real, headless Chromium in front of a served library; what a page logs as an error fails its test."""

from collections.abc import Iterator

import pytest
from page_server import chromium_path
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import ConsoleMessage, Page, expect, sync_playwright

_PATIENCE_MS = 30_000  # a busy machine takes longer than Playwright's five seconds
expect.set_options(timeout=_PATIENCE_MS)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """Yield the machine's own browser."""
    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium: `apt-get install chromium`, or what your system calls it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Chromium) -> Iterator[Page]:
    """Yield a new English window; what the page logs as an error, as what its policy refuses, fails the test."""
    context = chromium.new_context(
        viewport={"width": 1280, "height": 800}, locale="en-GB", reduced_motion="reduce"
    )
    context.set_default_timeout(_PATIENCE_MS)
    opened = context.new_page()
    wrong: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        # A test's server ends before its window does, which may still be loading pictures.
        if message.type == "error" and "ERR_CONNECTION_REFUSED" not in message.text:
            wrong.append(f"{message.text} {message.location['url']}")

    opened.on("console", on_console)
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    yield opened
    context.close()
    assert not wrong, wrong
