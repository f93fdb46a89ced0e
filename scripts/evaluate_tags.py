"""How often do captions name what a photo is tagged with, and how much of what they name is tagged?

A label is true of a photo where one of its captions names it, or a kind of it as WordNet knows. Captions don't
name all that a photo shows: a right tag may count as wrong. Asked are the nouns of `evaluate_tags.txt` that the
captions name most often, each as `photoseek tag` decides by default.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from environment import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from photoseek.embedder import Embedder
    from photoseek.storage import Library, Model

_NOUNS = Path(__file__).with_name("evaluate_tags.txt")
_LABELS = 60
_THRESHOLD = 0.5  # what `photoseek tag` takes by default
_FEW = 0.01  # of the photos that don't show it, a label may be given to so many
_PLURALS = {"men": "man", "women": "woman", "children": "child", "benches": "bench", "buses": "bus"}
_NEAR = 0.10  # between the precision that was expected and what captions say


def tag_figures(
    library: Library, model: Model, embedder: Embedder, captions: Mapping[str, Sequence[str]]
) -> dict[str, float | None]:
    """Propose tags for the library's photos, and compare them with its captions, by their paths."""
    import numpy as np

    from photoseek.searcher import propose
    from photoseek.searcher.scoring.background import BackgroundCache

    say("tagging")
    paths = sorted(captions)
    of_path = {path: row for row, path in enumerate(paths)}
    read = [[_read(text) for text in captions[path]] for path in paths]
    shown = {noun: _named(names, read) for noun, names in _nouns().items()}
    labels = sorted(shown, key=lambda noun: (-shown[noun].sum(), noun))[:_LABELS]
    background = BackgroundCache(library.compiled_folder, model.name).read(embedder)
    proposals = propose(library, model, embedder, background, labels, _THRESHOLD)
    with library.catalog.read() as transaction:
        photos = transaction.photos.by_id(sorted(transaction.photos.present_ids()))
    row_of = {photo_id: of_path[photo.paths[0]] for photo_id, photo in photos.items()}
    truth = np.stack([shown[label] for label in labels], axis=1)
    tagged, expected = np.zeros_like(truth), np.zeros(len(labels))
    for column, proposal in enumerate(proposals):
        tagged[[row_of[photo_id] for photo_id in proposal.probabilities], column] = True
        expected[column] = sum(proposal.probabilities.values())
    right, each, there = (tagged & truth).sum(axis=0), tagged.sum(axis=0), truth.sum(axis=0)
    gives = each > 0
    precision, recall = right[gives] / each[gives], right / np.maximum(there, 1)
    wrong = (each - right) / (len(paths) - there)
    return {
        "tags: precision": float(right.sum() / max(each.sum(), 1)),
        "tags: recall": float(right.sum() / truth.sum()),
        "tags: precision, mean of labels": float(precision.mean()) if len(precision) else None,
        "tags: recall, mean of labels": float(recall.mean()),
        "tags: labels that are given": float(gives.sum()),
        "tags: labels given to 1 % at most where nothing shows them": float((wrong <= _FEW).mean()),
        "tags: labels as precise as expected": float(
            (abs(expected[gives] / each[gives] - precision) <= _NEAR).mean()
        ),
    }


def _nouns() -> dict[str, frozenset[str]]:
    """Give the nouns, each with the words that name it."""
    lines = (line for line in _NOUNS.read_text("utf-8").splitlines() if not line.startswith("#"))
    parts = (line.partition(":") for line in lines)
    return {noun: frozenset([noun, *others.split()]) for noun, _, others in parts}


def _named(names: frozenset[str], photos: Sequence[Sequence[tuple[set[str], set[int]]]]) -> NDArray[np.bool_]:
    """Say of which photos a caption names one of these, or a kind of one."""
    import numpy as np

    from photoseek.searcher.scoring.nouns import known_nouns

    nouns = known_nouns()
    wanted = {meaning for name in names for meanings in nouns.meanings_of(name) for meaning in meanings}
    return np.array([any(names & words or wanted & wider for words, wider in photo) for photo in photos])


def _read(text: str) -> tuple[set[str], set[int]]:
    """Give a caption's words, plurals in the singular too, and all that its nouns are a kind of."""
    from photoseek.searcher.scoring.nouns import known_nouns

    words = set(re.findall("[a-z]+", text.lower()))
    singulars = {_PLURALS.get(word, word.removesuffix("s")) for word in words}
    meanings = (meaning for some in known_nouns().meanings_of(text) for meaning in some)
    return words | singulars, {wider for meaning in meanings for wider in known_nouns().steps_up(meaning)}
