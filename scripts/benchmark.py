"""How fast is photoseek on this machine, and how far is that from what the processor could do?

Makes its own photos, then measures `photoseek` in processes of its own, as a person runs it; the vector
index over synthetic vectors; and the processor's own pace, to hold against them. Prints medians and spreads.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import environment
from environment import say

QUESTIONS = (
    "a cup of coffee",
    "a cat",
    "a rocket launch",
    "a red motorcycle",
    "grass",
    "a person with a camera",
)
TOWER_GMAC = (
    0.86  # multiply-adds of the shipped photo tower, EfficientNet-Lite2 at 260 px, in thousand millions
)
_MEGABYTE = 1e6


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    small: int  # photos
    large: int  # photos
    vectors: int
    cold: int  # runs of the cold index
    runs: int  # of everything that takes seconds
    searches: int


FULL = Plan(small=2000, large=60, vectors=100_000, cold=3, runs=10, searches=200)
QUICK = Plan(small=200, large=8, vectors=20_000, cold=1, runs=3, searches=50)


@dataclass(frozen=True, slots=True)
class Measure:
    """One row of the table: what was measured, each run's value, and what the project asks for."""

    name: str
    unit: str
    values: tuple[float, ...]
    wanted: str = ""

    @property
    def median(self) -> float:
        """Give the middle of the runs."""
        return statistics.median(self.values)


@dataclass(frozen=True, slots=True)
class Ran:
    """What one process took."""

    seconds: float
    peak_mb: float  # resident, of the process and its children together
    stdout: str


def main() -> int:
    """Make photos, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a tenth of the work, to see that it runs")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write machine and measures there, too")
    options = parser.parse_args()
    environment.enter()
    plan = QUICK if options.quick else FULL
    measures = []
    with tempfile.TemporaryDirectory(prefix="photoseek-benchmark-") as temporary:
        for measure in _measures(Path(temporary).resolve(), plan):
            say(f"  {_row(measure)}")
            measures.append(measure)
    print(_as_table(measures))
    print(_against_the_processor(measures))
    if options.json:
        told = {"machine": _machine(), "quick": options.quick, "measures": [asdict(one) for one in measures]}
        options.json.write_text(json.dumps(told, indent=2) + "\n", "utf-8")
    return 0


def _measures(work: Path, plan: Plan) -> Iterator[Measure]:
    from benchmark_photos import LARGE, SMALL, make_photos

    say("the processor")
    yield Measure("matrix product in f32", "GMAC/s", tuple(_matrix_product() for _ in range(plan.runs)))
    yield Measure("photo tower alone", "photos/s", tuple(_tower(work, plan.runs)))
    say(
        f"making {plan.small} photos of {SMALL[0]} by {SMALL[1]} and {plan.large} of {LARGE[0]} by {LARGE[1]}"
    )
    make_photos(work / "small", plan.small, SMALL)
    make_photos(work / "large", plan.large, LARGE)
    say("indexing and asking, each in a process of its own")
    yield from _indexing(work, "small", f"{plan.small} small photos", plan.cold, ("≥ 80", "≤ 1200"))
    library = work / "small-library-0"
    yield Measure(
        f"index again, {plan.small} photos unchanged",
        "s",
        tuple(_photoseek("index", library, str(work / "small")).seconds for _ in range(plan.runs)),
        "≤ 1.5",
    )
    yield Measure(f"find in {plan.small} photos, cold process", "s", _finding(library, plan.runs), "≤ 1.0")
    yield from _indexing(work, "large", f"{plan.large} photos of 12 MP", plan.cold, ("", ""))
    say("the vector index over synthetic vectors")
    yield from _synthetic(work / "synthetic", plan)


def _indexing(work: Path, photos: str, what: str, runs: int, wanted: tuple[str, str]) -> Iterator[Measure]:
    ran = [
        _photoseek("index", work / f"{photos}-library-{run}", str(work / photos), "--json")
        for run in range(runs)
    ]
    embedded = [json.loads(one.stdout)["embedded"] for one in ran]
    rates = tuple(count / one.seconds for count, one in zip(embedded, ran, strict=True))
    yield Measure(f"index {what}", "photos/s", rates, wanted[0])
    yield Measure("  its peak memory", "MB", tuple(one.peak_mb for one in ran), wanted[1])


def _finding(library: Path, runs: int) -> tuple[float, ...]:
    asked = (QUESTIONS[run % len(QUESTIONS)] for run in range(runs))
    return tuple(_photoseek("find", library, "--json", question).seconds for question in asked)


def _synthetic(folder: Path, plan: Plan) -> Iterator[Measure]:
    from benchmark_vectors import fill, photos_vectors, questions

    from storage import Library

    library = Library(folder)
    fill(library, photos_vectors(plan.vectors))
    what = f"{plan.vectors} vectors"
    opening = [_timed(library.vector_index) for _ in range(plan.runs)]
    yield Measure(f"open the index of {what}", "ms", tuple(seconds * 1000 for seconds in opening))
    index = library.vector_index()
    searching = [_timed(partial(index.search, vector, 20)) for vector in questions(plan.searches)]
    yield Measure(f"search {what}", "ms", tuple(seconds * 1000 for seconds in searching))
    library.close()
    yield Measure(f"find in {plan.vectors} photos, cold process", "s", _finding(folder, plan.runs))


def _timed(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def _matrix_product(side: int = 1536) -> float:
    """Give thousand million multiply-adds a second of NumPy's f32 matrix product, its best of a few."""
    import numpy as np

    rng = np.random.default_rng(0)
    left, right = rng.random((2, side, side), np.float32)
    return side**3 / min(_timed(lambda: left @ right) for _ in range(5)) / 1e9


