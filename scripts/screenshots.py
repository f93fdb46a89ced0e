"""Take a picture of every main view of the page, over the demo's photos, into docs/images/.

The demo's photos are copied, and a person's first hour with them is played there: tags, ratings, an album, places.
Needs Chromium, and the demo to have run once (`python3 scripts/demo.py`).

Examples:
  python scripts/screenshots.py
  python scripts/screenshots.py --only search viewer --folder /tmp/pictures
"""

from __future__ import annotations

import argparse
import io
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import demo
import environment
from environment import ROOT, say
from page_server import chromium_path, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

IMAGES = ROOT / "docs" / "images"
MOST_BYTES = 1_500_000  # of all pictures together
_DESKTOP, _PHONE = (1280, 800), (390, 844)
_QUALITY = 82  # of WebP
_AT_REST_MS = 700  # for pictures to fade in


@dataclass(frozen=True, slots=True)
class View:
    """One picture: where, how large, and what is done before it is taken."""

    name: str
    address: str
    size: tuple[int, int] = _DESKTOP
    dark: bool = False
    language: str = "en-GB"
    keys: tuple[str, ...] = ()  # pressed one after another


VIEWS = (
    View("browse", "/"),
    View("browse-dark", "/", dark=True),
    View("phone", "/", _PHONE),
    View("japanese", "/search?q=a+cat", language="ja-JP"),
    View("search", "/search?q=a+flower"),
    View("nothing-matches", "/search?q=a+receipt+from+a+hotel"),
    View("viewer", "/", keys=("ArrowRight", "Enter", "i")),
    View("albums", "/albums"),
    View("tags", "/tags"),
    View("places", "/places"),
    View("folders", "/folders"),
    View("review", "/review"),
    View("duplicates", "/duplicates"),
    View("bursts", "/bursts"),
    View("settings", "/settings"),
)


def main() -> int:
    """Copy the photos, play the hour, take the pictures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", choices=[one.name for one in VIEWS], help="these views alone")
    parser.add_argument("--folder", type=Path, default=IMAGES, help="where the pictures go")
    options = parser.parse_args()
    environment.enter()
    browser_path = chromium_path()
    if browser_path is None:
        raise SystemExit("this needs Chromium: `apt-get install chromium`, or what your system calls it")
    if not demo.PHOTOS.is_dir():
        raise SystemExit("there are no demo photos yet: run `python3 scripts/demo.py` once")
    options.folder.mkdir(parents=True, exist_ok=True)
    wanted = [one for one in VIEWS if not options.only or one.name in options.only]
    with tempfile.TemporaryDirectory(prefix="ada-") as temporary:
        # At a path that is nobody's: pictures show it.
        photos = Path(temporary) / "Pictures"
        shutil.copytree(demo.PHOTOS, photos, ignore=shutil.ignore_patterns(".*"))
        library = Path(temporary) / "library"
        _play_first_hour(library, photos)
        with served(library) as (port, _):
            _take(browser_path, f"http://127.0.0.1:{port}", wanted, options.folder)
    total = sum(file.stat().st_size for file in options.folder.glob("*.webp"))
    say(f"{total / 1000:.0f} kB of pictures in {options.folder}")
    if total > MOST_BYTES:
        raise SystemExit(f"that is more than {MOST_BYTES / 1000:.0f} kB: lower _QUALITY")
    return 0


def _play_first_hour(library: Path, folder: Path) -> None:
    """Index, date, tag, rate and place some photos, as a person would."""
    photos = sorted(folder.glob("photo-*"))
    for command in (
        ("index", str(folder)),
        ("set", "--date", "2024-08-10T10:30", *map(str, photos[:9])),
        ("set", "--date", "2023-05-02T18:00", *map(str, photos[9:])),
        ("tag", "propose", "--apply"),
        ("tag", "add", "favourites of Ada", *map(str, photos[:3])),
        ("set", "--rating", "5", *map(str, photos[2:6])),
        ("set", "--favourite", *map(str, photos[4:7])),
        ("set", "--place", "Kyoto", *map(str, photos[:4])),
        ("set", "--place", "Lisbon", *map(str, photos[4:9])),
        ("set", "--place", "Nairobi", str(photos[9])),
        ("album", "create", "Trips/Kyoto"),
        ("album", "add", "Trips/Kyoto", *map(str, photos[:4])),
        ("album", "create", "Animals", "--where", "a cat or a dog"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "photoseek", *command, "--library", str(library)],
            check=False,
            capture_output=True,
            encoding="utf-8",
        )
        if done.returncode:
            raise SystemExit(f"photoseek {' '.join(command[:3])} failed: {done.stderr.strip()}")


def _take(browser_path: str, address: str, views: list[View], folder: Path) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        for view in views:
            _take_one(browser, address, view, folder / f"{view.name}.webp")
        browser.close()


def _take_one(browser: Browser, address: str, view: View, file: Path) -> None:
    from PIL import Image

    width, height = view.size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if view.dark else "light",
        locale=view.language,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(address + view.address)
    _wait_for_rest(page)
    for key in view.keys:
        page.keyboard.press(key)
        _wait_for_rest(page)
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        picture.convert("RGB").save(file, "WEBP", quality=_QUALITY, method=6)
    context.close()
    say(f"  {file.name}: {file.stat().st_size / 1000:.0f} kB")


def _wait_for_rest(page: Page) -> None:
    page.wait_for_load_state("load")
    page.wait_for_function("() => [...document.images].every((one) => one.complete)")
    page.wait_for_timeout(_AT_REST_MS)


if __name__ == "__main__":
    environment.run(main)
