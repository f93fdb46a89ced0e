"""How good are the product's answers: finding, naming, grading, duplicates, in one table?

`scripts/evaluate.py --data FOLDER --split val` takes any folder with `images/` and a `captions.csv` (columns
image, split, caption), indexes the split's photos as `photoseek index` does, asks every caption as `photoseek
find` does, and prints recall: R@k is the share of captions whose own photo is among the first k hits.
`--labelled FOLDER`, of folders named by what their photos show, adds how often `photoseek label` names them right;
`--things FOLDER` how many kinds of thing are named and found; `--languages FOLDER`, with a file of captions of the
same photos for each language, the recall in each.
Recall and grades have 95 % intervals of the bootstrap over photos and subjects (`intervals`).
`evaluate_tags` compares tags with captions, `evaluate_relevance` asks about grades, `evaluate_duplicates` about
copies; `--compare NAME` adds a second model.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import environment
import intervals
from environment import say
from evaluate_duplicates import BURSTS, found_copies, make_bursts, make_copies, make_documents, make_pairs
from evaluate_labels import accuracy
from evaluate_relevance import calibration
from evaluate_tags import tag_figures
from evaluate_things import things

if TYPE_CHECKING:
    from photoseek.embedder import Embedder, ModelSource
    from photoseek.indexer import Progress
    from photoseek.searcher import Searcher
    from photoseek.storage import Library

_DEEPEST = 100  # hits asked for: enough to know the median rank of any model worth evaluating
_REPORT_S = 5


@dataclass(frozen=True, slots=True)
class Pair:
    """A caption and the path of the photo it was written for."""

    caption: str
    path: str


Figures = dict[str, float | None]


def main() -> int:
    """Index, ask, print."""
    options = _options()
    environment.enter()
    from photoseek.embedder import EmbedderError
    from photoseek.storage import StorageError

    try:
        with work_folder(options.library) as work:
            pairs = linked_pairs(options.data, options.split, work / f"{options.split}-photos")
            results = dict([_evaluate(work, options, pairs, _source(options.model, options.weights), "")])
            next(iter(results.values())).update(_found_copies(work, options, pairs))
            if options.compare is not None:
                compared = (_source(options.compare, options.compare_weights), "-compared")
                results |= dict([_evaluate(work, options, pairs, *compared)])
    except (EmbedderError, StorageError) as error:
        raise SystemExit(str(error)) from error
    if options.json:
        print(json.dumps({"split": options.split, "models": results}))
    else:
        print(_as_table(results))
    return 0


def _source(name: str | None, weights: Path | None) -> ModelSource | None:
    from photoseek.embedder import ModelSource

    return None if name is None else ModelSource(name, weights)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--data", type=Path, required=True, metavar="FOLDER", help="holds images/ and captions.csv"
    )
    parser.add_argument("--split", default="val", help="rows of captions.csv to take (default: %(default)s)")
    parser.add_argument(
        "--model", metavar="NAME", help="as for `photoseek index` (default: the one that ships)"
    )
    parser.add_argument("--weights", type=Path, metavar="FILE", help="weights of your own for --model")
    parser.add_argument("--compare", metavar="NAME", help="a second model, in a column of its own")
    parser.add_argument(
        "--compare-weights", type=Path, metavar="FILE", help="weights of your own for --compare"
    )
    parser.add_argument(
        "--library",
        type=Path,
        metavar="FOLDER",
        help="keep what is indexed here, so that another run starts there",
    )
    parser.add_argument(
        "--labelled",
        type=Path,
        action="append",
        default=[],
        metavar="FOLDER",
        help="name its photos by its folders' names; only the half that training leaves alone",
    )
    parser.add_argument(
        "--things", type=Path, metavar="FOLDER", help="name and find its photos by its folders' names"
    )
    parser.add_argument(
        "--languages",
        type=Path,
        metavar="FOLDER",
        help="ask the captions of its files, de.csv and so on, as well",
    )
    parser.add_argument(
        "--every", type=int, default=1, metavar="N", help="ask only each Nth caption (default: %(default)s)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser.parse_args()


@contextmanager
def work_folder(kept: Path | None) -> Iterator[Path]:
    """Return the folder to keep things in, else one that goes when the block ends."""
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="photoseek-evaluate-") as temporary:
        yield Path(temporary).resolve()


def linked_pairs(data: Path, split: str, links: Path) -> list[Pair]:
    """Read the split's captions, and gather its photos, and only those, in a folder that can be indexed."""
    pairs = _pairs(data / "captions.csv", split, links)
    for link in sorted({pair.path for pair in pairs}):
        _link(data.resolve() / "images" / Path(link).relative_to(links), Path(link))
    return pairs


