"""A model that was added to a library: compiled and measured. Its folder is a cache."""

import json
import shutil
from functools import cached_property
from pathlib import Path

from photoseek.embedder.adding.runtimes import Measured, Runtime
from photoseek.embedder.errors import ModelNotUsable
from photoseek.embedder.openvino.compiled import CompiledEmbedder
from photoseek.embedder.preprocess import Pixels
from photoseek.embedder.protocol import Embedder, Vectors
from photoseek.embedder.source import ModelSource

FACTS = "model.json"
CACHE = "cache"
_REMEDY = "add it again with `photoseek models add`"


class AddedEmbedder(CompiledEmbedder):
    """A compiled model that embeds photos by the runtime that was fastest when it was added."""

    def __init__(self, folder: Path) -> None:
        """Open the model's folder. Raises ModelNotUsable."""
        super().__init__(folder, folder / CACHE, _REMEDY)
        try:
            model_json = json.loads((folder / FACTS).read_text("utf-8"))
            self.runtime = Runtime(**model_json["runtime"])  # that embeds photos
            self.measured = tuple(Measured(**one) for one in model_json["measured"])
            source = model_json["source"]
            paths = (path and Path(path) for path in (source["weights"], source["tokenizer"]))
            self._source = ModelSource(model_json["id"], *paths)
        except (ValueError, KeyError, TypeError) as error:
            raise ModelNotUsable(f"the model in {folder} is not whole ({error}): {_REMEDY}") from error

    def get_ready(self) -> None:
        """Load what embeds photos."""
        if self.runtime.device is None:
            super().get_ready()
        else:
            _ = self._by_torch

    def embed_photos(self, batch: Pixels) -> Vectors:
        """Embed (n, size, size, 3) uint8 RGB photos as (n, dimension) float32, unit length."""
        if self.runtime.device is None or not len(batch):
            return super().embed_photos(batch)
        return self._by_torch.embed_photos(batch)

    @cached_property
    def _by_torch(self) -> Embedder:
        from photoseek.embedder.open_clip.model import OpenClipEmbedder, TorchRuntime

        chosen = TorchRuntime(self.runtime.device or "cpu", self.runtime.dtype or "float32")
        return OpenClipEmbedder(
            self._source.architecture, self._source.pretrained, self._source.weights, chosen
        )


def folder_of(name: str, cache_folder: Path) -> Path:
    """Return the folder of the compiled model with this name."""
    return cache_folder / name.replace("/", "--")


def is_added(name: str, cache_folder: Path) -> bool:
    """Whether the model is compiled already."""
    return (folder_of(name, cache_folder) / FACTS).exists()


def forget(name: str, cache_folder: Path) -> int:
    """Delete the compiled model; returns how many bytes that freed."""
    folder = folder_of(name, cache_folder)
    freed = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    shutil.rmtree(folder, ignore_errors=True)
    return freed