def _tower(work: Path, runs: int) -> Iterator[float]:
    """Give photos a second of the shipped model with its pixels ready: no file, no decoding, no library."""
    import numpy as np

    from embedder import EMBEDDED, open_embedder

    embedder = open_embedder(EMBEDDED.name, None, work / "compiled")
    size = embedder.facts.preprocess.size
    batch = np.random.default_rng(0).integers(0, 255, (64, size, size, 3), np.uint8)
    embedder.embed_photos(batch)
    for _ in range(runs):
        yield len(batch) / _timed(lambda: embedder.embed_photos(batch))


def _photoseek(command: str, library: Path, *arguments: str) -> Ran:
    """Run one command to its end, watching how much memory it holds."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "photoseek", command, "--library", str(library), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    with watching_memory(process.pid) as peak:
        stdout, stderr = process.communicate()
        seconds = time.perf_counter() - began
    if process.returncode:
        raise SystemExit(f"photoseek {command} ended with {process.returncode}:\n{stderr}")
    return Ran(seconds, peak() / _MEGABYTE, stdout)


@contextmanager
def watching_memory(pid: int, pause_s: float = 0.1) -> Iterator[Callable[[], int]]:
    """Look at a process and its children ten times a second; gives the most bytes they held together."""
    psutil = _psutil()
    peak = 0
    over = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not over.wait(pause_s):
            try:
                root = psutil.Process(pid)
                family = [root, *root.children(recursive=True)]
                peak = max(peak, sum(process.memory_info().rss for process in family))
            except psutil.NoSuchProcess:
                return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield lambda: peak
    finally:
        over.set()
        watcher.join()


def _psutil() -> Any:  # noqa: ANN401 (it ships no types)
    try:
        return importlib.import_module("psutil")
    except ImportError as error:
        raise SystemExit("this needs psutil: `python3 scripts/test.py` installs it") from error


def _machine() -> dict[str, str | int | None]:
    return {
        "platform": platform.platform(),
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }


def _row(measure: Measure) -> str:
    return f"{measure.name}: {_number(measure.median)} {measure.unit}"


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"  # noqa: PLR2004 (three digits suffice)


def _as_table(measures: list[Measure]) -> str:
    rows = [("measure", "median", "spread", "runs", "unit", "wanted")]
    for one in measures:
        spread = f"{_number(min(one.values))} to {_number(max(one.values))}"
        rows.append((one.name, _number(one.median), spread, str(len(one.values)), one.unit, one.wanted))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _against_the_processor(measures: list[Measure]) -> str:
    product, tower, indexing = measures[0].median, measures[1].median, measures[2].median
    embedding = indexing * TOWER_GMAC
    return (
        f"\nThe photo tower takes {TOWER_GMAC} GMAC a photo, so indexing small photos does "
        f"{_number(embedding)} GMAC/s of it:\n{indexing / tower:.0%} of the tower alone, "
        f"{embedding / product:.0%} of this processor's f32 matrix product."
    )


if __name__ == "__main__":
    environment.run(main)
