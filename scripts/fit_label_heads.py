"""Teaches heads for the labels that ship: logistic regressions on vectors of photos that people described.

    fit_label_heads.py --data FOLDER --work FOLDER

The data are folders as `evaluate.py` takes them, `flickr8k`, `scenes` and `world`, and `labelled` with folders of
photos that are named by what they show. A label is true of a photo where a caption names it or a kind of it; a
labelled photo is an example of its own label, and of what its collection's others are not. Learnt from are the
split train, and the half of `labelled` that `is_for_training` says. Cross-validation on the captions of `scenes`
chooses how much its photos count, how much weights are penalised, and the probability from which a photo is tagged
(with --weight and --penalty, that alone). The split val is for the figures alone. Vectors are kept in the folder
behind --work, since they take a while.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, fields
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import environment
import numpy as np
import torch
from caption_sets import descriptions
from environment import say
from evaluate_labels import is_for_training
from label_truth import named, read_caption, terms_of

from photoseek.embedder import EMBEDDED, ModelSource, open_embedder
from photoseek.indexer.decode.decode import decode
from photoseek.searcher.labels.classifying import logistic
from photoseek.searcher.labels.heads import Heads, heads_file
from photoseek.searcher.labels.label import ancestors
from photoseek.searcher.labels.label_vectors import label_vectors
from photoseek.searcher.labels.vocabulary.built_in import built_in
from photoseek.searcher.labels.weighing import WeighedLabels
from photoseek.searcher.scoring.background import BackgroundCache

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from photoseek.embedder import Embedder, Vectors
    from photoseek.searcher.labels.label import Label

    Numbers = NDArray[np.float32]
    Flags = NDArray[np.bool_]

_CAPTIONED = ("flickr8k", "scenes", "world")
_EVERYDAY = "scenes"  # what people photograph, mostly with a single caption each: choices are made by them
_LABELLED = {  # by collection, folders with the label that each stands for
    "weather": {"cloudy": "cloudy", "rain": "rain", "shine": "sunny", "sunrise": "sunset"},
    "clothing": {
        "dress": "dress",
        "hat": "hat",
        "longsleeve": "shirt",
        "outwear": "jacket",
        "pants": "trousers",
        "shirt": "shirt",
        "shoes": "shoes",
        "shorts": "shorts",
        "skirt": "skirt",
        "t-shirt": "shirt",
    },
    "documents": {"receipt": "receipt"},
    "landscapes": {
        "buildings": "building",
        "forest": "forest",
        "glacier": "glacier",
        "mountain": "mountain",
        "sea": "sea",
        "street": "street",
    },
    "kinds": {name: name for name in ("screenshot", "map", "painting", "diagram", "chart", "drawing")},
    "pets": {"cat": "cat", "dog": "dog"},
}
# Photos of these collections show pages and pictures, and nothing of what most labels are about.
_FLAT = ("documents", "kinds")
_MAY_BE_ON_A_PAGE = frozenset(("document", "graphic", "artwork"))
_SOURCE_WEIGHTS = (1.0, 2.0, 4.0)  # tried: how much a photo of `scenes` counts, of which there are few
_PENALTIES = (0.5, 1.0, 2.0)  # tried: of squared weights
_FOLDS = 3
_FEWEST = 20  # photos of training that show a label; with fewer, words alone decide
_FEWEST_TESTED = 5  # photos of val that show it, for its own precision and recall to be stated
_PRECISION = 0.75  # of tags, by captions, that the threshold is chosen for
_THRESHOLDS = np.arange(0.4, 0.9, 0.05)
_STEPS = 60  # of L-BFGS
_BATCH = 32
_AT_ONCE = 200


@dataclass(frozen=True)
class Examples:
    """Photos with what is known of each label."""

    vectors: Vectors  # (n, dimension)
    evidence: Numbers  # (n, labels), by words alone
    true: Flags  # (n, labels)
    known: Flags  # (n, labels)
    source: NDArray[np.str_]  # (n,)

    def rows(self, chosen: Flags) -> Examples:
        """Return some of the photos."""
        return Examples(*(getattr(self, field.name)[chosen] for field in fields(self)))

    def columns(self, chosen: Flags) -> Examples:
        """Return some of the labels."""
        return Examples(
            self.vectors, self.evidence[:, chosen], self.true[:, chosen], self.known[:, chosen], self.source
        )


@dataclass(frozen=True)
class Fitted:
    """Logistic regressions, one for each label."""

    weights: Numbers  # (dimension, labels)
    of_evidence: Numbers  # (labels,)
    bias: Numbers  # (labels,)

    def probabilities(self, examples: Examples) -> Numbers:
        """Return those of (n, labels)."""
        found: Numbers = logistic(
            examples.vectors @ self.weights + examples.evidence * self.of_evidence + self.bias
        )
        return found


class Gatherer:
    """Reads photos, embeds them once, and weighs labels by their words."""

    def __init__(self, embedder: Embedder, labels: Sequence[Label], data: Path, work: Path) -> None:
        self._embedder = embedder
        self._labels = labels
        self._index = {label.name: column for column, label in enumerate(labels)}
        self._data = data
        self._work = work
        background = BackgroundCache(work / "compiled", EMBEDDED.name).read(embedder)
        self._weighed = WeighedLabels(labels, label_vectors(embedder, labels), background)

    def examples(self, split: str) -> Examples:
        """Return the captioned photos of a split, and its half of the labelled ones."""
        parts = [self._captioned(name, split) for name in _CAPTIONED]
        parts += [self._collection(name, folders, split) for name, folders in _LABELLED.items()]
        return Examples(
            *(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Examples))
        )

    def _captioned(self, name: str, split: str) -> Examples:
        described = descriptions(self._data / name, split)
        read = [[read_caption(text) for text in texts] for texts in described.values()]
        true = self._with_parents(named(terms_of(self._labels), read))
        known = np.ones_like(true)
        paths = [self._data / name / "images" / photo for photo in described]
        return self._made(f"{name}-{split}", paths, true, known)

    def _collection(self, name: str, folders: Mapping[str, str], split: str) -> Examples:
        paths = [
            path
            for folder in folders
            for path in sorted((self._data / "labelled" / name / folder).iterdir())
            if is_for_training(path) == (split == "train")
        ]
        true = np.zeros((len(paths), len(self._labels)), bool)
        for row, path in enumerate(paths):
            true[row, self._index[folders[path.parent.name]]] = True
        known = np.zeros_like(true)
        known[:, [self._index[label] for label in folders.values()]] = True
        true = self._with_parents(true)
        known |= true
        if name in _FLAT:
            above = ancestors(self._labels)
            flat = [_MAY_BE_ON_A_PAGE.isdisjoint((label.name, *above[label.name])) for label in self._labels]
            known[:, flat] = True
        return self._made(f"{name}-{split}", paths, true, known)

    def _with_parents(self, true: Flags) -> Flags:
        for label, above in ancestors(self._labels).items():
            for ancestor in above:
                true[:, self._index[ancestor]] |= true[:, self._index[label]]
        return true

    def _made(self, name: str, paths: Sequence[Path], true: Flags, known: Flags) -> Examples:
        vectors = self._vectors(name, paths)
        evidence = np.concatenate(
            [
                self._weighed.evidence(vectors[start : start + _AT_ONCE])
                for start in range(0, len(paths), _AT_ONCE)
            ]
        )
        return Examples(vectors, evidence, true, known, np.array([name.partition("-")[0]] * len(paths)))

    def _vectors(self, name: str, paths: Sequence[Path]) -> Vectors:
        file = self._work / f"{name}.npy"
        if file.exists():
            kept: Vectors = np.load(file)
            if len(kept) == len(paths):
                return kept
        say(f"embedding {len(paths)} photos of {name}")
        vectors = np.concatenate(list(self._embedded(paths)))
        np.save(file, vectors)
        return vectors

    def _embedded(self, paths: Sequence[Path]) -> Iterator[Vectors]:
        for start in range(0, len(paths), _BATCH):
            some = [decode(path.read_bytes(), path.name).photo for path in paths[start : start + _BATCH]]
            yield self._embedder.embed_photos(
                np.stack([self._embedder.facts.preprocess(one) for one in some])
            )


def fit(examples: Examples, everyday: float, penalty: float) -> Fitted:
    """Fit all labels' regressions at once, each on the photos of which it is known whether they show it."""
    vectors, evidence = torch.tensor(examples.vectors), torch.tensor(examples.evidence)
    counts = np.where(examples.source == _EVERYDAY, everyday, 1.0)[:, np.newaxis]
    true, known = torch.tensor(examples.true).float(), torch.tensor(examples.known * counts).float()
    labels = true.shape[1]
    usual = 0.75  # what evidence counts by words alone, in logits
    weights = torch.zeros(vectors.shape[1], labels, requires_grad=True)
    of_evidence = torch.full((labels,), usual, requires_grad=True)
    bias = torch.full((labels,), -3.25 * usual, requires_grad=True)
    optimiser = torch.optim.LBFGS(
        [weights, of_evidence, bias], max_iter=_STEPS, history_size=8, line_search_fn="strong_wolfe"
    )

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        logits = vectors @ weights + evidence * of_evidence + bias
        each = torch.nn.functional.binary_cross_entropy_with_logits(
            logits, true, weight=known, reduction="sum"
        )
        total = each + penalty / 2 * weights.square().sum() + 2 * (of_evidence - usual).square().sum()
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    return Fitted(*(part.detach().numpy() for part in (weights, of_evidence, bias)))


