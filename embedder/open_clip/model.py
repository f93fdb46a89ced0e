"""Any open_clip model, run by torch: slower to start than a compiled one, but there are hundreds of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from photoseek.embedder.errors import ModelNotUsable, UnknownModel
from photoseek.embedder.open_clip.downloading import from_hub, is_in_cache
from photoseek.embedder.open_clip.towers import photo_module, shortens, text_module
from photoseek.embedder.preprocess import Pixels, Preprocess
from photoseek.embedder.protocol import Embedder, ModelFacts, Vectors

# As open_clip names them, the best first.
_WEIGHTS = ("open_clip_model.safetensors", "open_clip_pytorch_model.bin")
_TEMPLATES = ("a photo of a {}.", "a photo of the {}.", "a photo of {}.")


@dataclass(frozen=True, slots=True)
class TorchRuntime:
    """Where torch computes, and in what numbers."""

    device: str
    dtype: str


class OpenClipEmbedder(Embedder):
    """An open_clip architecture with pretrained weights, or with a person's own."""

    def __init__(
        self, architecture: str, pretrained: str, weights: Path | None, runtime: TorchRuntime | None = None
    ) -> None:
        """Load `architecture` with the weights open_clip calls `pretrained`, or with those in a file.

        Raises UnknownModel, or ModelNotUsable where torch, the network or the file stands in the way.
        """
        open_clip = _open_clip()
        if architecture not in open_clip.list_models():
            raise UnknownModel(
                f"open_clip has no model {architecture}: "
                "`python -c 'import open_clip; print(open_clip.list_models())'` lists them"
            )
        self._architecture = architecture
        self._runtime = runtime or TorchRuntime("cpu", "float32")
        self._model = _load(open_clip, architecture, pretrained, weights)
        config = open_clip.get_model_preprocess_cfg(self._model)
        size = config["size"][0] if isinstance(config["size"], Sequence) else config["size"]
        text = open_clip.get_model_config(architecture).get("text_cfg", {})
        self.context_length: int = text.get("context_length", 77)
        super().__init__(
            ModelFacts(
                model_id=f"{architecture}/{pretrained}",
                dimension=int(open_clip.get_model_config(architecture)["embed_dim"]),
                preprocess=Preprocess(
                    size,
                    "squash" if config["resize_mode"] == "squash" else "crop",
                    "bilinear" if config["interpolation"] == "bilinear" else "bicubic",
                ),
                logit_scale=float(self._model.logit_scale.detach().exp()),
                templates=_TEMPLATES,
                scripts=None,
            )
        )
        # From (n, size, size, 3) uint8 pixels, and from (n, length) int64 token ids.
        self.photo_tower = photo_module(self._model, config["mean"], config["std"], self._runtime.dtype)
        self.photo_tower.to(self._runtime.device)
        self.text_tower = text_module(self._model)
        self.shortens_texts = shortens(self._model)  # a text's padding can be left out

    def embed_photos(self, batch: Pixels) -> Vectors:
        """Embed (n, size, size, 3) uint8 RGB photos as (n, dimension) float32, unit length."""
        import torch

        with torch.inference_mode():
            pixels = torch.from_numpy(np.ascontiguousarray(batch)).to(self._runtime.device)
            vectors: Vectors = self.photo_tower(pixels).cpu().numpy()
        return vectors

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as (n, dimension) float32, unit length, by open_clip's own tokenizer."""
        import torch

        with torch.inference_mode():
            ids = _open_clip().get_tokenizer(self._architecture)(list(texts))
            vectors: Vectors = self._model.encode_text(ids, normalize=True).numpy()
        return vectors


def _open_clip() -> Any:  # noqa: ANN401 (open_clip ships no types)
    try:
        import open_clip
    except ImportError as error:
        raise ModelNotUsable(
            "this model needs torch and open_clip: install them with `pip install 'photoseek[open-clip]'`"
        ) from error
    return open_clip


def _load(open_clip: Any, architecture: str, pretrained: str, weights: Path | None) -> Any:  # noqa: ANN401 (as above)
    """Load weights from a file, or those of a name, with what that name says of preparing photos."""
    config = {} if weights else open_clip.get_pretrained_cfg(architecture, pretrained)
    if not weights and not config:
        raise UnknownModel(
            f"open_clip has no weights {pretrained} of {architecture}: it has "
            f"{', '.join(open_clip.list_pretrained_tags_by_model(architecture)) or 'none, so give --weights FILE'}"
        )
    file = weights or _from_hub(config.get("hf_hub", ""))
    try:
        model = open_clip.create_model(
            architecture,
            pretrained=str(file or pretrained),
            precision="fp32",
            device="cpu",
            force_preprocess_cfg=config,
        )
    except Exception as error:
        # Hubs, pickles and shapes fail with anything from OSError to KeyError; the cause stays attached.
        remedy = (
            f"check that the file holds weights of {architecture}"
            if file is not None
            else "check the network, or download the weights elsewhere and give --weights FILE"
        )
        raise ModelNotUsable(f"the weights {file or pretrained} can't be loaded: {remedy}") from error
    return model.eval()


def is_downloaded(architecture: str, pretrained: str) -> bool:
    """Return whether the weights of this name are here. Raises ModelNotUsable where open_clip isn't."""
    place = (_open_clip().get_pretrained_cfg(architecture, pretrained) or {}).get("hf_hub", "")
    return bool(place) and is_in_cache(*_in_hub(place))


def _from_hub(place: str) -> Path | None:
    """Download `organisation/repository/file`; None where open_clip knows no such place."""
    return from_hub(*_in_hub(place), "--weights") if place else None


def _in_hub(place: str) -> tuple[str, tuple[str, ...]]:
    repository, _, name = place.rpartition("/")
    return repository, (name,) if name else _WEIGHTS
