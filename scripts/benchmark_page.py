"""What a person with the page open waits for: alone, beside fifty others, and while an index runs."""

from __future__ import annotations

import itertools
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from urllib.request import urlopen

from benchmark_clients import Answered, Load, answers_under, quantile
from benchmark_run import photoseek, psutil
from benchmark_table import Measure
from page_scrolling import SCROLL
from page_server import chromium_path, served

if TYPE_CHECKING:
    from playwright.sync_api import Page, ViewportSize

_PICTURES = 200  # different thumbnails, which the photos of a made library share
_THUMBNAILS, _QUESTIONS = 0.8, 0.05  # of the requests; the others are for the timeline
_PAUSE_S = (1.0, 3.0)
_CLIENTS = 50
_WINDOW: ViewportSize = {"width": 1280, "height": 800}
_SCROLLED_S = 30
_FEW, _MANY = 500, 5000  # requests, between which the memory may not grow


def page_measures(work: Path, photos: int, arriving: int, seconds: float) -> Iterator[Measure]:
    """Measure the page over a library of so many photos, while `arriving` others are indexed.

    `seconds` is how long the clients ask.
    """
    from benchmark_photos import SMALL, make_photos

    make_photos(work / "arriving", arriving, SMALL)
    alone = _indexing_rate(work / "alone", work / "arriving")
    library = work / f"page-{photos}"
    _make_library(library, photos, work / "arriving")
    with served(library) as (port, pid):
        yield from _seen(port, photos)
        yield from _buckets(port, photos)
        yield from _memory(port, pid, photos)
        indexing = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "photoseek",
                "index",
                "--library",
                str(library),
                "--json",
                str(work / "arriving"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        began = time.perf_counter()
        load = Load(_CLIENTS, _PAUSE_S, seconds=seconds)
        answers = answers_under(port, load, _requests(port, photos))
        while indexing.poll() is None:  # the clients go on until it is done, so that all of it had company
            answers += answers_under(port, Load(_CLIENTS, _PAUSE_S, seconds=1), _requests(port, photos))
        rate = json.loads(indexing.communicate()[0])["embedded"] / (time.perf_counter() - began)
    what = f"{_CLIENTS} clients, {photos} photos, while an index runs"
    yield _p95(answers, "thumbnail", what, "≤ 150")
    yield _p95(answers, "timeline", what, "≤ 150")
    yield _p95(answers, "question", what, "≤ 600")
    yield Measure(f"errors, {what}", "", (float(_wrong(answers)),), "0")
    yield Measure("  what the index loses", "%", ((1 - rate / alone) * 100,), "≤ 30")


def without_pause(work: Path, photos: int, seconds: float) -> Iterator[Measure]:
    """Measure how many answers a second clients get that never pause."""
    library = work / f"page-{photos}"
    _make_library(library, photos, work / "arriving")
    with served(library) as (port, _):
        began = time.perf_counter()
        answers = answers_under(port, Load(_CLIENTS, None, seconds=seconds), _requests(port, photos))
        took = time.perf_counter() - began
    what = f"{_CLIENTS} clients that never pause, {photos} photos"
    yield Measure(f"answers to {what}", "/s", (len(answers) / took,), "≥ 69")
    yield Measure("  95th percentile", "s", (quantile(answers, None, 95),), "≤ 2.2")
    yield Measure("  errors", "", (float(_wrong(answers)),), "0")


def _make_library(folder: Path, count: int, pictures: Path) -> None:
    """Make a library of photos over twenty years, with vectors and thumbnails, without files."""
    from benchmark_vectors import fill, photos_vectors
    from PIL import Image

    from photoseek.storage import Library

    library = Library(folder)
    fill(library, photos_vectors(count), dated=True)
    drawn = []
    for number, path in enumerate(sorted(pictures.rglob("*.jpg"))[:_PICTURES]):
        thumbnail = folder / f"thumbnail-{number}.jpg"
        with Image.open(path) as photo:
            photo.thumbnail((512, 512))
            photo.save(thumbnail, quality=85)
        drawn.append(thumbnail)
    for number in range(1, count + 1):
        path = Path(library.thumbnails.location(number.to_bytes(16, "big")))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        os.link(drawn[number % len(drawn)], path)
    library.close()


def _indexing_rate(library: Path, photos: Path) -> float:
    """Return the photos a second of an index that has the machine for itself."""
    rates: list[float] = []
    for run in range(2):
        ran = photoseek("index", library.with_name(f"{library.name}-{run}"), str(photos), "--json")
        rates.append(json.loads(ran.stdout)["embedded"] / ran.seconds)
    return max(rates)


def _requests(port: int, photos: int) -> Iterator[tuple[str, str]]:
    """Yield what clients ask for: thumbnails most of all, months, and questions, no question twice."""
    from photoseek.searcher.scoring.background import stored_captions

    rng = random.Random(0)  # noqa: S311 (a choice of requests)
    months = [one["month"] or "undated" for one in _json(port, "/api/v1/timeline")["months"]]
    captions = list(stored_captions())
    rng.shuffle(captions)
    questions = itertools.cycle(captions)
    for number in itertools.count():
        drawn = rng.random()
        if drawn < _THUMBNAILS:
            yield "thumbnail", f"/api/v1/photos/{rng.randint(1, photos)}/thumbnail?size=medium"
        elif drawn < _THUMBNAILS + _QUESTIONS:
            yield "question", f"/api/v1/search?q={quote(f'{next(questions)} {number}')}"
        else:
            yield "timeline", f"/api/v1/timeline/{rng.choice(months)}"


def _p95(answers: list[Answered], kind: str, what: str, wanted: str) -> Measure:
    return Measure(f"{kind}s, 95th percentile, {what}", "ms", (quantile(answers, kind, 95) * 1000,), wanted)


def _wrong(answers: list[Answered]) -> int:
    wrong = [one.wrong for one in answers if one.wrong]
    for sentence in wrong[:3]:
        print(f"    {sentence}")
    return len(wrong)


def _buckets(port: int, photos: int) -> Iterator[Measure]:
    """Measure each month of the timeline."""
    began = time.perf_counter()
    months = _json(port, "/api/v1/timeline")["months"]
    first = time.perf_counter() - began
    yield Measure(f"timeline, first time, {photos} photos", "ms", (first * 1000,))
    took = []
    for month in months:
        began = time.perf_counter()
        _json(port, f"/api/v1/timeline/{month['month'] or 'undated'}")
        took.append((time.perf_counter() - began) * 1000)
    yield Measure(f"a month of the timeline, {photos} photos", "ms", tuple(took), "≤ 100")


def _memory(port: int, pid: int, photos: int) -> Iterator[Measure]:
    """Measure by how much the server's memory grows from request to request."""
    requests = _requests(port, photos)
    answers_under(port, Load(8, None, requests=_FEW), requests)
    before = _resident_mb(pid)
    answers_under(port, Load(8, None, requests=_MANY - _FEW), requests)
    grown = _resident_mb(pid) - before
    yield Measure(f"memory after {_MANY} requests, more than after {_FEW}", "MB", (grown,), "≤ 50")


def _resident_mb(pid: int) -> float:
    held: int = psutil().Process(pid).memory_info().rss
    return held / 1e6


def _seen(port: int, photos: int) -> Iterator[Measure]:
    """Measure with a real browser: when the first photos are seen, what the page weighs, how it scrolls."""
    from playwright.sync_api import sync_playwright

    browser_path = chromium_path()
    if browser_path is None:
        print("  no Chromium here: what is seen of the page is not measured")
        return
    address = f"http://127.0.0.1:{port}/"
    first, again, weights = [], [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        for _ in range(7):
            context = browser.new_context(viewport=_WINDOW)  # with an empty cache
            page = context.new_page()
            first.append(_first_view(page, address))
            weights.append(page.evaluate(_WEIGHT))
            page.close()
            again.append(_first_view(context.new_page(), address))
            context.close()
        page = browser.new_page(viewport=_WINDOW)
        _first_view(page, address)
        frames = page.evaluate(SCROLL, _SCROLLED_S)
        browser.close()
    yield Measure(f"first view with all its pictures, {photos} photos", "s", tuple(first), "≤ 0.5")
    yield Measure("  the browser has been there before", "s", tuple(again), "")
    yield Measure("the page without photos", "kB", (statistics.median(weights) / 1000,), "≤ 150")
    what = f"scrolled from end to end in {_SCROLLED_S} s"
    yield Measure(f"{what}: the longest of {frames['frames']} frames", "ms", (frames["longest"],), "")
    yield Measure("  99 of 100 are shorter than", "ms", (frames["most"],), "")


def _first_view(page: Page, address: str) -> float:
    """Return the seconds from the request until the last picture in the window is there."""
    page.goto(address)
    page.wait_for_function(_ALL_SEEN)
    return float(page.evaluate(_LAST_PICTURE)) / 1000


# Whether every photo in the window has its picture.
_ALL_SEEN = """() => {
  const shown = [...document.querySelectorAll('main img')].filter(image => {
    const box = image.getBoundingClientRect();
    return box.bottom > 0 && box.top < innerHeight;
  });
  return shown.length > 3 && shown.every(image => image.complete && image.naturalWidth > 0);
}"""
# When the last picture came, in milliseconds since the request.
_LAST_PICTURE = """Math.max(...performance.getEntriesByType('resource')
  .filter(one => one.name.includes('/thumbnail')).map(one => one.responseEnd))"""
# The bytes of the document and of all it loaded, but for photos.
_WEIGHT = """() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
  .filter(one => !one.name.includes('/thumbnail'))
  .reduce((sum, one) => sum + one.encodedBodySize, 0)"""


def _json(port: int, path: str) -> Any:  # noqa: ANN401 (whatever the server says)
    with urlopen(f"http://127.0.0.1:{port}{path}") as answer:
        return json.load(answer)
