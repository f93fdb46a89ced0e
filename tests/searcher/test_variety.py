"""A burst, or copies, are one hit, at the place of the nearest of them."""

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from photoseek.cli.search.hit_table import as_table
from photoseek.indexer import Run, index
from photoseek.searcher import Hit, Searcher, parse
from photoseek.searcher.hits.companions import shown_pairs
from photoseek.searcher.hits.variety import varied
from photoseek.storage import Photo, PhotoFacts


def _hit(number: int, picture: int, second: int | None = None) -> Hit:
    look = np.random.default_rng(picture).integers(0, 255, 64).astype(np.uint8).tobytes()
    taken_at = None if second is None else f"2024-05-01T12:00:{second:02d}"
    name = number.to_bytes(2, "big")
    facts = PhotoFacts(name, name, 4, 3, "JPEG", taken_at, None, "Camera", None, None, None, look=look)
    return Hit(Photo(number, facts, "2024", (f"/p/{number}.jpg",)), 1 - number / 100, "strong")


def _folded(hits: list[Hit]) -> list[Hit]:
    return [shown for _, shown in varied(shown_pairs(hits), lambda *_: True)]


def test_the_frames_of_a_burst_are_one_hit_even_where_the_first_and_last_are_far_apart() -> None:
    hits = [_hit(1, picture=1, second=10), _hit(2, picture=2, second=11)]
    hits += [_hit(3 + step, picture=1, second=12 + 2 * step) for step in range(3)]
    first, other = _folded(hits)
    assert (first.path, first.score, first.alike) == ("/p/1.jpg", 0.99, ("/p/3.jpg", "/p/4.jpg", "/p/5.jpg"))
    assert (other.path, other.alike) == ("/p/2.jpg", ())


def test_copies_are_one_hit() -> None:
    (hit,) = _folded([_hit(1, picture=1), _hit(2, picture=1)])
    assert hit.alike == ("/p/2.jpg",)
    assert hit.as_json()["alike"] == ["/p/2.jpg"]


def test_the_same_scene_a_minute_later_is_a_hit_of_its_own() -> None:
    hits = [_hit(1, picture=1, second=0), _hit(2, picture=1, second=50)]
    assert _folded(hits) == hits


@given(
    pictures=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9) | st.none()), max_size=25),
    shown=st.integers(0, 25),
)
def test_what_follows_changes_no_place_and_no_photo_is_lost(
    pictures: list[tuple[int, int | None]], shown: int
) -> None:
    hits = [_hit(number, picture, second) for number, (picture, second) in enumerate(pictures)]
    everything = _folded(hits)
    got = [path for hit in everything for path in (hit.path, *hit.alike)]
    assert sorted(got) == sorted(hit.path for hit in hits)
    beginning = [hit.path for hit in _folded(hits[:shown])]
    assert beginning == [hit.path for hit in everything][: len(beginning)]


def test_find_folds_unless_each_is_asked_for(run: Run, photos: Path) -> None:
    picture = Image.fromarray(np.linspace(0, 255, 64 * 48 * 3).reshape(48, 64, 3).astype(np.uint8))
    picture.save(photos / "a.jpg", quality=70)
    picture.save(photos / "b.jpg", quality=90)
    with run.library.catalog.write() as transaction:
        root = transaction.roots.add(str(photos))
    index(run, {root: [""]})
    searcher = Searcher(run.library, run.embedder)
    answer = searcher.find(parse(["red"]), 5, fold=True)
    assert len(answer.hits) == 1
    assert as_table(answer).endswith("×2")
    assert len(searcher.find(parse(["red"]), 5).hits) == 2
