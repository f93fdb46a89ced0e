"""Does what photos are called find them, and does finding by meaning stay as good beside it?

Makes a library of photos that are called as people call them: numbers by cameras and phones, folders of trips,
people and shops, titles and keywords inside the files (XMP and IPTC), some in other languages and scripts; which
photo is called what is drawn by lot. Then it asks, through the product's own Searcher,

- questions of a file's name, a folder or a keyword, whole or in part: right if the first hit is one so called;
- the captions of a split, in this library and in a copy of it that knows no words: recall at 10 of their photos.

Example:
  python scripts/evaluate_words.py --data SHARED/scenes --data SHARED/world --data SHARED/flickr8k
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import environment
from caption_sets import descriptions
from environment import say
from named_photos import Called, Question, call, questions_of, write_photo

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from photoseek.embedder import Embedder
    from photoseek.searcher import Searcher
    from photoseek.storage import Library

_T = TypeVar("_T")

_TOP = 10
_SPLITS = ("val", "train")  # those that are asked for come first
_REPORT_S = 10


def main() -> int:
    """Make, index, ask, print."""
    options = _options()
    environment.enter()
    from evaluate import index_folder, work_folder

    from photoseek.indexer import open_model
    from photoseek.storage import Library

    with work_folder(options.library) as work:
        captions, called = _photos(options, work / "photos")
        library = Library(work / "library")
        embedder, model = open_model(library)
        index_folder(library, work / "photos", embedder, model)
        figures = {"photos": float(len(called))}
        figures |= _by_words(_searcher(library, embedder), called, options.seed, options.questions)
        library.close()
        asked = [(text, photo) for photo, text in captions][:: options.every]
        recalls = []
        for folder in (work / "library", _without_words(work / "library", work / "library-without-words")):
            library = Library(folder)
            recalls.append(_by_meaning(_searcher(library, embedder), asked))
            library.close()
        figures |= {
            "captions": float(len(asked)),
            f"R@{_TOP} by meaning": recalls[0],
            f"R@{_TOP} without words": recalls[1],
            "lost": recalls[1] - recalls[0],
        }
    if options.json:
        print(json.dumps(figures))
    else:
        wide = max(map(len, figures))
        print("\n".join(f"{name.ljust(wide)}  {figure:.4g}" for name, figure in figures.items()))
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, action="append", required=True, metavar="FOLDER")
    parser.add_argument("--photos", type=int, default=10_000, metavar="N", help="default: %(default)s")
    parser.add_argument("--questions", type=int, default=200, metavar="N", help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=1, help="of the questions (default: %(default)s)")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="ask only each Nth caption")
    parser.add_argument(
        "--library", type=Path, metavar="FOLDER", help="keep what is made here, for another run"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser.parse_args()


def _photos(options: argparse.Namespace, folder: Path) -> tuple[list[tuple[str, str]], list[Called]]:
    """Write the photos under their new names; gives path and caption of those asked for, and all names."""
    sources: list[Path] = []
    captions: list[tuple[int, str]] = []
    for split in _SPLITS:
        for data in options.data:
            for name, texts in sorted(descriptions(data, split).items()):
                if split == _SPLITS[0]:
                    captions.append((len(sources), texts[0]))
                sources.append(data / "images" / name)
    called = call(min(options.photos, len(sources)))
    for source, photo in zip(sources, called, strict=False):
        write_photo(source, folder / photo.path, photo)
    paths = [str(folder / photo.path) for photo in called]
    return [(paths[number], text) for number, text in captions if number < len(paths)], called


def _searcher(library: Library, embedder: Embedder) -> Searcher:
    from photoseek.searcher import Searcher

    searcher = Searcher(library, embedder)
    searcher.get_ready()
    return searcher


def _by_words(searcher: Searcher, called: Sequence[Called], seed: int, count: int) -> dict[str, float]:
    """Return the share of questions, of each kind and of all, whose first hit is so called."""
    asked = questions_of(called, random.Random(seed), count)  # noqa: S311 (a draw)
    right: dict[str, list[bool]] = {}
    for question in _watched(asked, "questions"):
        is_right = _first_is_called_so(searcher, question)
        right.setdefault(question.kind, []).append(is_right)
        if not is_right:
            say(f"  not first: {question.text} ({question.kind}; {len(question.paths)} photos are called so)")
    shares = {f"right first, by {kind}": sum(found) / len(found) for kind, found in sorted(right.items())}
    every = [found for kind in right.values() for found in kind]
    return {"questions": float(len(every)), **shares, "right first": sum(every) / len(every)}


def _first_is_called_so(searcher: Searcher, question: Question) -> bool:
    from photoseek.searcher import parse

    hits = searcher.find(parse([question.text]), 1).hits
    return bool(hits) and any(
        Path(path).as_posix().endswith(tuple(question.paths)) for path in hits[0].photo.paths
    )


def _by_meaning(searcher: Searcher, asked: Sequence[tuple[str, str]]) -> float:
    from photoseek.searcher import Query
    from photoseek.searcher.judging.measures import recall

    ranks = []
    for text, path in _watched(asked, "captions"):
        hits = searcher.find(Query(text), _TOP).hits
        ranks.append(next((rank for rank, hit in enumerate(hits, 1) if path in hit.photo.paths), None))
    return recall(ranks, _TOP)


def _without_words(library: Path, copy: Path) -> Path:
    """Copy a library, and have the copy know no words; its vectors and its catalog stay as they are."""
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(library, copy)
    with closing(sqlite3.connect(copy / "catalog.sqlite")) as catalog:
        catalog.execute("DELETE FROM words")
        catalog.commit()
    return copy


def _watched(asked: Sequence[_T], what: str) -> Iterator[_T]:
    """Yield each, and say now and then how many there were."""
    report = time.monotonic() + _REPORT_S
    for number, one in enumerate(asked):
        yield one
        if time.monotonic() > report:
            say(f"  {number + 1} of {len(asked)} {what} asked")
            report += _REPORT_S


if __name__ == "__main__":
    environment.run(main)
