"""What imagining needs, and the ways that there are. Torch isn't loaded here."""

from collections.abc import Mapping
from importlib.util import find_spec

from photoseek.embedder.errors import ModelNotUsable
from photoseek.embedder.models import EMBEDDED, ships
from photoseek.embedder.shipped import answers_still
from photoseek.embedder.source import ModelSource

PIPELINE = "pipeline"  # is named by its folder, or as on the hub
# Each way has a module in `ways/`. These are the options that not all of them take, as they are typed.
WAYS: Mapping[str, frozenset[str]] = {
    "pixels": frozenset({"steps", "start", "frames"}),
    "vqgan": frozenset({"weights", "steps", "start", "frames"}),
    "tokens": frozenset({"weights", "start", "frames", "best-of", "temperature", "top-k", "guidance"}),
    PIPELINE: frozenset({"steps", "guidance"}),
}


def refuse_without_torch() -> None:
    """Raise ModelNotUsable, with the command that installs it, where torch is missing."""
    if find_spec("torch") is None:
        raise ModelNotUsable("imagining needs torch: install it with `pip install 'photoseek[imagine]'`")


def refuse_without_diffusers() -> None:
    """Raise ModelNotUsable, with the command that installs it, where what loads pipelines is missing."""
    if any(find_spec(name) is None for name in ("diffusers", "transformers")):
        raise ModelNotUsable(
            "a pipeline needs diffusers: install it with `pip install 'photoseek[diffusers]'`"
        )


def has_gradients(source: ModelSource) -> bool:
    """Return whether a model has a photo tower that torch can run here."""
    return source.name == EMBEDDED.name or not (ships(source.name) or answers_still(source.name))