def held_back(examples: Examples, everyday: float, penalty: float) -> Numbers:
    """Return probabilities, (n, labels), each by heads that were not fitted to its photo."""
    folds = np.random.default_rng(0).integers(0, _FOLDS, len(examples.vectors))
    found = np.zeros_like(examples.evidence)
    for fold in range(_FOLDS):
        fitted = fit(examples.rows(folds != fold), everyday, penalty)
        found[folds == fold] = fitted.probabilities(examples.rows(folds == fold))
    return found


def choose(examples: Examples, tried: Iterable[tuple[float, float]]) -> tuple[float, float, float]:
    """Choose what predicts everyday photos best that were held back, and the lowest threshold precise enough."""
    rows = examples.source == _EVERYDAY
    losses: dict[tuple[float, float], tuple[float, Numbers]] = {}
    for everyday, penalty in tried:
        probabilities = held_back(examples, everyday, penalty)[rows]
        losses[everyday, penalty] = _log_loss(probabilities, examples.rows(rows)), probabilities
        say(f"weight {everyday}, penalty {penalty}: log loss {losses[everyday, penalty][0]:.4f}")
    best = min(losses, key=lambda pair: losses[pair][0])
    for threshold in _THRESHOLDS:
        precision, recall = _micro(losses[best][1] >= threshold, examples.rows(rows))
        say(f"threshold {threshold:.2f}: precision {precision:.3f}, recall {recall:.3f}")
        if precision >= _PRECISION:
            return *best, round(float(threshold), 2)
    raise SystemExit(f"no threshold is as precise as {_PRECISION}")


