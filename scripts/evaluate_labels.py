"""How often does the product name a photo as the folder it lies in does?"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from photoseek.embedder import Embedder

_BATCH = 64


def is_for_training(path: Path) -> bool:
    """Tell the half of the labelled photos to train on from the half to evaluate on, by a hash of the name."""
    return hashlib.sha256(path.name.encode()).digest()[0] % 2 == 0


def name_of(folder: Path) -> str:
    """Return the label that a folder's name stands for."""
    return folder.name.replace("-", " ").replace("_", " ")


def accuracy(folder: Path, embedder: Embedder) -> tuple[float, int]:
    """Return the share of photos named right, as `photoseek label` names them, and of how many.

    Only the half that training leaves alone is asked.
    """
    import numpy as np

    from photoseek.indexer.decode.decode import decode
    from photoseek.searcher.labels.classifying import Classifier

    folders = sorted(inner for inner in folder.iterdir() if inner.is_dir())
    photos = [path for inner in folders for path in sorted(inner.iterdir()) if not is_for_training(path)]
    if not photos:
        raise SystemExit(f"{folder} holds no folders of photos: check --labelled")
    labels = [name_of(inner) for inner in folders]
    classifier = Classifier(embedder, labels)
    right = 0
    for start in range(0, len(photos), _BATCH):
        some = photos[start : start + _BATCH]
        decoded = [decode(path.read_bytes(), path.name).photo for path in some]
        pixels = np.stack([embedder.facts.preprocess(photo) for photo in decoded])
        probabilities = classifier.among_labels(embedder.embed_photos(pixels))
        named = [labels[column] for column in probabilities.argmax(axis=1)]
        right += sum(name == name_of(path.parent) for name, path in zip(named, some, strict=True))
    return right / len(photos), len(photos)
