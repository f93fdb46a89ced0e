"""A file to bring in, and what came of reading it: plain data, which needs none of what reads photos."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from photoseek.embedder import Pixels
from photoseek.storage import PhotoFacts, Root, Stamp


@dataclass(frozen=True, slots=True)
class Task:
    """A file to bring in, as the scan saw it."""

    root: Root
    path: str  # below the root
    stamp: Stamp
    replaces: bool = False  # what was known at its path, rather than having come of it
    only_facts: bool = False  # read what it says, and decode nothing for a model
    # What lies beside it and its copies: the absolute path, the photo's name, and whether it surely belongs to it.
    beside: tuple[tuple[str, str, bool], ...] = ()

    @property
    def absolute(self) -> str:
        """Where to open it."""
        return os.path.join(self.root.path, self.path)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A photo ready to be embedded."""

    task: Task
    facts: PhotoFacts
    pixels: Pixels  # (size, size, 3)
    thumbnail: bytes | None = None  # a JPEG, where who read the photo could not write it

    @property
    def content_hash(self) -> bytes:
        """What names the photo."""
        return self.facts.content_hash


@dataclass(frozen=True, slots=True)
class AlreadyEmbedded:
    """A file whose content has been embedded before."""

    task: Task
    content_hash: bytes


@dataclass(frozen=True, slots=True)
class FactsRead:
    """What a known photo's file says, read again."""

    task: Task
    content_hash: bytes
    said: Mapping[str, Any]  # by the catalog's names
    unread: tuple[str, ...] = ()  # absolute paths of files beside it that could not be read for now


@dataclass(frozen=True, slots=True)
class ReadForExtraction:
    """What an extractor wanted of a file."""

    task: Task
    content_hash: bytes
    payload: Any  # as the extractor's own reading makes it


@dataclass(frozen=True, slots=True)
class Rejected:
    """A file that could not become a photo, and why: a fact of its content, which lasts until that changes."""

    task: Task
    reason: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that could not be read just now, for a cause outside it, which says nothing of what is in it."""

    task: Task
    reason: str | None  # None: it is not there any more, or its disk is not
    # A try takes long, or much memory: each later one is put off further. Others are tried at every look.
    costly: bool = False
    away: str | None = None  # why its object store as a whole can't be read: this says nothing of the file


Outcome = Prepared | AlreadyEmbedded | FactsRead | ReadForExtraction | Rejected | Unreadable