def _log_loss(probabilities: Numbers, examples: Examples) -> float:
    likely = np.clip(np.where(examples.true, probabilities, 1 - probabilities), 1e-6, 1)
    return float(-(np.log(likely) * examples.known).sum() / len(likely))


def _micro(tagged: Flags, examples: Examples) -> tuple[float, float]:
    """Return precision and recall over all pairs of a photo and a label that are known."""
    right = (tagged & examples.true & examples.known).sum()
    given = (tagged & examples.known).sum()
    return float(right / max(given, 1)), float(right / max((examples.true & examples.known).sum(), 1))


def by_label(tagged: Flags, examples: Examples) -> tuple[Numbers, Numbers]:
    """Return the precision and the recall of each label; NaN where too few photos show it, or none is tagged."""
    right = (tagged & examples.true & examples.known).sum(axis=0)
    given, there = (tagged & examples.known).sum(axis=0), (examples.true & examples.known).sum(axis=0)
    tested = there >= _FEWEST_TESTED
    precision, recall = (
        np.where(tested & (of > 0), right / np.maximum(of, 1), np.nan).astype(np.float32)
        for of in (given, there)
    )
    return precision, recall


def main() -> int:
    """Fit, measure and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--work", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--weight", type=float, help="of `scenes`, in the place of those that are tried")
    parser.add_argument("--penalty", type=float, help="likewise")
    options = parser.parse_args()
    if (options.weight is None) != (options.penalty is None):
        parser.error("--weight and --penalty are given together: add the other, or leave both out")
    options.work.mkdir(parents=True, exist_ok=True)
    embedder = open_embedder(ModelSource(EMBEDDED.name), options.work / "compiled")
    labels = built_in().labels
    gatherer = Gatherer(embedder, labels, options.data, options.work)
    train, val = gatherer.examples("train"), gatherer.examples("val")
    taught = (train.true & train.known).sum(axis=0) >= _FEWEST
    train, val = train.columns(taught), val.columns(taught)
    learnt = tuple(label for label, enough in zip(labels, taught, strict=True) if enough)
    say(f"{len(learnt)} of {len(labels)} labels are shown by {_FEWEST} photos or more")
    given = options.weight is not None
    tried = [(options.weight, options.penalty)] if given else product(_SOURCE_WEIGHTS, _PENALTIES)
    everyday, penalty, threshold = choose(train, tried)
    fitted = fit(train, everyday, penalty)
    tagged = fitted.probabilities(val) >= threshold
    heads = Heads(
        EMBEDDED.name,
        learnt,
        fitted.weights.T,
        fitted.of_evidence,
        fitted.bias,
        threshold,
        *by_label(tagged, val),
    )
    heads.write(heads_file(EMBEDDED.name))
    size = heads_file(EMBEDDED.name).stat().st_size
    say(f"weight {everyday}, penalty {penalty}, threshold {threshold}; {size:,} bytes")
    print("| val | photos | precision | recall |\n|---|---|---|---|")
    for source in dict.fromkeys(val.source.tolist()):
        rows = val.source == source
        precision, recall = _micro(tagged[rows], val.rows(rows))
        print(f"| {source} | {rows.sum()} | {precision:.2f} | {recall:.2f} |")
    return 0


if __name__ == "__main__":
    environment.run(main)
