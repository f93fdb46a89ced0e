"""What axe-core (4.14.1, MPL-2.0, beside this file) finds wrong for people who don't see or use a mouse."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE = {"width": 390, "height": 780}


def assert_accessible(page: Page) -> None:
    """Fail with what axe-core finds on the page as it is: in light and dark, on a desktop and on a phone."""
    before = page.viewport_size
    found = []
    for size in (before, PHONE):
        for scheme in ("light", "dark"):
            page.set_viewport_size(size or PHONE)
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.wait_for_timeout(50)  # until what follows the size was laid out
            found += [f"{scheme}, {size}: {one}" for one in _found(page)]
    page.set_viewport_size(before or PHONE)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    assert not found, "\n".join(found)


def _found(page: Page) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    answer: dict[str, Any] = page.evaluate(
        "rules => axe.run(document, { runOnly: rules, resultTypes: ['violations'] })", _RULES
    )
    return [
        f"{wrong['id']} ({wrong['help']}): {node['html'][:160]} {node['failureSummary']}"
        for wrong in answer["violations"]
        for node in wrong["nodes"]
    ]


@cache
def _axe() -> str:
    return (Path(__file__).parent / "axe.min.js").read_text("utf-8")
