"""A file of a token model: the network, the words that it knows, and the VQGAN whose codes it draws."""

from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import torch

from photoseek.embedder.errors import ModelNotUsable
from photoseek.embedder.imagining.tokens.network import Shape, Tokens
from photoseek.embedder.imagining.tokens.words import Words
from photoseek.embedder.imagining.vqgan.checkpoint import as_config, vqgan_of
from photoseek.embedder.imagining.vqgan.network import Vqgan
from photoseek.embedder.imagining.weights import filled, load_weights

# Bounds of what a file may ask for.
_MOST = Shape(words=1 << 17, codes=1 << 17, side=64, text=512, width=4096, depth=64, heads=64)


@dataclass(frozen=True, slots=True)
class TokenModel:
    """What draws pictures from words."""

    network: Tokens
    words: Words
    vqgan: Vqgan

    def as_file(self) -> dict[str, Any]:
        """Return what a file of it holds, weights in float16."""
        return {
            "shape": asdict(self.network.shape),
            "state_dict": _halved(self.network),
            "pieces": list(self.words.pieces),
            "vqgan": {"state_dict": _halved(self.vqgan), "config": as_config(self.vqgan.shape)},
        }


def load_tokens(path: Path | None) -> TokenModel:
    """Read a token model; nothing that the file holds is run. Raises ModelNotUsable."""
    if path is None:
        raise ModelNotUsable(
            "no weights for --by tokens ship: `python scripts/train_tokens.py --data FOLDER --vqgan FILE --out "
            "FOLDER` in a checkout makes them, and --weights names its file"
        )
    return load_weights(
        path, _made, "has no weights for --by tokens: --weights takes what scripts/train_tokens.py writes"
    )


def _made(loaded: Any) -> TokenModel:  # noqa: ANN401 (whatever a file holds)
    shape = Shape(**{one.name: int(loaded["shape"][one.name]) for one in fields(Shape)})
    if any(not 0 < getattr(shape, one.name) <= getattr(_MOST, one.name) for one in fields(Shape)):
        raise ValueError("a number is out of bounds")
    vqgan = vqgan_of(loaded["vqgan"]["state_dict"], loaded["vqgan"]["config"])
    words = Words([str(piece) for piece in loaded["pieces"]])
    if shape.width % shape.heads or shape.codes != vqgan.shape.n_embed or shape.words != len(words):
        raise ValueError("the numbers don't belong together")
    with torch.device("meta"):  # so that a wrong shape costs no memory
        network = Tokens(shape)
    filled(network, loaded["state_dict"])
    return TokenModel(network, words, vqgan)


def _halved(network: torch.nn.Module) -> dict[str, torch.Tensor]:
    return {name: value.to(torch.float16).cpu() for name, value in network.state_dict().items()}
