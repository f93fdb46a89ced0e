"""From folders to a library: scan, compare, decode, embed, save; once or for as long as one watches."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from indexer.errors import IndexerError, UnreadablePhoto

if TYPE_CHECKING:
    from indexer.changes import Changes, Move, compare
    from indexer.model_choice import open_model
    from indexer.pipeline import index
    from indexer.run import OnIndexed, Progress, Run, Summary
    from indexer.scan import Scan

__all__ = [
    "Changes",
    "IndexerError",
    "Move",
    "OnIndexed",
    "Progress",
    "Run",
    "Scan",
    "Summary",
    "UnreadablePhoto",
    "compare",
    "index",
    "open_model",
    # `scan` and `watch` are modules of these names, too: import the functions from there
]

_MODULES = {
    "indexer.changes": ("Changes", "Move", "compare"),
    "indexer.model_choice": ("open_model",),
    "indexer.pipeline": ("index",),
    "indexer.run": ("OnIndexed", "Progress", "Run", "Summary"),
    "indexer.scan": ("Scan",),
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 (whatever the module holds)
    """Load what is asked for: a question, which needs this room's errors alone, doesn't wait for the rest."""
    for module, names in _MODULES.items():
        if name in names:
            return getattr(import_module(module), name)
    raise AttributeError(name)
