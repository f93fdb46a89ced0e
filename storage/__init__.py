"""The library folder: catalog, vectors, vector index, thumbnails.

What other rooms use is named here; the rest is storage's own business.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from storage.clock import days_ago, now
from storage.content import DISK_S, ContentHash, content_hash_of, holds, open_regular, portions
from storage.errors import (
    LibraryDamaged,
    LibraryInUse,
    LibraryNotWritable,
    LibraryTooNew,
    NameTaken,
    NoLibrary,
    StorageError,
    TimeIsUp,
    UnknownName,
)
from storage.files_on_disk import is_left_behind, replace_file
from storage.folding import folded, spellings, words_asked, words_stored
from storage.names import for_terminal, from_text, to_text, ways_of_writing
from storage.patience import found_within, within
from storage.records import (
    NEVER_READ,
    Album,
    Glance,
    KnownFile,
    LabelRule,
    Model,
    Photo,
    PhotoFacts,
    Root,
    SkippedFile,
    Stamp,
    Tag,
)
from storage.thumbnails import LONG_SIDE, Thumbnails

if TYPE_CHECKING:
    from storage import conditions
    from storage.backup import restore
    from storage.catalog import Catalog, Transaction
    from storage.checksums import read_checked, write_checked
    from storage.conditions import Condition
    from storage.library import ENVIRONMENT_VARIABLE, Library, default_folder
    from storage.overview import Overview
    from storage.roots import pattern_below
    from storage.time_limit import TimeLimit, check_time
    from storage.vector_base import BaseFacts
    from storage.vector_index import Neighbours, VectorIndex
    from storage.vectors import VectorChanges
    from storage.watching import WatchedRoot
    from storage.words import Word

__all__ = [
    "DISK_S",
    "ENVIRONMENT_VARIABLE",
    "LONG_SIDE",
    "NEVER_READ",
    "Album",
    "BaseFacts",
    "Catalog",
    "Condition",
    "ContentHash",
    "Glance",
    "KnownFile",
    "LabelRule",
    "Library",
    "LibraryDamaged",
    "LibraryInUse",
    "LibraryNotWritable",
    "LibraryTooNew",
    "Model",
    "NameTaken",
    "Neighbours",
    "NoLibrary",
    "Overview",
    "Photo",
    "PhotoFacts",
    "Root",
    "SkippedFile",
    "Stamp",
    "StorageError",
    "Tag",
    "Thumbnails",
    "TimeIsUp",
    "TimeLimit",
    "Transaction",
    "UnknownName",
    "VectorChanges",
    "VectorIndex",
    "WatchedRoot",
    "Word",
    "check_time",
    "conditions",
    "content_hash_of",
    "days_ago",
    "default_folder",
    "folded",
    "for_terminal",
    "found_within",
    "from_text",
    "holds",
    "is_left_behind",
    "now",
    "open_regular",
    "pattern_below",
    "portions",
    "read_checked",
    "replace_file",
    "restore",
    "spellings",
    "to_text",
    "ways_of_writing",
    "within",
    "words_asked",
    "words_stored",
    "write_checked",
]

_MODULES = {
    "storage.backup": ("restore",),
    "storage.catalog": ("Catalog", "Transaction"),
    "storage.checksums": ("read_checked", "write_checked"),
    "storage.conditions": ("Condition",),
    "storage.library": ("ENVIRONMENT_VARIABLE", "Library", "default_folder"),
    "storage.overview": ("Overview",),
    "storage.roots": ("pattern_below",),
    "storage.time_limit": ("TimeLimit", "check_time"),
    "storage.vector_base": ("BaseFacts",),
    "storage.vector_index": ("Neighbours", "VectorIndex"),
    "storage.vectors": ("VectorChanges",),
    "storage.watching": ("WatchedRoot",),
    "storage.words": ("Word",),
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 (whatever the module holds)
    """Load what is asked for: a process that decodes, which needs records alone, doesn't wait for SQLAlchemy."""
    for module, names in _MODULES.items():
        if name in names:
            return getattr(import_module(module), name)
    raise AttributeError(name)
