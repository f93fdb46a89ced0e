"""What the towers make of photos and texts, computed once and kept."""

import csv
import hashlib
import sys
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import openvino
import torch
from numpy.typing import NDArray
from quantise import followed_by
from torch import Tensor
from towers import BEFORE_TUNED, PHOTO_SIZE, Features, Pools, TextTower, seen, tokenizer

from photoseek.storage import replaced_whole

Maps = NDArray[np.float16]

_BATCH = 16


def captions(data: Path, split: str) -> dict[str, list[str]]:
    """Read the captions of each photo of a split."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    with (data / "captions.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["split"] == split:
                found[row["image"]].append(row["caption"])
    return dict(found)


class Seen(NamedTuple):
    """What the photo tower makes of photos."""

    features: Features  # (n, 2912)
    maps: Maps  # (n, 16, 16, 120): what the stages that are tuned begin with


class _PoolsAndMap(Pools):
    def forward(self, *maps: Tensor) -> tuple[Tensor, Tensor]:  # type: ignore[override]
        return super().forward(*maps), maps[BEFORE_TUNED].permute(0, 2, 3, 1).contiguous()


def photo_features(paths: Sequence[Path], tower: Path, cache: Path, view: int = 0) -> Seen:
    """Return features by a quantised tower, read from `cache` where an earlier run has left them.

    View 0 is the photos as they are; every other one is a random crop, mirror image and lighting of each.
    """
    key = hashlib.sha256("\n".join([*map(str, paths), tower.name, str(view)]).encode()).hexdigest()[:16]
    kept = cache / f"photos-{key}.npy", cache / f"maps-{key}.npy"
    if not all(path.exists() for path in kept):
        seen_so = _computed(paths, tower, view)
        _keep(seen_so.features.astype(np.float16), kept[0])
        _keep(seen_so.maps, kept[1])
    return Seen(np.asarray(np.load(kept[0]), np.float32), np.load(kept[1], mmap_mode="r"))


def _keep(array: NDArray[np.float16], path: Path) -> None:
    """Write it whole or not at all: what an ended run left would count as computed."""
    with replaced_whole(path) as part, part.open("wb") as file:
        np.save(file, array)


def _computed(paths: Sequence[Path], tower: Path, view: int) -> Seen:
    graph = followed_by(tower, _PoolsAndMap())
    graph.reshape([_BATCH, PHOTO_SIZE, PHOTO_SIZE, 3])
    compiled = openvino.compile_model(graph, "CPU")
    widths = [tuple(output.shape)[1:] for output in graph.outputs]
    seen_so = Seen(
        np.empty((len(paths), *widths[0]), np.float32), np.empty((len(paths), *widths[1]), np.float16)
    )
    with ThreadPoolExecutor() as pool:
        for start in range(0, len(paths), _BATCH):
            batch = np.zeros((_BATCH, PHOTO_SIZE, PHOTO_SIZE, 3), np.uint8)
            some = paths[start : start + _BATCH]
            for place, pixels in zip(batch, pool.map(partial(seen, view=view), some), strict=False):
                place[:] = pixels
            features, maps = compiled([batch]).values()
            seen_so.features[start : start + len(some)] = features[: len(some)]
            seen_so.maps[start : start + len(some)] = maps[: len(some)]
            print(f"view {view}: photos {start + len(some)}/{len(paths)}", end="\r", file=sys.stderr)
    return seen_so


def text_features(texts: Sequence[str]) -> Features:
    """Return (texts, 1536) features."""
    tower, encode = TextTower().eval(), tokenizer()
    features = []
    order = np.argsort([len(text) for text in texts])
    with torch.inference_mode():
        for start in range(0, len(texts), 128):
            encoded = encode.encode_batch([texts[i] for i in order[start : start + 128]])
            ids = torch.tensor([one.ids for one in encoded])
            mask = torch.tensor([one.attention_mask for one in encoded])
            features.append(tower(ids, mask).numpy())
            print(f"texts {start}/{len(texts)}", end="\r", file=sys.stderr)
    unordered = np.empty_like(joined := np.concatenate(features))
    unordered[order] = joined
    return unordered


def cached_text_features(texts: Sequence[str], cache: Path) -> Features:
    """Return `text_features`, read from `cache` where an earlier run has left them."""
    key = hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]
    kept = cache / f"texts-{key}.npy"
    if not kept.exists():
        cache.mkdir(parents=True, exist_ok=True)
        _keep(text_features(texts).astype(np.float16), kept)
    return np.asarray(np.load(kept), np.float32)
