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
import hashlib
import json
import math
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import openvino
import torch
from open_clip.zero_shot_metadata import IMAGENET_CLASSNAMES
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 (its usual name)
from towers import (
    PHOTO_SIZE,
    Features,
    PhotoTower,
    TextTower,
    cached_text_features,
    captions,
    photo_features,
    tokenizer,
)

DIMENSION = 512
MODEL_ID = "photoseek-1"
TEMPLATES = ("a photo of a {}.", "a photo of the {}.", "a {} in a photo.")
OUTPUT = Path(__file__).resolve().parent.parent / "embedder" / "embedded"

_HIDDEN = 1024
_DROPOUT = 0.45
_CLASSES_A_BATCH = 128
_AVERAGING = 0.99
_SEED = 7


class Head(nn.Module):
    """Features (n, width) to vectors (n, 512), unit length: a line plus one hidden layer."""

    mean: Tensor
    scale: Tensor

    def __init__(self, features: Features) -> None:
        super().__init__()
        width = features.shape[1]
        self.register_buffer("mean", torch.from_numpy(features.mean(0)))
        self.register_buffer("scale", torch.from_numpy(1 / (features.std(0) + 1e-4)))
        self.line = nn.Linear(width, DIMENSION)
        self.curve = nn.Sequential(
            nn.Linear(width, _HIDDEN), nn.GELU(), nn.Dropout(_DROPOUT), nn.Linear(_HIDDEN, DIMENSION)
        )
        self.dropout = nn.Dropout(_DROPOUT)

    def forward(self, features: Tensor) -> Tensor:
        """Give unit vectors."""
        standard = self.dropout((features - self.mean) * self.scale)
        return F.normalize(self.line(standard) + self.curve(standard), dim=-1)


class Heads(nn.Module):
    """Both heads, and the temperature and bias that the loss learns."""

    def __init__(self, photos: Features, texts: Features) -> None:
        super().__init__()
        self.photo = Head(photos)
        self.text = Head(texts)
        self.log_scale = nn.Parameter(torch.tensor(math.log(10.0)))
        self.bias = nn.Parameter(torch.tensor(-10.0))


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

    photos: Features  # (p, 1280)
    texts: Features  # (t, 384)
    photo_of_text: np.ndarray  # (t,) row in photos


def pairs_of(data: Path, split: str, cache: Path, captions_each: int = 5) -> Pairs:
    """Read or compute the features of one split, with the first captions of each photo."""
    told = {name: texts[:captions_each] for name, texts in captions(data, split).items()}
    photos = photo_features([data / "images" / name for name in told], cache)
    texts = cached_text_features([text for of_photo in told.values() for text in of_photo], cache)
    photo_of_text = np.repeat(np.arange(len(told)), [len(of_photo) for of_photo in told.values()])
    return Pairs(photos, texts, photo_of_text)


def class_pairs(photos: Features, cache: Path) -> Pairs:
    """Make a pseudo-photo of each class that the photo tower was trained to name, paired with its name.

    A class's weights are the direction in which features move as a photo shows more of it.
    """
    weights = PhotoTower().class_weights.numpy()
    directions = weights - weights.mean(0)
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    middle = photos.mean(0)
    spread = np.linalg.norm(photos - middle, axis=1).mean()
    texts = cached_text_features([f"a photo of a {name}" for name in IMAGENET_CLASSNAMES], cache)
    return Pairs((middle + spread * directions).astype(np.float32), texts, np.arange(len(directions)))


def train(pairs: Pairs, classes: Pairs, loss: str, epochs: int, batch: int) -> Heads:
    """Give the averaged heads."""
    torch.manual_seed(_SEED)
    generator = np.random.default_rng(_SEED)
    heads = Heads(pairs.photos, pairs.texts)
    averaged = copy.deepcopy(heads).eval()
    steps_an_epoch = len(pairs.photos) // batch
    optimiser = torch.optim.AdamW(heads.parameters(), lr=1e-3, weight_decay=0.2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, 1e-3, total_steps=epochs * steps_an_epoch, pct_start=0.1
    )
    texts_of = np.split(np.arange(len(pairs.texts)), np.flatnonzero(np.diff(pairs.photo_of_text)) + 1)
    for epoch in range(epochs):
        order = generator.permutation(len(pairs.photos))
        for step in range(steps_an_epoch):
            rows = order[step * batch : (step + 1) * batch]
            chosen = np.array([generator.choice(texts_of[row]) for row in rows])
            some = generator.choice(len(classes.photos), _CLASSES_A_BATCH, replace=False)
            photos = torch.from_numpy(np.concatenate([pairs.photos[rows], classes.photos[some]]))
            texts = torch.from_numpy(np.concatenate([pairs.texts[chosen], classes.texts[some]]))
            value = LOSSES[loss](heads, heads.photo(photos), heads.text(texts))
            optimiser.zero_grad()
            value.backward()
            optimiser.step()
            schedule.step()
            with torch.no_grad():
                for mine, theirs in zip(averaged.parameters(), heads.parameters(), strict=True):
                    mine.lerp_(theirs, 1 - _AVERAGING)
        print(f"epoch {epoch + 1}/{epochs}  loss {float(value):.3f}", end="\r", file=sys.stderr)
    return averaged


