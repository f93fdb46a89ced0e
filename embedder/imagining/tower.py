"""The photo tower of a model as a module of torch, through which a picture can be moved towards words."""

from dataclasses import dataclass

from torch import Tensor, nn

from photoseek.embedder.errors import ModelNotUsable
from photoseek.embedder.imagining.torch_graph import TorchGraph
from photoseek.embedder.models import EMBEDDED
from photoseek.embedder.open_clip.model import OpenClipEmbedder, is_downloaded
from photoseek.embedder.shipped import FOLDER
from photoseek.embedder.source import ModelSource

_SHIPPED_SIZE = 256


@dataclass(frozen=True, slots=True)
class Tower:
    """What gives photos vectors that have gradients."""

    size: int  # pixels a side
    module: nn.Module

    def __call__(self, views: Tensor) -> Tensor:
        """Return (n, dimension) unit vectors of (n, 3, size, size) views from 0 to 1."""
        vectors: Tensor = self.module(views.permute(0, 2, 3, 1) * 255)
        return vectors


def open_tower(source: ModelSource, *, rounded: bool = False) -> Tower:
    """Open the photo tower of the model that ships or of one of open_clip, never by the network.

    With `rounded`, the shipped one computes in int8's steps, as OpenVINO does; without, twice as fast and nearly
    the same. Raises ModelNotUsable.
    """
    if source.name == EMBEDDED.name:
        return Tower(_SHIPPED_SIZE, _frozen(TorchGraph(FOLDER / "photos.xml", rounded=rounded)))
    if not source.weights and not is_downloaded(source.architecture, source.pretrained):
        raise ModelNotUsable(
            f"the weights of {source.name} are not in the hub's cache any more: `photoseek models add "
            f"{source.name}` downloads them"
        )
    opened = OpenClipEmbedder(source.architecture, source.pretrained, source.weights)
    return Tower(opened.facts.preprocess.size, _frozen(opened.photo_tower))


def _frozen(module: nn.Module) -> nn.Module:
    return module.eval().requires_grad_(requires_grad=False)
