"""How fast is photoseek on this machine, how far from what the processor could do, and how fast are others?

Makes its own photos, then measures `photoseek` in processes of its own, as a person runs it; the vector
index over synthetic vectors; and the processor's own pace, to hold against them. With --peers, rclip,
sentence-transformers and a loop around open_clip do the same work in the same run, all on one ViT-B/32.

Examples:
  python scripts/benchmark.py
  python scripts/benchmark.py --quick --json /tmp/benchmark.json --plot /tmp/benchmark.png
  python scripts/benchmark.py --page
  python scripts/benchmark.py --database
  python scripts/benchmark.py --peers ~/.cache/photoseek-peers
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import environment
from benchmark_asking import find_cold, find_resident, start_cold
from benchmark_extraction import extraction_measures
from benchmark_run import photoseek
from benchmark_side_by_side import against_rclip, side_by_side
from benchmark_table import Measure, as_table, machine, number, plot, refuse_without_what_draws
from benchmark_text import text_measures
from benchmark_videos import video_measures
from environment import say

if TYPE_CHECKING:
    from photoseek.storage import Library, Model
    from photoseek.storage.rows.vectors import Matrix

# Multiply-adds of the shipped photo tower, EfficientNet-Lite2 at 256 px.
TOWER_GMAC = 0.75


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    small: int  # photos
    large: int  # photos
    heic: int  # photos
    videos: int
    vectors: tuple[int, ...]
    many: int  # photos that all are asked among, and that are looked at again
    cold: int  # runs of the cold index
    runs: int  # of everything that takes seconds
    arriving: int  # photos that are indexed while clients ask
    load_s: float  # how long clients ask
    searches: int


# of so many vectors: milliseconds of a search, seconds of a question in a process of its own
_WANTED = {100_000: ("≤ 12", "≤ 0.6"), 1_000_000: ("≤ 10", "")}

FULL = Plan(
    small=2000,
    large=300,
    heic=16,
    videos=20,
    vectors=(1_000, 10_000, 100_000, 1_000_000),
    many=100_000,
    cold=3,
    runs=10,
    arriving=4000,
    load_s=60.0,
    searches=200,
)
QUICK = Plan(
    small=200,
    large=8,
    heic=2,
    videos=2,
    vectors=(1_000, 10_000),
    many=10_000,
    cold=1,
    runs=3,
    arriving=200,
    load_s=5.0,
    searches=50,
)


def main() -> int:
    """Make photos, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a tenth of the work, to see that it runs")
    parser.add_argument(
        "--page", action="store_true", help="measure the page alone: fifty clients, a real browser"
    )
    parser.add_argument(
        "--database", action="store_true", help="measure a library in PostgreSQL alone, beside FAISS"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write machine and measures there, too")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw cost against size there, a PNG")
    parser.add_argument(
        "--peers", type=Path, metavar="FOLDER", help="measure others too; keeps their packages (12 GB) there"
    )
    options = parser.parse_args()
    environment.enter()
    if options.plot:
        refuse_without_what_draws()
    plan = QUICK if options.quick else FULL
    os.environ["PHOTOSEEK_ONLY"] = "meaning"  # what is extracted after that has rows of its own
    measures = []
    with tempfile.TemporaryDirectory(prefix="photoseek-benchmark-") as temporary:
        work = Path(temporary).resolve()
        for measure in _chosen(options, work, plan):
            say(f"  {measure}")
            measures.append(measure)
    print(as_table(measures))
    if not (options.page or options.database):
        print(_against_the_processor(measures))
    if options.peers:
        print(against_rclip(measures))
    if options.json:
        results = {
            "machine": machine(),
            "quick": options.quick,
            "measures": [asdict(one) for one in measures],
        }
        options.json.write_text(json.dumps(results, indent=2) + "\n", "utf-8")
    if options.plot:
        plot(measures, options.plot)
    return 0


def _chosen(options: argparse.Namespace, work: Path, plan: Plan) -> Iterator[Measure]:
    if options.page:
        yield from _page(work, plan)
    elif options.database:
        from benchmark_database import database_measures

        yield from database_measures(work, plan.vectors[-1], plan.searches)
    else:
        yield from _measures(work, plan, options.peers)


