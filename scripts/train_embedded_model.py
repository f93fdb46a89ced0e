"""Train the model that ships: two frozen towers, and heads that bring photos and captions into one space.

Each batch is N photo–caption pairs. The N×N cosine similarities of all with all are pushed towards the pairs that
belong together: by the symmetric cross-entropy of CLIP (Radford et al. 2021, §2.3 and figure 3), or by the
pairwise sigmoid loss of SigLIP (Zhai et al. 2023, §3.2). An averaged copy of the weights is what ships.

Examples:
  python scripts/train_embedded_model.py --data ../shared/data/flickr8k --cache /tmp/features
  python scripts/train_embedded_model.py --data ../shared/data/flickr8k --cache /tmp/features --loss softmax
"""

import argparse
import copy
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from evaluate_labels import is_for_training, name_of
from export_embedded_model import OUTPUT, export
from heads import Heads
from numpy.typing import NDArray
from open_clip.zero_shot_metadata import IMAGENET_CLASSNAMES
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 (its usual name)
from towers import Features, PhotoTower, cached_text_features, captions, photo_features

# What a class or a label is called in training: a person says it in more ways than one.
PHRASES = (
    "{}",
    "a {}",
    "a photo of a {}",
    "a photo of the {}",
    "a close-up of a {}",
    "there is a {} here",
    "a {} outdoors",
)

_CLASSES_A_BATCH = 128
_AVERAGING = 0.99
_RANDOM_VIEWS = 0.8  # share of the photos in a batch that are seen as a random view
_SEED = 7


def softmax_loss(heads: Heads, photos: Tensor, texts: Tensor) -> Tensor:
    """Symmetric cross-entropy over the rows and the columns of (n, n) logits (CLIP)."""
    logits = photos @ texts.T * heads.log_scale.exp()
    pairs = torch.arange(len(logits))
    return (F.cross_entropy(logits, pairs) + F.cross_entropy(logits.T, pairs)) / 2


def sigmoid_loss(heads: Heads, photos: Tensor, texts: Tensor) -> Tensor:
    """Log-likelihood of each of the n·n pairs being one or not, on its own (SigLIP)."""
    logits = photos @ texts.T * heads.log_scale.exp() + heads.bias
    signs = 2 * torch.eye(len(logits)) - 1
    return -F.logsigmoid(signs * logits).sum() / len(logits)


LOSSES: dict[str, Callable[[Heads, Tensor, Tensor], Tensor]] = {
    "sigmoid": sigmoid_loss,
    "softmax": softmax_loss,
}


@dataclass(frozen=True)
class Pairs:
    """Features of photos and of their captions, and which belong together."""

    views: tuple[Features, ...]  # each (p, 1280): the photos as they are, then random views of them
    texts: Features  # (t, 384)
    photo_of_text: NDArray[np.int64]  # (t,) row of a view

    @property
    def photos(self) -> Features:
        """Give the features of the photos as they are."""
        return self.views[0]


@dataclass(frozen=True)
class Named:
    """Features of photos that show one thing each, and of its name in several phrases."""

    views: tuple[Features, ...]  # each (p, 1280)
    names: Features  # (phrases, n, 384)
    name_of_photo: NDArray[np.int64]  # (p,) column of names

    def one_each(self, rng: np.random.Generator, most: int) -> tuple[Features, Features]:
        """Draw a photo and a phrase for at most so many of the names, no name twice."""
        count = self.names.shape[1]
        drawn = rng.choice(count, min(most, count), replace=False)
        rows = [rng.choice(np.flatnonzero(self.name_of_photo == name)) for name in drawn]
        texts = self.names[rng.integers(0, len(self.names), len(drawn)), drawn]
        return _seen(self.views, np.array(rows), rng), texts


def pairs_of(data: Path, split: str, cache: Path, views: int = 0) -> Pairs:
    """Read or compute the features of one split, with so many random views of each photo."""
    told = captions(data, split)
    paths = [data / "images" / name for name in told]
    texts = cached_text_features([text for of_photo in told.values() for text in of_photo], cache)
    photo_of_text = np.repeat(np.arange(len(told)), [len(of_photo) for of_photo in told.values()])
    return Pairs(tuple(photo_features(paths, cache, view) for view in range(views + 1)), texts, photo_of_text)


def classes_seen(photos: Features, cache: Path) -> Named:
    """Make a pseudo-photo of each class that the photo tower was trained to name.

    A class's weights are the direction in which features move as a photo shows more of it.
    """
    weights = PhotoTower().class_weights.numpy()
    directions = weights - weights.mean(0)
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    middle = photos.mean(0)
    spread = np.linalg.norm(photos - middle, axis=1).mean()
    pseudo = (middle + spread * directions).astype(np.float32)
    return Named((pseudo,), _phrased(IMAGENET_CLASSNAMES, cache), np.arange(len(pseudo)))


def labelled(folder: Path, cache: Path, views: int) -> Named:
    """Take the half of a folder's photos that evaluation leaves alone, each named by the folder it is in."""
    paths = [path for path in sorted(folder.rglob("*.*")) if is_for_training(path)]
    names = sorted({path.parent.name for path in paths})
    name_of_photo = np.array([names.index(path.parent.name) for path in paths])
    seen = tuple(photo_features(paths, cache, view) for view in range(views + 1))
    return Named(seen, _phrased([name_of(Path(name)) for name in names], cache), name_of_photo)


