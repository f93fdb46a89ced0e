"""Train the head that reads other languages: hashed parts of words to the space of the embedded model."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 (its usual name)

from photoseek.embedder.other_languages import BUCKETS, hashes_of, parts_of, words_of

_WIDTH = 192
_HIDDEN = 1024
_BATCH = 512
_RATE = 2e-3
_TABLE_RATE = 1e-2
_KEPT_PARTS = 0.7  # of a caption's parts, in training: no single word may decide
_SCALE = 20.0  # inverse temperature
_SEED = 7
_LEAST_COUNT = 2  # a word that captions hold only once may be a slip

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Captions:
    """Captions in other languages, and the number of the photo that each was written for."""

    texts: Sequence[str]
    photo_of_text: NDArray[np.int64]


class Student(nn.Module):
    """Sums of table rows to unit vectors: a line and one hidden layer."""

    def __init__(self, dimension: int) -> None:
        super().__init__()
        self.table = nn.EmbeddingBag(BUCKETS, _WIDTH, mode="sum")
        nn.init.normal_(self.table.weight, std=0.1)
        self.inner = nn.Linear(_WIDTH, _HIDDEN)
        self.outer = nn.Linear(_HIDDEN, dimension)
        self.line = nn.Linear(_WIDTH, dimension, bias=False)
        self.dropout = nn.Dropout(0.3)

    def forward(self, parts: Tensor, offsets: Tensor, counts: Tensor) -> Tensor:
        """Return (n, dimension) unit vectors of texts whose parts begin at `offsets`."""
        sums = self.table(parts, offsets) / counts.sqrt().unsqueeze(1)
        return F.normalize(self.outer(self.dropout(torch.relu(self.inner(sums)))) + self.line(sums), dim=-1)


def train(captions: Captions, photos: Vectors, english: Vectors, epochs: int) -> Student:
    """Bring captions near the vectors of their photos and of English captions of these: (n, dimension) each."""
    torch.manual_seed(_SEED)
    rng = np.random.default_rng(_SEED)
    parts = [parts_of(text) for text in captions.texts]
    student = Student(photos.shape[1])
    table = [student.table.weight]
    others = [weight for name, weight in student.named_parameters() if not name.startswith("table")]
    optimiser = torch.optim.Adam([{"params": table, "lr": _TABLE_RATE}, {"params": others, "lr": _RATE}])
    steps = epochs * (len(parts) // _BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, [_TABLE_RATE, _RATE], total_steps=steps)
    targets = torch.from_numpy(photos), torch.from_numpy(english)
    for step in range(steps):
        # One caption a photo: a photo drawn twice would be its own wrong answer.
        drawn = rng.permutation(len(parts))[: 2 * _BATCH]
        _, first = np.unique(captions.photo_of_text[drawn], return_index=True)
        rows = drawn[first][:_BATCH]
        vectors = student(*_batch([_some(parts[row], rng) for row in rows]))
        numbers = torch.from_numpy(captions.photo_of_text[rows])
        loss = torch.stack([_contrast(vectors, target[numbers]) for target in targets]).sum()
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        optimiser.step()
        schedule.step()
        if step % 50 == 0:
            print(f"other languages: step {step}/{steps}  loss {float(loss):.3f}", end="\r", file=sys.stderr)
    return student.eval()


def embed(student: Student, texts: Sequence[str]) -> Vectors:
    """Return unit vectors of texts, (n, dimension)."""
    with torch.no_grad():
        vectors: Vectors = student(*_batch([parts_of(text) for text in texts])).numpy()
    return vectors


def save(student: Student, other: Sequence[str], english: Sequence[str], path: Path) -> None:
    """Write what `embedder/other_languages.py` reads: the table in int8 with a scale a row, two vocabularies."""
    table = student.table.weight.detach().numpy()
    scale = np.maximum(np.abs(table).max(1, keepdims=True) / 127, 1e-8)
    np.savez_compressed(
        path,
        table=np.round(table / scale).astype(np.int8),
        table_scale=scale.astype(np.float16),
        in_weight=_half(student.inner.weight),
        in_bias=_half(student.inner.bias),
        out_weight=_half(student.outer.weight),
        out_bias=_half(student.outer.bias),
        line_weight=_half(student.line.weight),
        other=vocabulary(other),
        english=vocabulary(english),
    )


def vocabulary(texts: Sequence[str]) -> NDArray[np.uint32]:
    """Return the hashes of the words that stand in these texts more than once."""
    words, counts = np.unique([word for text in texts for word in words_of(text)], return_counts=True)
    return np.unique(hashes_of(words[counts >= _LEAST_COUNT].tolist()))


def _contrast(vectors: Tensor, targets: Tensor) -> Tensor:
    """Symmetric cross-entropy of which target belongs to which vector (CLIP)."""
    logits = vectors @ targets.T * _SCALE
    right = torch.arange(len(logits))
    return (F.cross_entropy(logits, right) + F.cross_entropy(logits.T, right)) / 2


def _some(parts: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    kept = parts[rng.random(len(parts)) < _KEPT_PARTS]
    return kept if len(kept) else parts


def _batch(parts: Sequence[NDArray[np.int64]]) -> tuple[Tensor, Tensor, Tensor]:
    counts = np.array([len(some) for some in parts])
    offsets = np.concatenate([[0], np.cumsum(counts)[:-1]])
    return (
        torch.from_numpy(np.concatenate(parts)),
        torch.from_numpy(offsets),
        torch.from_numpy(np.maximum(counts, 1).astype(np.float32)),
    )


def _half(weight: Tensor) -> NDArray[np.float16]:
    return weight.detach().numpy().astype(np.float16)
