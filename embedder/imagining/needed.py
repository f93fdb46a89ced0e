"""Whether there is what imagining needs: torch, and a model that it can run. Torch isn't loaded here."""

from importlib.util import find_spec

from photoseek.embedder.errors import ModelNotUsable
from photoseek.embedder.models import EMBEDDED, ships
from photoseek.embedder.shipped import answers_still
from photoseek.embedder.source import ModelSource


def refuse_without_torch() -> None:
    """Raise ModelNotUsable, with the command that installs it, where torch is missing."""
    if find_spec("torch") is None:
        raise ModelNotUsable("imagining needs torch: install it with `pip install 'photoseek[imagine]'`")


def has_gradients(source: ModelSource) -> bool:
    """Return whether a model has a photo tower that torch can run here."""
    return source.name == EMBEDDED.name or not (ships(source.name) or answers_still(source.name))