def _pairs(captions: Path, split: str, photos: Path) -> list[Pair]:
    """Read the captions of one split, each with where its photo lies in the folder `photos`."""
    try:
        with captions.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except OSError as error:
        raise SystemExit(f"{captions} can't be read ({error.strerror}): check the folder") from error
    if not rows or not {"image", "split", "caption"} <= rows[0].keys():
        raise SystemExit(f"{captions} needs a header and rows of image,split,caption")
    chosen = [row for row in rows if row["split"] == split]
    if not chosen:
        splits = ", ".join(sorted({row["split"] for row in rows}))
        raise SystemExit(f"no caption in {captions} has the split “{split}”: there are {splits}")
    return [Pair(row["caption"], str(photos / row["image"])) for row in chosen]


def _link(photo: Path, link: Path) -> None:
    if not photo.exists():
        raise SystemExit(f"captions.csv names {photo}, which is not there")
    if link.is_symlink() or link.exists():
        return
    link.parent.mkdir(parents=True, exist_ok=True)
    try:
        link.symlink_to(photo)
    except OSError:  # Windows lets few people make links
        shutil.copy2(photo, link)


def _evaluate(
    work: Path,
    options: argparse.Namespace,
    pairs: list[Pair],
    source: ModelSource | None,
    which: str,
) -> tuple[str, Figures]:
    """Return a model's name and figures."""
    from photoseek.indexer import open_model
    from photoseek.searcher import Searcher
    from photoseek.storage import Library

    captions: dict[str, list[str]] = {}
    for pair in pairs:
        captions.setdefault(pair.path, []).append(pair.caption)
    library = Library(work / f"{options.split}-library{which}")
    try:
        embedder, model = open_model(library, source)
        began = time.perf_counter()
        index_folder(library, work / f"{options.split}-photos", embedder, model)
        indexed = time.perf_counter()
        searcher = Searcher(library, embedder)
        searcher.get_ready()
        ready = time.perf_counter()
        ranks = _ask(searcher, pairs[:: options.every])
        asking_ms = (time.perf_counter() - ready) * 1000 / len(ranks)
        figures: Figures = {"photos": float(len(captions)), "captions": float(len(ranks)), **_recalls(ranks)}
        figures |= _recall_intervals(pairs[:: options.every], ranks)
        for file in sorted(options.languages.glob("*.csv")) if options.languages else ():
            say(f"asking in {file.stem}")
            translated = _pairs(file, options.split, work / f"{options.split}-photos")
            recalls = _recalls(_ask(searcher, translated[:: options.every]))
            figures |= {f"{file.stem}: {name}": figure for name, figure in recalls.items()}
        for folder in options.labelled:
            figures[f"naming {folder.name}"] = accuracy(folder, embedder)[0]
        if options.things:
            figures |= things(options.things, embedder)
        figures |= tag_figures(library, model, embedder, captions)
        say("asking for subjects")
        figures |= calibration(library, searcher, captions)
        figures |= {"indexing, s": indexed - began, "asking, ms a caption": asking_ms}
    finally:
        library.close()
    return model.name, figures


def _recalls(ranks: list[int | None]) -> Figures:
    """Return the shares of captions whose photo is among the first hits; no median rank beyond the deepest."""
    from photoseek.searcher.judging.measures import CUTS, recall

    recalls = {f"R@{cut}": recall(ranks, cut) for cut in CUTS}
    middle = statistics.median(_DEEPEST + 1 if rank is None else rank for rank in ranks)
    return {**recalls, "median rank": float(middle) if middle <= _DEEPEST else None}