def _phrased(names: list[str], cache: Path) -> Features:
    told = [phrase.format(name) for phrase in PHRASES for name in names]
    return cached_text_features(told, cache).reshape(len(PHRASES), len(names), -1)


def _seen(views: tuple[Features, ...], rows: NDArray[np.int64], rng: np.random.Generator) -> Features:
    """Give the features of some photos, most of them in a random view, if there are views."""
    view = rng.integers(1, len(views), len(rows)) if len(views) > 1 else np.zeros(len(rows), np.int64)
    view[rng.random(len(rows)) >= _RANDOM_VIEWS] = 0
    return np.stack([views[v][row] for v, row in zip(view, rows, strict=True)])


def train(pairs: Pairs, named: list[Named], loss: str, epochs: int, batch: int) -> Heads:
    """Give the averaged heads."""
    torch.manual_seed(_SEED)
    rng = np.random.default_rng(_SEED)
    heads = Heads(pairs.photos, pairs.texts)
    averaged = copy.deepcopy(heads).eval()
    steps_an_epoch = len(pairs.photos) // batch
    optimiser = torch.optim.AdamW(heads.parameters(), lr=1e-3, weight_decay=0.2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, 1e-3, total_steps=epochs * steps_an_epoch, pct_start=0.1
    )
    texts_of = np.split(np.arange(len(pairs.texts)), np.flatnonzero(np.diff(pairs.photo_of_text)) + 1)
    for epoch in range(epochs):
        order = rng.permutation(len(pairs.photos))
        for step in range(steps_an_epoch):
            rows = order[step * batch : (step + 1) * batch]
            chosen = np.array([texts_of[row][rng.integers(len(texts_of[row]))] for row in rows])
            drawn = [(_seen(pairs.views, rows, rng), pairs.texts[chosen])]
            drawn += [of_kind.one_each(rng, _CLASSES_A_BATCH) for of_kind in named]
            photos, texts = (torch.from_numpy(np.concatenate(side)) for side in zip(*drawn, strict=True))
            value = LOSSES[loss](heads, heads.photo(photos), heads.text(texts))
            optimiser.zero_grad()
            torch.autograd.backward(value)
            optimiser.step()
            schedule.step()
            with torch.no_grad():
                for mine, theirs in zip(averaged.parameters(), heads.parameters(), strict=True):
                    mine.lerp_(theirs, 1 - _AVERAGING)
        print(f"epoch {epoch + 1}/{epochs}  loss {float(value):.3f}", end="\r", file=sys.stderr)
    return averaged


def recall(photos: Features, texts: Features, photo_of_text: NDArray[np.int64]) -> dict[str, float]:
    """Share of texts whose own photo is among their nearest 1, 5 and 10, from unit vectors."""
    similarities = texts @ photos.T
    own = similarities[np.arange(len(texts)), photo_of_text]
    ranks = (similarities > own[:, np.newaxis]).sum(1)
    return {f"r@{k}": float((ranks < k).mean()) for k in (1, 5, 10)}


@torch.inference_mode()
def embed(heads: Heads, pairs: Pairs) -> tuple[Features, Features]:
    """Give the unit vectors of photos and texts."""
    return (
        heads.photo(torch.from_numpy(pairs.photos)).numpy(),
        heads.text(torch.from_numpy(pairs.texts)).numpy(),
    )


def fitted_scale(photos: Features, texts: Features, photo_of_text: NDArray[np.int64]) -> float:
    """Find the inverse temperature that makes a softmax over photos likeliest to name the right one."""
    cosines = torch.from_numpy(texts @ photos.T)
    target = torch.from_numpy(photo_of_text)
    return float(
        min(np.arange(5, 60), key=lambda scale: float(F.cross_entropy(cosines * float(scale), target)))
    )


def main() -> None:
    """Train, export, and print what the validation split says of the result."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--data", type=Path, required=True, help="folder with images/ and captions.csv")
    arguments.add_argument("--cache", type=Path, required=True, help="folder to keep features in")
    arguments.add_argument(
        "--labelled", type=Path, help="folder of photos in folders named by what they show"
    )
    arguments.add_argument("--loss", choices=sorted(LOSSES), default="sigmoid")
    arguments.add_argument("--epochs", type=int, default=150)
    arguments.add_argument("--batch", type=int, default=512)
    arguments.add_argument("--views", type=int, default=5, help="random views of each training photo")
    arguments.add_argument("--output", type=Path, default=OUTPUT, help="folder to write the model to")
    asked = arguments.parse_args()
    pairs = pairs_of(asked.data, "train", asked.cache, asked.views)
    named = [classes_seen(pairs.photos, asked.cache)]
    if asked.labelled:
        named.append(labelled(asked.labelled, asked.cache, asked.views))
    heads = train(pairs, named, asked.loss, asked.epochs, asked.batch)
    unseen = pairs_of(asked.data, "val", asked.cache)
    photos, texts = embed(heads, unseen)
    scale = fitted_scale(photos, texts, unseen.photo_of_text)
    export(
        heads, scale, [asked.data / "images" / name for name in captions(asked.data, "train")], asked.output
    )
    found = recall(photos, texts, unseen.photo_of_text)
    print(json.dumps({"loss": asked.loss, "logit_scale": scale} | {k: round(v, 4) for k, v in found.items()}))


if __name__ == "__main__":
    main()
