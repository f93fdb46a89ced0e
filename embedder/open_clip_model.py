"""Any open_clip model, run by torch: slower to start than a compiled one, but there are hundreds of them."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from embedder.errors import ModelNotUsable, UnknownModel
from embedder.preprocess import Pixels, Preprocess
from embedder.protocol import Embedder, ModelFacts, Vectors

_TEMPLATES = ("a photo of a {}.", "a photo of the {}.", "a photo of {}.")
_HASH_DIGITS = 12


class OpenClipEmbedder(Embedder):
    """An open_clip architecture with pretrained weights, or with a person's own."""

    def __init__(self, architecture: str, pretrained: str, weights: Path | None) -> None:
        """Load `architecture` with the weights open_clip calls `pretrained`, or those in the file `weights`.

        Raises UnknownModel, or ModelNotUsable where torch, the network or the file stands in the way.
        """
        open_clip = _open_clip()
        if architecture not in open_clip.list_models():
            raise UnknownModel(
                f"open_clip has no model {architecture}: "
                "`python -c 'import open_clip; print(open_clip.list_models())'` lists them"
            )
        self._model = _load(open_clip, architecture, pretrained, weights)
        self._tokenize = open_clip.get_tokenizer(architecture)
        config = open_clip.get_model_preprocess_cfg(self._model)
        size = config["size"][0] if isinstance(config["size"], Sequence) else config["size"]
        self._mean, self._std = config["mean"], config["std"]
        super().__init__(
            ModelFacts(
                model_id=model_id(architecture, pretrained, weights),
                dimension=len(self.embed_texts([""])[0]),
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

    def embed_photos(self, batch: Pixels) -> Vectors:
        """Embed (n, size, size, 3) uint8 RGB photos as (n, dimension) float32, unit length."""
        import torch

        pixels = torch.tensor(batch).permute(0, 3, 1, 2).float() / 255
        mean, std = (torch.tensor(values).view(1, 3, 1, 1) for values in (self._mean, self._std))
        with torch.inference_mode():
            vectors: Vectors = self._model.encode_image((pixels - mean) / std, normalize=True).numpy()
        return vectors

    def embed_texts(self, texts: Sequence[str]) -> Vectors:
        """Embed texts as (n, dimension) float32, unit length."""
        import torch

        with torch.inference_mode():
            vectors: Vectors = self._model.encode_text(self._tokenize(list(texts)), normalize=True).numpy()
        return vectors


def model_id(architecture: str, pretrained: str, weights: Path | None) -> str:
    """Name the model so that other weights have another name. Raises ModelNotUsable without the file."""
    if weights is None:
        return f"{architecture}/{pretrained}"
    try:
        with weights.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelNotUsable(
            f"the weights {weights} can't be read ({error.strerror}): check the path"
        ) from error
    return f"{architecture}/sha256-{digest[:_HASH_DIGITS]}"


def _open_clip() -> Any:  # noqa: ANN401 (open_clip ships no types)
    try:
        import open_clip
    except ImportError as error:
        raise ModelNotUsable(
            "this model needs torch and open_clip: install them with `pip install 'photoseek[open-clip]'`"
        ) from error
    return open_clip


def _load(open_clip: Any, architecture: str, pretrained: str, weights: Path | None) -> Any:  # noqa: ANN401 (as above)
    source = pretrained if weights is None else str(weights)
    try:
        model = open_clip.create_model(architecture, pretrained=source, precision="fp32", device="cpu")
    except Exception as error:
        # Hubs, pickles and shapes fail with anything from OSError to KeyError; the cause stays attached.
        remedy = (
            f"check that the file holds weights of {architecture}"
            if weights is not None
            else "check the network and the name, or download the weights elsewhere and give --weights FILE"
        )
        raise ModelNotUsable(f"the weights {source} can't be loaded: {remedy}") from error
    return model.eval()
