"""Are photos found by the words that stand in them?

Indexes photos as `photoseek index` does, reads the text in them, and asks for it through the product's own
Searcher: as the filter `text:`, and in plain words, where the photo has to be among the first ten hits.

- without an option, 60 photos are made (`text_photos.py`), and each of their words is asked for;
- `--other-scripts` makes 21 photos in seven scripts that `tesseract` reads, and asks for each of their words;
- `--receipts FOLDER` asks for the shops and totals of 20 real receipts, read by eye into marks/receipts.tsv before
  any engine read them;
- `--no-text FOLDER` counts the words that are read in photos where a person saw none (marks/scenes_text.tsv).

Examples:
  python scripts/evaluate_text.py
  python scripts/evaluate_text.py --receipts SHARED/labelled/documents/receipt
  python scripts/evaluate_text.py --no-text SHARED/scenes/images
"""

from __future__ import annotations

import argparse
import csv
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import environment
from environment import say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from photoseek.searcher import Searcher
    from photoseek.storage import Library

_MARKS = Path(__file__).parent / "marks"
_SEED = 1
_TOP = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """Words that stand in a photo, and what kind of words they are."""

    photo: str  # its file's name
    words: str
    kind: str


def main() -> int:
    """Make or link, index, ask, print."""
    options = _options()
    environment.enter()
    from evaluate import work_folder

    from photoseek.storage import Library

    with work_folder(options.library) as work:
        if options.no_text is not None:
            _link(options.no_text, _without_text(), work / "photos")
        elif options.receipts is not None:
            asked = list(_receipts())
            _link(options.receipts, {one.photo for one in asked}, work / "photos")
        else:
            asked = list(_made(options.photos, work / "photos", other_scripts=options.other_scripts))
        # Meaning first, as for everybody; text is read afterwards.
        subprocess.run(
            [
                environment.PHOTOSEEK,
                "index",
                work / "photos",
                "--library",
                work / "library",
                "--only",
                "meaning,text",
            ],
            check=True,
        )
        library = Library(work / "library")
        if options.no_text is not None:
            _print_false_words(library)
        else:
            _print_found(library, asked)
        library.close()
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--other-scripts", action="store_true")
    which.add_argument("--receipts", type=Path, metavar="FOLDER")
    which.add_argument("--no-text", type=Path, metavar="FOLDER")
    parser.add_argument(
        "--photos", type=int, default=60, metavar="N", help="to be made (default: %(default)s)"
    )
    parser.add_argument(
        "--library", type=Path, metavar="FOLDER", help="keep what is made here, for another run"
    )
    return parser.parse_args()


def _made(count: int, folder: Path, *, other_scripts: bool) -> Iterable[Asked]:
    from text_photos import OTHER_FONTS, missing_fonts, planned, planned_in_other_scripts, write

    fonts = [[font for both in OTHER_FONTS.values() for font in both]] if other_scripts else []
    if missing := missing_fonts(*fonts):
        raise SystemExit(f"these fonts are missing: {', '.join(missing)}; install Debian's packages of them")
    photos = planned_in_other_scripts(_SEED) if other_scripts else planned(count, _SEED)
    write(photos, folder, _SEED)
    for photo in photos:
        for word in photo.words:
            yield Asked(photo.name, word, f"{photo.language}, {photo.kind}")


def _receipts() -> Iterable[Asked]:
    with (_MARKS / "receipts.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            yield Asked(row["file"], row["shop"], "shop")
            yield Asked(row["file"], row["total"], "total")


def _without_text() -> set[str]:
    with (_MARKS / "scenes_text.tsv").open(encoding="utf-8", newline="") as file:
        return {row["file"] for row in csv.DictReader(file, delimiter="\t") if row["text"] == "none"}


def _link(source: Path, names: Iterable[str], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        if not (source / name).is_file():
            raise SystemExit(f"{source} has no {name}: name the folder that the list is about")
        if not (folder / name).exists():
            (folder / name).symlink_to((source / name).resolve())


def _print_found(library: Library, asked: list[Asked]) -> None:
    from photoseek.searcher import Searcher

    searcher = Searcher(library)
    total: Counter[str] = Counter()
    by_filter: Counter[str] = Counter()
    in_words: Counter[str] = Counter()
    for one in asked:
        filtered, plain = _is_let_through(library, searcher, one), _is_among_the_first(searcher, one)
        for kind in (one.kind, "all"):
            total[kind] += 1
            by_filter[kind] += filtered
            in_words[kind] += plain
        if not filtered:
            say(f"not found: {one.words} in {one.photo}")
    wide = max(map(len, total))
    print(f"{'kind'.ljust(wide)}  asked  text:   in the first {_TOP}")
    for kind, count in total.items():
        print(f"{kind.ljust(wide)}  {count:5}  {by_filter[kind] / count:6.1%}  {in_words[kind] / count:6.1%}")


def _is_let_through(library: Library, searcher: Searcher, asked: Asked) -> bool:
    from photoseek.searcher import Filter, parse_line

    matching = searcher.matching(parse_line(str(Filter("text", asked.words))))
    with library.catalog.read() as transaction:
        photos = transaction.photos.by_id(sorted(matching.photo_ids)).values()
    return any(Path(photo.paths[0]).name == asked.photo for photo in photos)


def _is_among_the_first(searcher: Searcher, asked: Asked) -> bool:
    from photoseek.embedder import UnreadableText
    from photoseek.searcher import parse_line
    from photoseek.searcher.query.query import quoted

    try:
        hits = searcher.find(parse_line(quoted(asked.words)), _TOP).hits
    except UnreadableText:  # the model knows no such script, and the question is refused
        return False
    return any(Path(hit.path).name == asked.photo and hit.read for hit in hits)


def _print_false_words(library: Library) -> None:
    with library.catalog.read() as transaction:
        photo_ids = sorted(transaction.photos.present_ids())
        texts = transaction.texts.of(photo_ids)
        photos = transaction.photos.by_id(sorted(texts))
    for photo_id, text in texts.items():
        words = " ".join(f"{word.text} ({word.score:.2f})" for word in text.words)
        print(f"{Path(photos[photo_id].paths[0]).name}  {words}")
    words_read = sum(len(text.words) for text in texts.values())
    print(f"{len(photo_ids)} photos without text: {words_read} words read, in {len(texts)} of them")


if __name__ == "__main__":
    environment.run(main)
