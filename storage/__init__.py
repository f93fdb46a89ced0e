"""The library folder: catalog, vectors, vector index, thumbnails.

Names for other packages are listed here; the rest is internal.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from photoseek.storage.acting import Actor, acting
from photoseek.storage.clock import days_ago, now
from photoseek.storage.disk.content import (
    DISK_S,
    ContentHash,
    content_hash_of,
    holds,
    open_original,
    open_regular,
    portions,
    status_at,
    status_of,
)
from photoseek.storage.disk.patience import found_within, within
from photoseek.storage.disk.progress import IndexProgress
from photoseek.storage.disk.writing import is_left_behind, replace_file, replaced_whole
from photoseek.storage.errors import (
    LibraryDamaged,
    LibraryInUse,
    LibraryMoved,
    LibraryNotWritable,
    LibraryTooNew,
    NameTaken,
    NoLibrary,
    NotYours,
    StorageError,
    TimeIsUp,
    UnknownName,
)
from photoseek.storage.folding import folded, phrases_asked, pieces, spellings, words_asked, words_stored
from photoseek.storage.names import for_terminal, from_text, to_text, ways_of_writing
from photoseek.storage.objects.urls import absolute_path, is_url
from photoseek.storage.records import (
    NEVER_READ,
    Album,
    Box,
    Change,
    Edit,
    KnownFile,
    LabelRule,
    Model,
    Moment,
    NamedRegion,
    PersonsWord,
    Photo,
    PhotoFacts,
    Root,
    SidecarRead,
    SidecarWrite,
    SkippedFile,
    Stamp,
    Tag,
    TagRun,
)
from photoseek.storage.rows.people.records import FoundFace
from photoseek.storage.thumbnails.folder import FolderThumbnails
from photoseek.storage.thumbnails.opening import THUMBNAILS_VARIABLE
from photoseek.storage.thumbnails.protocol import LONG_SIDE, OTHER_SIDES, Thumbnails

if TYPE_CHECKING:
    from photoseek.storage.catalog.catalog import Catalog, Transaction
    from photoseek.storage.disk.checksums import read_checked, write_checked
    from photoseek.storage.exchange.files import read_document, write_document
    from photoseek.storage.library import Library, Place
    from photoseek.storage.objects.failures import ObjectChanged, StoreFailure
    from photoseek.storage.objects.listing import anything_below, listed
    from photoseek.storage.objects.stores import endpoint_of
    from photoseek.storage.overview import Overview
    from photoseek.storage.refilling import restore_database
    from photoseek.storage.relocating import move, reopen
    from photoseek.storage.restoring import restore
    from photoseek.storage.rows.conditions import Condition
    from photoseek.storage.rows.extractions.extractions import Extracted
    from photoseek.storage.rows.roots import pattern_below
    from photoseek.storage.rows.texts.records import PhotoText, ReadWord
    from photoseek.storage.rows.users.records import GivenRight, Identity, Session, User
    from photoseek.storage.rows.videos.moments import MomentsState, SavedMoments
    from photoseek.storage.rows.words import Word
    from photoseek.storage.seen_library import SeenLibrary
    from photoseek.storage.time_limit import TimeLimit, check_time
    from photoseek.storage.vector_index.protocol import IndexFacts, Neighbours, VectorIndex
    from photoseek.storage.watching import WatchedRoot

__all__ = [
    "DISK_S",
    "LONG_SIDE",
    "NEVER_READ",
    "OTHER_SIDES",
    "THUMBNAILS_VARIABLE",
    "Actor",
    "Album",
    "Box",
    "Catalog",
    "Change",
    "Condition",
    "ContentHash",
    "Edit",
    "Extracted",
    "FolderThumbnails",
    "FoundFace",
    "GivenRight",
    "Identity",
    "IndexFacts",
    "IndexProgress",
    "KnownFile",
    "LabelRule",
    "Library",
    "LibraryDamaged",
    "LibraryInUse",
    "LibraryMoved",
    "LibraryNotWritable",
    "LibraryTooNew",
    "Model",
    "Moment",
    "MomentsState",
    "NameTaken",
    "NamedRegion",
    "Neighbours",
    "NoLibrary",
    "NotYours",
    "ObjectChanged",
    "Overview",
    "PersonsWord",
    "Photo",
    "PhotoFacts",
    "PhotoText",
    "Place",
    "ReadWord",
    "Root",
    "SavedMoments",
    "SeenLibrary",
    "Session",
    "SidecarRead",
    "SidecarWrite",
    "SkippedFile",
    "Stamp",
    "StorageError",
    "StoreFailure",
    "Tag",
    "TagRun",
    "Thumbnails",
    "TimeIsUp",
    "TimeLimit",
    "Transaction",
    "UnknownName",
    "User",
    "VectorIndex",
    "WatchedRoot",
    "Word",
    "absolute_path",
    "acting",
    "anything_below",
    "check_time",
    "content_hash_of",
    "days_ago",
    "endpoint_of",
    "folded",
    "for_terminal",
    "found_within",
    "from_text",
    "holds",
    "is_left_behind",
    "is_url",
    "listed",
    "move",
    "now",
    "open_original",
    "open_regular",
    "pattern_below",
    "phrases_asked",
    "pieces",
    "portions",
    "read_checked",
    "read_document",
    "reopen",
    "replace_file",
    "replaced_whole",
    "restore",
    "restore_database",
    "spellings",
    "status_at",
    "status_of",
    "to_text",
    "ways_of_writing",
    "within",
    "words_asked",
    "words_stored",
    "write_checked",
    "write_document",
]

_MODULES = {
    "photoseek.storage.restoring": ("restore",),
    "photoseek.storage.catalog.catalog": ("Catalog", "Transaction"),
    "photoseek.storage.disk.checksums": ("read_checked", "write_checked"),
    "photoseek.storage.rows.conditions": ("Condition",),
    "photoseek.storage.exchange.files": ("read_document", "write_document"),
    "photoseek.storage.library": ("Library", "Place"),
    "photoseek.storage.objects.failures": ("ObjectChanged", "StoreFailure"),
    "photoseek.storage.objects.listing": ("anything_below", "listed"),
    "photoseek.storage.objects.stores": ("endpoint_of",),
    "photoseek.storage.overview": ("Overview",),
    "photoseek.storage.rows.extractions.extractions": ("Extracted",),
    "photoseek.storage.rows.roots": ("pattern_below",),
    "photoseek.storage.time_limit": ("TimeLimit", "check_time"),
    "photoseek.storage.vector_index.protocol": ("IndexFacts", "Neighbours", "VectorIndex"),
    "photoseek.storage.watching": ("WatchedRoot",),
    "photoseek.storage.rows.texts.records": ("PhotoText", "ReadWord"),
    "photoseek.storage.rows.users.records": ("GivenRight", "Identity", "Session", "User"),
    "photoseek.storage.refilling": ("restore_database",),
    "photoseek.storage.relocating": ("move", "reopen"),
    "photoseek.storage.seen_library": ("SeenLibrary",),
    "photoseek.storage.rows.videos.moments": ("MomentsState", "SavedMoments"),
    "photoseek.storage.rows.words": ("Word",),
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 (whatever the module holds)
    """Load a name's module when the name is first used: decoding processes need the records, not SQLAlchemy."""
    for module, names in _MODULES.items():
        if name in names:
            return getattr(import_module(module), name)
    raise AttributeError(name)
