"""From folders to a library: scan, compare, decode, embed, save; once or for as long as one watches."""

from indexer.changes import Changes, Move, compare
from indexer.errors import IndexerError, UnreadablePhoto
from indexer.model_choice import open_model
from indexer.pipeline import OnIndexed, Progress, Run, Summary, index
from indexer.scan import Scan, scan
from indexer.watch import watch

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
    "scan",
    "watch",
]