def recall(photos: Features, texts: Features, photo_of_text: np.ndarray) -> dict[str, float]:
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


def fitted_scale(photos: Features, texts: Features, photo_of_text: np.ndarray) -> float:
    """Find the inverse temperature that makes a softmax over photos likeliest to name the right one."""
    cosines = torch.from_numpy(texts @ photos.T)
    target = torch.from_numpy(photo_of_text)
    return float(
        min(np.arange(5, 60), key=lambda scale: float(F.cross_entropy(cosines * float(scale), target)))
    )


class _PhotoModel(nn.Module):
    def __init__(self, head: Head) -> None:
        super().__init__()
        self.tower = PhotoTower()
        self.head = head

    def forward(self, photos: Tensor) -> Tensor:
        vectors: Tensor = self.head(self.tower(photos))
        return vectors


class _TextModel(nn.Module):
    def __init__(self, head: Head) -> None:
        super().__init__()
        self.tower = TextTower()
        self.head = head

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        vectors: Tensor = self.head(self.tower(input_ids, attention_mask))
        return vectors


def export(heads: Heads, logit_scale: float, folder: Path) -> None:
    """Write the towers with their heads as OpenVINO graphs in float16, the tokenizer, and the model's facts."""
    folder.mkdir(parents=True, exist_ok=True)
    photos = torch.zeros(2, PHOTO_SIZE, PHOTO_SIZE, 3, dtype=torch.uint8)
    tokens = torch.ones(2, 8, dtype=torch.int64)
    graph = openvino.convert_model(_PhotoModel(heads.photo).eval(), example_input=photos)
    graph.reshape([-1, PHOTO_SIZE, PHOTO_SIZE, 3])
    openvino.save_model(graph, folder / "photos.xml", compress_to_fp16=True)
    inputs = {"input_ids": tokens, "attention_mask": tokens}
    graph = openvino.convert_model(_TextModel(heads.text).eval(), example_input=inputs)
    graph.reshape({"input_ids": [-1, -1], "attention_mask": [-1, -1]})
    openvino.save_model(graph, folder / "texts.xml", compress_to_fp16=True)
    tokenizer().save(str(folder / "tokenizer.json"))
    files = ("photos.xml", "photos.bin", "texts.xml", "texts.bin", "tokenizer.json")
    facts = {
        "id": MODEL_ID,
        "dimension": DIMENSION,
        "photo_size": PHOTO_SIZE,
        "resize": "squash",
        "interpolation": "bicubic",
        "logit_scale": logit_scale,
        "languages": ["en"],
        "scripts": ["Latin"],
        "templates": TEMPLATES,
        "sha256": {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in files},
    }
    (folder / "model.json").write_text(json.dumps(facts, indent=2) + "\n", "utf-8")


def main() -> None:
    """Train, export, and print what the validation split says of the result."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--data", type=Path, required=True, help="folder with images/ and captions.csv")
    arguments.add_argument("--cache", type=Path, required=True, help="folder to keep features in")
    arguments.add_argument("--loss", choices=sorted(LOSSES), default="sigmoid")
    arguments.add_argument("--epochs", type=int, default=50)
    arguments.add_argument("--batch", type=int, default=512)
    arguments.add_argument(
        "--captions", type=int, default=5, help="captions of each training photo to learn from"
    )
    arguments.add_argument("--output", type=Path, default=OUTPUT, help="folder to write the model to")
    asked = arguments.parse_args()
    pairs = pairs_of(asked.data, "train", asked.cache, asked.captions)
    heads = train(pairs, class_pairs(pairs.photos, asked.cache), asked.loss, asked.epochs, asked.batch)
    unseen = pairs_of(asked.data, "val", asked.cache)
    photos, texts = embed(heads, unseen)
    scale = fitted_scale(photos, texts, unseen.photo_of_text)
    building = asked.output.with_name(asked.output.name + ".part")
    export(heads, scale, building)
    asked.output.mkdir(parents=True, exist_ok=True)
    for file in building.iterdir():
        shutil.move(file, asked.output / file.name)
    building.rmdir()
    found = recall(photos, texts, unseen.photo_of_text)
    print(json.dumps({"loss": asked.loss, "logit_scale": scale} | {k: round(v, 4) for k, v in found.items()}))


if __name__ == "__main__":
    main()