def _measures(work: Path, plan: Plan, peers: Path | None) -> Iterator[Measure]:
    from benchmark_photos import LARGE, SMALL, make_photos

    say("the processor")
    yield Measure("matrix product in f32", "GMAC/s", tuple(_matrix_product() for _ in range(plan.runs)))
    yield Measure("photo tower alone", "photos/s", tuple(_tower(work, plan.runs)))
    say("making photos")
    make_photos(work / "small", plan.small, SMALL)
    make_photos(work / "large", plan.large, LARGE)
    make_photos(work / "heic", plan.heic, LARGE, "HEIF")
    say("indexing and asking, each in a process of its own")
    yield from _indexing(work, "small", f"{plan.small} small photos", plan.cold, ("≥ 150", "≤ 1000"))
    for option in ("--version", "--help"):
        yield Measure(f"photoseek {option}, cold process", "s", start_cold(option, plan.runs), "≤ 0.12")
    library = work / "small-library-0"
    yield Measure(
        f"index again, {plan.small} photos unchanged",
        "s",
        tuple(photoseek("index", library, str(work / "small")).seconds for _ in range(plan.runs)),
    )
    yield Measure(f"find in {plan.small} photos, cold process", "s", find_cold(library, plan.runs))
    yield Measure(
        f"find in {plan.small} photos, while `watch` runs", "s", find_resident(library, plan.runs), "≤ 0.1"
    )
    yield _labelling(library, work / "small", plan)
    yield from _indexing(work, "large", f"{plan.large} photos of 12 MP", plan.cold, ("≥ 35", "≤ 1000"))
    yield from extraction_measures(work, work / "large-library-0", f"{plan.large} photos of 12 MP")
    yield from _indexing(work, "heic", f"{plan.heic} HEIC photos of 12 MP", plan.cold, ("", ""))
    say("the vector index over synthetic vectors")
    for count in plan.vectors:
        yield from _synthetic(work / f"synthetic-{count}", count, plan)
    yield from _rescan(work / "unchanged", plan)
    say("questions in words among texts that were read in photos")
    yield from text_measures(work / "texts", plan.many, plan.runs)
    say("videos, and questions among their moments")
    yield from video_measures(work, plan.videos, plan.many, plan.runs)
    yield from _page(work, plan)
    if peers is not None:
        say("others, on the same photos and the same size of model")
        yield from side_by_side(work, peers, plan.cold, plan.runs, plan.many)


