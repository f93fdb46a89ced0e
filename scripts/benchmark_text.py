"""What a question in words costs more where a fifth of the photos have text in them."""

from __future__ import annotations

import random
import time
from itertools import islice
from typing import TYPE_CHECKING

from benchmark_table import Measure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from photoseek.searcher import Searcher
    from photoseek.storage import PhotoText

_WITH_TEXT = 5  # one photo in so many
_LENGTHS = (2, 4, 8, 20, 40, 150)  # words of a text: a sign, a label, …, a page
_AT_ONCE = 2000
_SYLLABLES = [consonant + vowel for consonant in "bcdfgklmnprstvz" for vowel in "aeiou"]
_QUESTIONS = (
    "a dog on a beach",  # words that captions and pages have
    "a man with a camera beside a red car",
    "RE16 TGK",
    "total 12.50",
    "happy birthday",
    "kavobu",  # a made word, as a shop's name
)
_FILTERS = ('text:"total 12.50"', "text:ing", "has:text")


def text_measures(folder: Path, count: int, runs: int) -> Iterator[Measure]:
    """Ask in a library without texts, then again after a fifth of its photos have got one."""
    from benchmark_vectors import fill, photos_vectors

    from photoseek.searcher import Searcher
    from photoseek.storage import Library

    library = Library(folder)
    fill(library, photos_vectors(count))
    searcher = Searcher(library)
    searcher.get_ready()
    before = {asked: _asking(searcher, asked, runs) for asked in _QUESTIONS}
    began = time.perf_counter()
    made = zip(range(1, count + 1, _WITH_TEXT), _texts(), strict=False)
    while some := dict(islice(made, _AT_ONCE)):
        with library.catalog.write() as transaction:
            transaction.texts.save(some)
    there = f"{count // _WITH_TEXT} texts"
    yield Measure(f"make, save and index {there}", "s", (time.perf_counter() - began,))
    for asked in _QUESTIONS:
        after = _asking(searcher, asked, runs)
        more = tuple(late - early for late, early in zip(after, before[asked], strict=True))
        yield Measure(f"find “{asked}” in {count} photos, more by {there}", "ms", more, "≤ 30")
    for asked in _FILTERS:
        yield Measure(f"find {asked} in {there}", "ms", _asking(searcher, asked, runs))
    library.close()


def _asking(searcher: Searcher, asked: str, runs: int) -> tuple[float, ...]:
    from photoseek.searcher import parse_line

    query = parse_line(asked)
    searcher.find(query, 20)
    took = []
    for _ in range(runs):
        began = time.perf_counter()
        searcher.find(query, 20)
        took.append((time.perf_counter() - began) * 1000)
    return tuple(sorted(took))


def _texts() -> Iterator[PhotoText]:
    """Yield texts without end, whose words are the seldomer the further down a list they stand (Zipf 1935)."""
    from photoseek.searcher.scoring.background import ordinary_words
    from photoseek.storage import PhotoText, ReadWord

    lot = random.Random(1)  # noqa: S311 (no secret)
    made = ("".join(lot.choices(_SYLLABLES, k=lot.randint(2, 4))) for _ in range(20_000))
    words = [*lot.sample(sorted(ordinary_words()), len(ordinary_words())), *made]
    seldom = [1 / (place + 10) for place in range(len(words))]
    while True:
        said = lot.choices(words, seldom, k=lot.choice(_LENGTHS))
        said += [f"{lot.randrange(1, 100)}.{lot.randrange(100):02d}"] * lot.randrange(2)
        said += ["total"] * (lot.randrange(5) == 0)  # a receipt
        plate = "".join(lot.choices("ABCDEFGHKLMNPRSTUVWXYZ", k=2))
        said += [f"{plate}{lot.randrange(10, 100)}"] * lot.randrange(2)
        yield PhotoText(
            tuple(ReadWord(word, number // 6, 0.1, 0.1, 0.2, 0.2, 0.9) for number, word in enumerate(said))
        )
