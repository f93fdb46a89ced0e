"""How many kinds of thing does a model know: naming one photo of each, and finding it by its name?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from photoseek.embedder import Embedder, Vectors

_BATCH = 64
_FIRST, _AMONG = 1, 5


def things(folder: Path, embedder: Embedder) -> dict[str, float | None]:
    """Return shares of photos named right, and found by name, by cosines alone; a folder is a kind of thing."""
    import numpy as np
    from evaluate_labels import name_of

    folders = sorted(inner for inner in folder.iterdir() if inner.is_dir())
    paths = [(number, path) for number, inner in enumerate(folders) for path in sorted(inner.iterdir())]
    if not paths:
        raise SystemExit(f"{folder} holds no folders of photos: check --things")
    kind = np.array([number for number, _ in paths])
    photos = vectors_of([path for _, path in paths], embedder)
    names = [name_of(inner) for inner in folders]
    cosines = photos @ embedder.embed_labels(names).T
    own = cosines[np.arange(len(kind)), kind]
    naming = (cosines > own[:, np.newaxis]).sum(axis=1)
    # A name, asked as it stands, is found where a photo of its kind is among the nearest.
    cosines = photos @ embedder.embed_texts(names).T
    of_kind = kind[:, np.newaxis] == np.arange(len(folders))
    best = np.where(of_kind, cosines, -np.inf).max(axis=0)
    finding = (np.where(of_kind, -np.inf, cosines) > best).sum(axis=0)
    return {
        "things: naming, first": float((naming < _FIRST).mean()),
        "things: naming, among five": float((naming < _AMONG).mean()),
        "things: finding, first": float((finding < _FIRST).mean()),
        "things: finding, among five": float((finding < _AMONG).mean()),
    }


def vectors_of(paths: list[Path], embedder: Embedder) -> Vectors:
    """Embed photos, (n, dimension), decoded as an index decodes them."""
    import numpy as np

    from photoseek.indexer.decode.decode import decode

    found = []
    for start in range(0, len(paths), _BATCH):
        decoded = [decode(path.read_bytes(), path.name).photo for path in paths[start : start + _BATCH]]
        found.append(embedder.embed_photos(np.stack([embedder.facts.preprocess(photo) for photo in decoded])))
    return np.concatenate(found)