def _page(work: Path, plan: Plan) -> Iterator[Measure]:
    from benchmark_page import page_measures, without_pause

    say("the page, with a browser and with fifty clients")
    yield from page_measures(work, plan.many, plan.arriving, plan.load_s)
    yield from without_pause(work, plan.many // 5, plan.load_s)


def _indexing(work: Path, photos: str, what: str, runs: int, wanted: tuple[str, str]) -> Iterator[Measure]:
    ran = [
        photoseek("index", work / f"{photos}-library-{run}", str(work / photos), "--json")
        for run in range(runs)
    ]
    embedded = [json.loads(one.stdout)["embedded"] for one in ran]
    rates = tuple(count / one.seconds for count, one in zip(embedded, ran, strict=True))
    yield Measure(f"index {what}", "photos/s", rates, wanted[0])
    yield Measure("  its peak memory", "MB", tuple(one.peak_mb for one in ran), wanted[1])


def _labelling(library: Path, photos: Path, plan: Plan) -> Measure:
    """Weigh as many labels as photos of the library: words that captions are made of."""
    from photoseek.searcher.scoring.background import stored_captions

    count = plan.small // 2
    words = dict.fromkeys(word for caption in stored_captions() for word in caption.split() if word.isalpha())
    named = ("--labels", ",".join(list(words)[:count]), *map(str, sorted(photos.rglob("*.jpg"))[:count]))
    took = tuple(photoseek("label", library, "--json", *named).seconds for _ in range(plan.runs))
    return Measure(f"label {count} photos, {count} labels", "s", took, "≤ 10" if plan is FULL else "")


def _synthetic(folder: Path, count: int, plan: Plan) -> Iterator[Measure]:
    import numpy as np
    from benchmark_vectors import exact_neighbours, fill, photos_vectors, questions

    from photoseek.storage import Library

    library = Library(folder)
    fill(library, photos_vectors(count))
    what = f"{count} vectors"
    opening = [_timed(library.vector_index) for _ in range(plan.runs)]
    yield Measure(f"open the index, {what}", "ms", tuple(seconds * 1000 for seconds in opening), "", count)
    index = library.vector_index()
    asked = np.stack(list(questions(plan.searches)))
    searching = [_timed(partial(index.search, vector, 20)) for vector in asked]
    wanted = _WANTED.get(count, ("", ""))
    yield Measure(f"search, {what}", "ms", tuple(seconds * 1000 for seconds in searching), wanted[0], count)
    true = exact_neighbours(index, asked, 10)
    found = [set(index.search(vector, 10).photo_ids.tolist()) for vector in asked]
    recalls = tuple(len(one & other) / len(other) for one, other in zip(found, true, strict=True))
    yield Measure(f"share of the ten nearest, {what}", "", (statistics.fmean(recalls),), "≥ 0.99")
    with library.catalog.read() as transaction:
        (model,) = transaction.models.all()
    adding = [
        _timed(partial(_add_one, library, model, number, vector))
        for number, vector in enumerate(asked[: plan.runs], start=1)
    ]
    yield Measure(f"add one vector, {what}", "ms", tuple(seconds * 1000 for seconds in adding), "", count)
    library.close()
    yield Measure(f"find cold, {what}", "s", find_cold(folder, plan.runs), wanted[1], count)


def _add_one(library: Library, model: Model, photo_id: int, vector: Matrix) -> None:
    with library.catalog.write() as transaction:
        transaction.vectors.save(model, {photo_id: vector})
    library.save_index(always=True)


def _rescan(folder: Path, plan: Plan) -> Iterator[Measure]:
    """Look again at files of which none has changed."""
    from benchmark_vectors import fill, photos_vectors

    from photoseek.storage import Library

    library = Library(folder / "library")
    fill(library, photos_vectors(plan.many), folder=folder / "photos")
    library.close()
    again = [
        photoseek("index", folder / "library", str(folder / "photos"), "--json") for _ in range(plan.runs)
    ]
    if any(json.loads(one.stdout)["unchanged"] != plan.many for one in again):
        raise SystemExit("files that nobody touched were not taken for unchanged")
    wanted = "≤ 1.5" if plan is FULL else ""
    yield Measure(
        f"index again, {plan.many} files unchanged", "s", tuple(one.seconds for one in again), wanted
    )


def _timed(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def _matrix_product(side: int = 1536) -> float:
    """Return GMAC a second of NumPy's f32 matrix product, its best of a few."""
    import numpy as np

    rng = np.random.default_rng(0)
    left, right = rng.random((2, side, side), np.float32)
    return side**3 / min(_timed(lambda: left @ right) for _ in range(5)) / 1e9


def _tower(work: Path, runs: int) -> Iterator[float]:
    """Yield photos a second of the shipped model with its pixels ready: no file, no decoding, no library."""
    import numpy as np

    from photoseek.embedder import EMBEDDED, ModelSource, open_embedder

    embedder = open_embedder(ModelSource(EMBEDDED.name), work / "compiled")
    size = embedder.facts.preprocess.size
    batch = np.random.default_rng(0).integers(0, 255, (64, size, size, 3), np.uint8)
    embedder.embed_photos(batch)
    for _ in range(runs):
        yield len(batch) / _timed(lambda: embedder.embed_photos(batch))


def _against_the_processor(measures: list[Measure]) -> str:
    product, tower, indexing = measures[0].median, measures[1].median, measures[2].median
    embedding = indexing * TOWER_GMAC
    return (
        f"\nThe photo tower takes {TOWER_GMAC} GMAC a photo, so indexing small photos does "
        f"{number(embedding)} GMAC/s of it:\n{indexing / tower:.0%} of the tower alone, "
        f"{embedding / product:.0%} of this processor's f32 matrix product."
    )


if __name__ == "__main__":
    environment.run(main)
