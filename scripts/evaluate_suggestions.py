#!/usr/bin/env python3
"""Measures whether `photoseek album suggest` finds each trip and party of made libraries as one album.

The photos are real ones of --data, with dates and positions that the script writes. `--method hdbscan` clusters
them by scikit-learn's HDBSCAN over time, place and looks, to compare with.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from pathlib import Path

import numpy as np
from made_occasions import Occasion, make

from photoseek.hooks import Hooks
from photoseek.indexer import Run, index, open_model
from photoseek.searcher import Searcher
from photoseek.searcher.suggesting.suggesting import Suggestion, suggest
from photoseek.searcher.suggesting.timeline import timeline_of
from photoseek.storage import Library

_FOUND = 0.8  # of the photos of an occasion and its album together, in both
_PART = 0.2  # of an occasion's photos in another album: it is not one album then


def main() -> None:
    """Print a line for each occasion of each seed, and the sums."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with flickr8k/ and scenes/")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1], help="a library for each")
    parser.add_argument("--method", choices=["gaps", "hdbscan"], default="gaps")
    parser.add_argument("--keep", type=Path, help="make libraries below this folder, or use those there")
    options = parser.parse_args()
    sums = np.zeros(4, np.int64)
    with tempfile.TemporaryDirectory() as temporary:
        for seed in options.seeds:
            sums += _evaluate(
                options.data, (options.keep or Path(temporary)) / str(seed), seed, options.method
            )
    found, named, occasions, others = sums.tolist()
    print(
        f"{options.method}: {found} of {occasions} found as one album, {named} named, {others} other albums"
    )


def _evaluate(data: Path, folder: Path, seed: int, method: str) -> tuple[int, int, int, int]:
    photos = folder / "photos"
    is_new = not photos.exists()
    photos.mkdir(parents=True, exist_ok=True)
    occasions = make(data, photos, seed)  # writes the same photos again
    library = Library(folder / "library")
    if is_new:
        _index(library, photos)
    searcher = Searcher(library)
    suggested = suggest(searcher, library) if method == "gaps" else _by_hdbscan(searcher, library)
    with library.catalog.read() as transaction:
        names = {
            photo_id: Path(photo.paths[0]).name
            for photo_id, photo in transaction.photos.by_id(sorted(transaction.photos.present_ids())).items()
        }
    albums = [
        (one, {names[photo_id] for photo_id in one.photo_ids}) for one in suggested if one.kind != "theme"
    ]
    scores = [_score(seed, occasion, albums) for occasion in occasions]
    belonging = {one.name for one, has in albums if any(has & set(occasion.photos) for occasion in occasions)}
    others = [one.name for one, _ in albums if one.name not in belonging]
    themes = [f"{one.name} ({len(one.photo_ids)})" for one in suggested if one.kind == "theme"]
    print(f"seed {seed}: other albums: {', '.join(others) or 'none'}; themes: {', '.join(themes) or 'none'}")
    library.close()
    return sum(f for f, _ in scores), sum(n for _, n in scores), len(occasions), len(others)


def _index(library: Library, photos: Path) -> None:
    embedder, model = open_model(library)
    with library.catalog.write() as transaction:
        root = transaction.roots.add(str(photos))
    index(Run(library, embedder, model), {root: [""]})
    Hooks().get_ready_to_answer(library, embedder)


def _score(seed: int, occasion: Occasion, albums: list[tuple[Suggestion, set[str]]]) -> tuple[bool, bool]:
    truth = set(occasion.photos)
    best, has = max(albums, key=lambda one: len(one[1] & truth) / len(one[1] | truth))
    overlap = len(has & truth) / len(has | truth)
    parted = sum(len(photos & truth) >= _PART * len(truth) for _, photos in albums) > 1
    found = overlap >= _FOUND and not parted
    named = found and re.search(occasion.words, best.name) is not None
    print(
        f"seed {seed}: {occasion.kind} of {len(truth)} ({occasion.words}): “{best.name}”, overlap {overlap:.2f}"
        f"{', in several albums' if parted else ''}{'' if named else ', NOT NAMED' if found else ', NOT FOUND'}"
    )
    return found, named


def _by_hdbscan(searcher: Searcher, library: Library) -> list[Suggestion]:
    """Cluster by days, thousands of km and looks, weighed so that each of them counts."""
    from sklearn.cluster import HDBSCAN

    with library.catalog.read() as transaction:
        timeline = timeline_of(transaction.photos.moments())
        vectors = transaction.vectors.of(searcher.model, timeline.photo_ids.tolist())
    looks = np.stack([vectors[photo_id] for photo_id in timeline.photo_ids.tolist()])
    places = np.nan_to_num(timeline.points, nan=0.0)
    features = np.column_stack([timeline.seconds[:, np.newaxis] / 86_400, places * 6, looks * 2])
    clusters = HDBSCAN(min_cluster_size=8, cluster_selection_method="eom", copy=True).fit_predict(features)
    return [
        Suggestion("trip", f"cluster {number}", tuple(timeline.photo_ids[clusters == number].tolist()))
        for number in range(clusters.max() + 1)
    ]


if __name__ == "__main__":
    main()
