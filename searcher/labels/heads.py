"""Learnt heads of labels: logistic regressions on vectors of photos, fitted to captions by a script.

A head belongs to one embedding model, and is never used with another. It sees a photo's vector, and the evidence
by which a label is weighed by its words alone. `scripts/fit_label_heads.py` makes the files.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from photoseek.embedder import Vectors
from photoseek.searcher.labels.classifying import logistic
from photoseek.searcher.labels.label import Label
from photoseek.storage import replaced_whole

Numbers = NDArray[np.float32]
Indices = NDArray[np.intp]
_LARGEST = 127  # of an int8


@dataclass(frozen=True, slots=True)
class Measured:
    """How right a label's tags were on photos that nothing was fitted to, by their captions; None: too few."""

    precision: float | None
    recall: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Heads:
    """The heads of one model, a row for each label."""

    model: str
    labels: tuple[Label, ...]  # with the prompts that their evidence was weighed by
    weights: Numbers  # (labels, dimension)
    of_evidence: Numbers  # (labels,)
    bias: Numbers  # (labels,)
    threshold: float  # probability from which a photo is tagged
    precision: Numbers  # (labels,) of tags, by captions of photos that nothing was fitted to; NaN: too few
    recall: Numbers  # (labels,) likewise

    def with_prompts(self, labels: Sequence[Label]) -> list[Label]:
        """Give labels that are names alone the prompts of the heads that have their names."""
        prompts = {label.name.casefold(): label.prompts for label in self.labels}
        return [
            label if label.prompts else replace(label, prompts=prompts.get(label.name.casefold(), ()))
            for label in labels
        ]

    def named(self, labels: Sequence[Label]) -> frozenset[str]:
        """Return the names of the labels that have a head."""
        columns, _ = self.rows(self.with_prompts(labels))
        return frozenset(labels[column].name for column in columns)

    def measured(self, labels: Sequence[Label]) -> dict[str, Measured]:
        """Return what was measured of each label that has a head, by name; where photos were too few, none."""
        found = {}
        for column, row in zip(*self.rows(self.with_prompts(labels)), strict=True):
            precision, recall = (
                None if np.isnan(of[row]) else float(of[row]) for of in (self.precision, self.recall)
            )
            if precision is not None or recall is not None:
                found[labels[column].name] = Measured(precision, recall)
        return found

    def rows(self, labels: Sequence[Label]) -> tuple[Indices, Indices]:
        """Return which of `labels` have a head, and the row of each: those of which the same is embedded.

        A label that was renamed keeps its head so, and one with other prompts has none.
        """
        row_of = {_meaning(label): row for row, label in enumerate(self.labels)}
        found = [row_of.get(_meaning(label)) for label in labels]
        columns = [column for column, row in enumerate(found) if row is not None]
        return np.array(columns, np.intp), np.array([row for row in found if row is not None], np.intp)

    def probabilities(self, photos: Vectors, evidence: Numbers, rows: Indices) -> Numbers:
        """Return how likely (n, dimension) photos show the labels of `rows`, from their (n, rows) evidence."""
        logits = photos @ self.weights[rows].T + evidence * self.of_evidence[rows] + self.bias[rows]
        found: Numbers = logistic(logits)
        return found

    def write(self, path: Path) -> None:
        """Write the file; each row of weights is rounded to int8."""
        largest = np.abs(self.weights).max(axis=1, keepdims=True)
        scale = np.where(largest > 0, largest, 1) / _LARGEST
        with replaced_whole(path) as part, part.open("wb") as file:
            np.savez_compressed(
                file,
                model=np.array(self.model),
                names=np.array([label.name for label in self.labels]),
                prompts=np.array(["\n".join(label.prompts) for label in self.labels]),
                weights=np.rint(self.weights / scale).astype(np.int8),
                scale=scale.astype(np.float32),
                of_evidence=self.of_evidence,
                bias=self.bias,
                threshold=np.array(self.threshold),
                precision=self.precision,
                recall=self.recall,
            )

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a file that `write` wrote."""
        with np.load(path, allow_pickle=False) as kept:
            labels = zip(kept["names"].tolist(), kept["prompts"].tolist(), strict=True)
            return cls(
                str(kept["model"]),
                tuple(Label(name, tuple(filter(None, prompts.split("\n")))) for name, prompts in labels),
                kept["weights"] * kept["scale"],
                kept["of_evidence"],
                kept["bias"],
                float(kept["threshold"]),
                kept["precision"],
                kept["recall"],
            )


def _meaning(label: Label) -> tuple[str, ...]:
    return tuple(text.casefold() for text in label.texts)


_FOLDER = Path(__file__).parent


def heads_file(model: str, folder: Path = _FOLDER) -> Path:
    """Return where the heads of a model are, of one that ships if no other folder is named."""
    return folder / f"heads-{model}.npz"


@cache
def heads_of(model: str, folder: Path = _FOLDER) -> Heads | None:
    """Return the heads of a model by its name; None if there are none, as for each model that is added."""
    file = heads_file(model, folder)
    if "/" in model or not file.exists():  # a name with a slash is one of open_clip's
        return None
    heads = Heads.read(file)
    return heads if heads.model == model else None
