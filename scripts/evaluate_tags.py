"""How often do captions name what a photo is tagged with, and how much of what they name is tagged?

A label is true of a photo where one of its captions names it, or a kind of it as WordNet knows. Captions don't
name all that a photo shows: a right tag may count as wrong. Asked are the nouns of `evaluate_tags.txt` that the
captions name most often, each as `photoseek tag` decides by default; by its words alone, as where a model has no
heads; and by the rule that photoseek had before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from environment import say
from label_truth import named, nouns, read_caption

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from photoseek.embedder import Embedder, Vectors
    from photoseek.searcher import Proposal
    from photoseek.storage import Library, Model

    Flags = NDArray[np.bool_]

_LABELS = 60
_FEW = 0.01  # of the photos that don't show it, a label may be given to so many
_NEAR = 0.10  # between the precision that was expected and what captions say
_MOST_SHOW_IT = 0.5  # recall wanted of a label, however many photos show it: each photo is judged on its own
_DEVIATIONS_BEFORE = 2.3  # above the library's median cosine: the rule before, with its smallest deviation
_SMALLEST_DEVIATION = 0.03


def tag_figures(
    library: Library, model: Model, embedder: Embedder, captions: Mapping[str, Sequence[str]]
) -> dict[str, float | None]:
    """Propose tags for the library's photos, and compare them with its captions, by their paths."""
    import numpy as np

    from photoseek.searcher import propose
    from photoseek.searcher.scoring.background import BackgroundCache

    say("tagging")
    paths = sorted(captions)
    row_of_path = {path: row for row, path in enumerate(paths)}
    terms = nouns()
    shown = named(terms, [[read_caption(text) for text in captions[path]] for path in paths])
    most = sorted(range(len(terms)), key=lambda column: (-shown[:, column].sum(), column))[:_LABELS]
    labels, truth = [list(terms)[column] for column in most], shown[:, most]
    background = BackgroundCache(library.compiled_folder, model.name).read(embedder)
    with library.catalog.read() as transaction:
        photos = transaction.photos.by_id(sorted(transaction.photos.present_ids()))
        vectors = transaction.vectors.of(model, list(photos))
    row_of = {photo_id: row_of_path[photo.paths[0]] for photo_id, photo in photos.items()}
    seen = np.stack([vectors[photo_id] for photo_id in sorted(row_of, key=row_of.__getitem__)])
    figures: dict[str, float | None] = {}
    for how, by_words in (("tags", False), ("tags by words", True)):
        proposals = propose(library, model, embedder, background, labels, by_words=by_words)
        tagged, expected = _tagged(proposals, row_of, truth.shape)
        figures |= {f"{how}: {name}": figure for name, figure in _figures(tagged, truth, expected).items()}
    before = _by_the_rule_before(seen, embedder.embed_labels(labels))
    rule_before = _figures(before, truth, None)
    return figures | {f"tags by the rule before: {name}": figure for name, figure in rule_before.items()}


def _tagged(
    proposals: Sequence[Proposal], row_of: Mapping[int, int], shape: tuple[int, ...]
) -> tuple[Flags, NDArray[np.float64]]:
    """Return which photo gets which label, and how many of each label's photos may be expected to be right."""
    import numpy as np

    tagged = np.zeros(shape, bool)
    for column, proposal in enumerate(proposals):
        tagged[[row_of[photo_id] for photo_id in proposal.probabilities], column] = True
    return tagged, np.array([sum(proposal.probabilities.values()) for proposal in proposals])


def _by_the_rule_before(photos: Vectors, labels: Vectors) -> Flags:
    import numpy as np

    cosines = photos @ labels.T
    middles = np.median(cosines, axis=0)
    deviations = np.maximum(1.4826 * np.median(np.abs(cosines - middles), axis=0), _SMALLEST_DEVIATION)
    found: Flags = cosines - middles >= _DEVIATIONS_BEFORE * deviations
    return found


def _figures(tagged: Flags, truth: Flags, expected: NDArray[np.float64] | None) -> dict[str, float | None]:
    """Return what is reported of one way to tag; `expected` are right photos by its own probabilities."""
    import numpy as np

    right, each, there = (tagged & truth).sum(axis=0), tagged.sum(axis=0), truth.sum(axis=0)
    gives = each > 0
    precision, recall = right[gives] / each[gives], right / np.maximum(there, 1)
    wrong = (each - right) / (len(truth) - there)
    found: dict[str, float | None] = {
        "precision": float(right.sum() / max(each.sum(), 1)),
        "recall": float(right.sum() / truth.sum()),
        "precision, mean of labels": float(precision.mean()) if len(precision) else None,
        "recall, mean of labels": float(recall.mean()),
        "labels that are given": float(gives.sum()),
        "labels given to 1 % at most where nothing shows them": float((wrong <= _FEW).mean()),
        "labels with a recall of 0.5": float((recall >= _MOST_SHOW_IT).mean()),
    }
    if expected is not None:
        near = abs(expected[gives] / each[gives] - precision) <= _NEAR
        found["labels as precise as expected"] = float(near.mean())
    return found
