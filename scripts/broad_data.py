"""What photoseek-5's heads learn from: photos of three captioned sets, and photos named by their folder."""

import hashlib
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import openvino
import torch
from caption_sets import descriptions, without_evaluated
from evaluate_labels import is_for_training, name_of
from features import cached_text_features
from numpy.typing import NDArray
from shipped_parts import features_of, read_graph
from towers import PHOTO_SIZE, Features, PhotoTower, seen
from training_data import PHRASES

from photoseek.storage import replaced_whole

# How often a photo of each set is drawn in one pass.
SETS = {"flickr8k": 1, "scenes": 2, "world": 2}
# Every second photo of the first set reminds the heads: photoseek-4's have learnt from all of them, in nine views.
_EVERY = {"flickr8k": 2}
_LABELLED_VIEWS = 2  # the whole photo, and a random view of it
_BATCH = 8
_HELD_BACK = 0.1  # of the photos of train: choices are made on these

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Captioned:
    """Photos of one set in one or more views, and what is said of each."""

    name: str
    views: Sequence[Features]  # each (n, 2912)
    texts: Features  # (t, 1536)
    photo_of_text: Rows  # (t,)

    def texts_of(self) -> list[Rows]:
        """Return the rows of each photo's texts."""
        return np.split(np.arange(len(self.texts)), np.flatnonzero(np.diff(self.photo_of_text)) + 1)

    def only(self, photos: NDArray[np.bool_]) -> "Captioned":
        """Return some of the photos, with their texts."""
        kept = photos[self.photo_of_text]
        number = np.cumsum(photos) - 1
        return Captioned(
            self.name,
            [view[photos] for view in self.views],
            self.texts[kept],
            number[self.photo_of_text[kept]],
        )


@dataclass(frozen=True)
class Labelled:
    """Photos that are named by their folder, and each name in several phrases."""

    views: Sequence[Features]  # each (n, 2912)
    phrased: Features  # (phrases, names, 1536)
    name_of_photo: Rows  # (n,)
    group_of_photo: Sequence[str]  # the folder that holds the names


def captioned(shared: Path, name: str, model: Path, cache: Path) -> tuple[Captioned, list[Path]]:
    """Read what is learnt from of a set, without captions that evaluation asks; and where its photos lie."""
    evaluated = [descriptions(shared / other, "val") for other in SETS]
    training = descriptions(shared / name, "train")
    some = list(training)[:: _EVERY.get(name, 1)]
    captions_of = without_evaluated({photo: training[photo] for photo in some}, evaluated)
    paths = [shared / name / "images" / photo for photo in captions_of]
    texts = cached_text_features([text for of_photo in captions_of.values() for text in of_photo], cache)
    photo_of_text = np.repeat(
        np.arange(len(captions_of)), [len(of_photo) for of_photo in captions_of.values()]
    )
    return Captioned(name, [shipped_features(paths, model, cache)], texts, photo_of_text), paths


def labelled(shared: Path, model: Path, cache: Path) -> tuple[Labelled, list[Path]]:
    """Read the half of the labelled photos that evaluation leaves alone; and where they lie."""
    paths = [path for path in sorted((shared / "labelled").rglob("*.*")) if is_for_training(path)]
    folders = sorted({path.parent for path in paths}, key=lambda folder: (folder.name, str(folder)))
    phrases = [phrase.format(name_of(folder)) for phrase in PHRASES for folder in folders]
    phrased = cached_text_features(phrases, cache).reshape(len(PHRASES), len(folders), -1)
    name_of_photo = np.array([folders.index(path.parent) for path in paths])
    seen_so = [shipped_features(paths, model, cache, view) for view in range(_LABELLED_VIEWS)]
    return Labelled(seen_so, phrased, name_of_photo, [path.parent.parent.name for path in paths]), paths


def is_held_back(name: str) -> bool:
    """Tell the tenth of the training photos that choices are made on."""
    return hashlib.sha256(f"held {name}".encode()).digest()[0] < _HELD_BACK * 256


def shipped_features(paths: Sequence[Path], model: Path, cache: Path, view: int = 0) -> Features:
    """Return (n, 2912) features by a shipped photo tower, kept in `cache`; view 0 is the whole photo."""
    kept = cache / f"shipped-{_key(paths, model, view)}.npy"
    if not kept.exists():
        graph = read_graph(model, "photos")
        alone = openvino.Model([features_of(graph, "photos")], graph.get_parameters())
        _keep(_computed(paths, alone, view), kept)
    return np.asarray(np.load(kept), np.float32)


def untuned_logits(paths: Sequence[Path], cache: Path) -> tuple[Features, PhotoTower]:
    """Return the untuned classifier's logits of photos, (n, 1000), kept in `cache`; and the tower."""
    tower = PhotoTower().eval()
    kept = cache / f"untuned-{_key(paths, Path('untuned'), 0)}.npy"
    if not kept.exists():
        last = []
        with torch.inference_mode():
            for start in range(0, len(paths), _BATCH):
                photos = torch.from_numpy(np.stack([seen(path) for path in paths[start : start + _BATCH]]))
                last.append(tower(photos)[-1].mean((2, 3)).numpy())
                print(f"untuned: photos {start}/{len(paths)}", end="\r", file=sys.stderr)
        _keep(np.concatenate(last), kept)
    features = np.asarray(np.load(kept), np.float32)
    return features @ tower.class_weights.numpy().T + tower.class_biases.numpy(), tower


def _key(paths: Sequence[Path], model: Path, view: int) -> str:
    facts = model / "photos.bin"
    version = hashlib.sha256(facts.read_bytes()).hexdigest() if facts.exists() else model.name
    return hashlib.sha256("\n".join([*map(str, paths), version, str(view)]).encode()).hexdigest()[:16]


def _computed(paths: Sequence[Path], graph: object, view: int) -> Features:
    graph.reshape([_BATCH, PHOTO_SIZE, PHOTO_SIZE, 3])  # type: ignore[attr-defined]
    compiled = openvino.compile_model(graph, "CPU")
    found = np.empty((len(paths), 2912), np.float32)
    with ThreadPoolExecutor() as pool:
        for start in range(0, len(paths), _BATCH):
            batch = np.zeros((_BATCH, PHOTO_SIZE, PHOTO_SIZE, 3), np.uint8)
            some = paths[start : start + _BATCH]
            for place, pixels in zip(batch, pool.map(partial(seen, view=view), some), strict=False):
                place[:] = pixels
            found[start : start + len(some)] = compiled([batch])[0][: len(some)]
            print(f"view {view}: photos {start + len(some)}/{len(paths)}", end="\r", file=sys.stderr)
    return found


def _keep(array: NDArray[np.float32], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with replaced_whole(path) as part, part.open("wb") as file:
        np.save(file, array.astype(np.float16))