def _recall_intervals(pairs: list[Pair], ranks: list[int | None]) -> Figures:
    """Return within what bounds R@k lies for other photos of the same kind."""
    from photoseek.searcher.judging.measures import CUTS

    of_photo: dict[str, list[int | None]] = {}
    for pair, rank in zip(pairs, ranks, strict=True):
        of_photo.setdefault(pair.path, []).append(rank)
    figures: Figures = {}
    for cut in CUTS:
        found = [[rank is not None and rank <= cut for rank in some] for some in of_photo.values()]
        figures |= intervals.named(f"R@{cut}", intervals.of_share(found))
    return figures


def _found_copies(work: Path, options: argparse.Namespace, pairs: list[Pair]) -> Figures:
    """Index the photos with copies of some of them, and look for duplicates; models have no part in it."""
    from photoseek.indexer import open_model
    from photoseek.storage import Library

    folder = work / f"{options.split}-copies"
    photos = sorted({Path(pair.path) for pair in pairs})
    if not folder.exists():
        make_copies(photos, folder)
        make_documents(folder / "documents")
        make_bursts(photos[-BURSTS:], folder / "bursts")
        make_pairs(sorted((options.data.parent / "camera" / "raw").glob("*.*")), folder / "pairs")
        for photo in photos:
            _link(photo.resolve(), folder / "originals" / photo.name)
    library = Library(work / f"{options.split}-copies-library")
    try:
        index_folder(library, folder, *open_model(library, _source(options.model, options.weights)))
        return found_copies(library)
    finally:
        library.close()


def index_folder(library: Library, photos: Path, embedder: Embedder, model: Any) -> None:  # noqa: ANN401
    """Index a folder as `photoseek index` does, and let the model answer."""
    from photoseek.indexer import Run, index

    with library.indexing():
        with library.catalog.write() as transaction:
            root = transaction.roots.add(str(photos))
        summary = index(Run(library, embedder, model, on_progress=_Reporter()), {root: [""]})
        with library.catalog.write() as transaction:
            transaction.models.use(model)
        library.save_index(always=True)
    say(f"{summary.embedded} photos embedded, {summary.unchanged} were there, {summary.skipped} skipped")


def _ask(searcher: Searcher, pairs: list[Pair]) -> list[int | None]:
    """Return each caption's rank of its photo."""
    report = time.monotonic() + _REPORT_S
    ranks = []
    for number, pair in enumerate(pairs):
        ranks.append(_rank(searcher, pair))
        if time.monotonic() > report:
            say(f"  {number + 1} of {len(pairs)} captions asked")
            report += _REPORT_S
    return ranks


def _rank(searcher: Searcher, pair: Pair) -> int | None:
    from photoseek.embedder import UnreadableText
    from photoseek.searcher import Query

    try:
        hits = searcher.find(Query(pair.caption), _DEEPEST).hits
    except UnreadableText:  # a person would find nothing either
        return None
    return next((rank for rank, hit in enumerate(hits, 1) if pair.path in hit.photo.paths), None)


class _Reporter:
    """Says how far indexing has come, now and then."""

    def __init__(self) -> None:
        self._next = time.monotonic() + _REPORT_S

    def __call__(self, progress: Progress) -> None:
        if time.monotonic() > self._next:
            say(f"  {progress.done} of {progress.total} photos indexed")
            self._next += _REPORT_S


def _as_table(results: dict[str, Figures]) -> str:
    names = list(dict.fromkeys(name for figures in results.values() for name in figures))
    left, wide = max(map(len, names)), max(8, *map(len, results))
    lines = ["  ".join([" " * left, *(model.rjust(wide) for model in results)])]
    for name in names:
        cells = (_cell(figures.get(name)).rjust(wide) for figures in results.values())
        lines.append("  ".join([name.ljust(left), *cells]))
    return "\n".join(lines)


def _cell(figure: float | None) -> str:
    if figure is None:
        return "–"
    return f"{figure:.0f}" if figure.is_integer() and figure != 1 else f"{figure:.3f}"


if __name__ == "__main__":
    environment.run(main)
