"""Vectors of labels, kept in a cache of the library: the text tower takes a while for thousands of them."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import numpy as np

from photoseek.embedder import Embedder, Vectors, unit_length
from photoseek.searcher.labels.label import Label
from photoseek.storage import read_checked, write_checked

Progress = Callable[[Sequence[int]], Iterable[int]]

_TEXTS_AT_ONCE = 64
_WORTH_KEEPING = 32  # labels: so many take longer to embed than a file to write
_MOST_FILES = 8
_NAME_DIGITS = 16


def label_vectors(
    embedder: Embedder, labels: Sequence[Label], folder: Path | None = None, progress: Progress = iter
) -> Vectors:
    """Embed each label as the mean of its texts, each of which is embedded as a label, (labels, dimension).

    Vectors have unit length. Those of many labels are kept in `folder`; it may be deleted. Raises UnreadableText
    for a text of which the model can read nothing. `progress` is given the steps to show. What is kept is
    found by the same labels in any order: a vocabulary has its own, and rules for new photos go by name.
    """
    if folder is None or len(labels) < _WORTH_KEEPING:
        return _embedded(embedder, labels, progress)
    order = sorted(range(len(labels)), key=lambda number: labels[number].texts)
    in_order = [labels[number] for number in order]
    as_asked = np.argsort(order)
    path = folder / f"labels-{_digest(embedder, in_order)}.npy"
    with suppress(OSError, ValueError, EOFError):
        kept: Vectors = np.load(BytesIO(read_checked(path) or b""))
        if kept.shape == (len(labels), embedder.facts.dimension):
            return kept[as_asked]
    made = _embedded(embedder, in_order, progress)
    written = BytesIO()
    np.save(written, made)
    with suppress(OSError):  # a library on a read-only disk
        folder.mkdir(parents=True, exist_ok=True)
        write_checked(path, written.getvalue())
        _delete_oldest(folder.glob("labels-*.npy"))
    return made[as_asked]


def _embedded(embedder: Embedder, labels: Sequence[Label], progress: Progress) -> Vectors:
    texts = [text for label in labels for text in label.texts]
    each = np.concatenate(
        [
            embedder.embed_labels(texts[start : start + _TEXTS_AT_ONCE])
            for start in progress(range(0, len(texts), _TEXTS_AT_ONCE))
        ]
    )
    beginnings = np.cumsum([0, *(len(label.texts) for label in labels[:-1])])
    return unit_length(np.add.reduceat(each, beginnings, axis=0))


def _digest(embedder: Embedder, labels: Iterable[Label]) -> str:
    said = [embedder.facts.model_id, *embedder.facts.templates, *("\1".join(one.texts) for one in labels)]
    return hashlib.blake2b("\0".join(said).encode()).hexdigest()[:_NAME_DIGITS]


def _delete_oldest(paths: Iterable[Path]) -> None:
    by_age = sorted(paths, key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for path in by_age[_MOST_FILES:]:
        path.unlink(missing_ok=True)
