"""From folders to a library: scan, compare, decode, embed, save; once or for as long as one watches."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from photoseek.indexer.errors import IndexerError, UnreadablePhoto

if TYPE_CHECKING:
    from photoseek.indexer.models.choice import open_model
    from photoseek.indexer.pipeline.index import index
    from photoseek.indexer.pipeline.run import OnIndexed, Progress, Run, Summary

__all__ = [
    "IndexerError",
    "OnIndexed",
    "Progress",
    "Run",
    "Summary",
    "UnreadablePhoto",
    "index",
    "open_model",
    # `scan` and `watch` are modules of these names, too: import the functions from there
]

_MODULES = {
    "photoseek.indexer.models.choice": ("open_model",),
    "photoseek.indexer.pipeline.index": ("index",),
    "photoseek.indexer.pipeline.run": ("OnIndexed", "Progress", "Run", "Summary"),
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 (whatever the module holds)
    """Load what is asked for: a question, which needs this room's errors alone, doesn't wait for the rest."""
    for module, names in _MODULES.items():
        if name in names:
            return getattr(import_module(module), name)
    raise AttributeError(name)
