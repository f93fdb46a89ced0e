"""The records of an index run: options, progress, results, and notes for later runs."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from threading import Event
from typing import Any

from photoseek.embedder import Embedder, Vectors
from photoseek.indexer.pipeline.time_spent import TimeSpent
from photoseek.indexer.workers.outcomes import Outcome, Task
from photoseek.storage import Library, Model, Root, Transaction, to_text

# Called in the transaction that saves new photos, with their vectors by photo id.
OnIndexed = Callable[[Transaction, Model, Mapping[int, Vectors]], None]
# What came of some files, and the vectors of those that had none, by content hash.
Block = tuple[list[Outcome], dict[bytes, Vectors]]

WORKERS = max(2, os.cpu_count() or 2)
BATCH_PHOTOS = 16 * WORKERS


@dataclass(slots=True)
class Summary:
    """What one run did, in files: what a person is shown."""

    embedded: int = 0
    recognised: int = 0  # read, and their content or pixels were known
    moved: int = 0
    copies_gone: int = 0  # whose photo lies elsewhere too, as it did before
    returned: int = 0
    unchanged: int = 0
    sidecars_read: int = 0  # photos beside which something came, changed or went, so that it was read
    missing: int = 0
    skipped: int = 0
    unread_videos: int = 0  # left for later, for nothing is installed that reads videos
    excluded: dict[str, int] = field(default_factory=dict)  # known files from now on, by what leaves them out
    included_again: int = 0  # known files that were left out, and are not any more
    # Where a person wrote what is to be left out, and it can't be used → why. Files of patterns that can't be
    # read are in `unreadable`.
    unusable_patterns: dict[str, str] = field(default_factory=dict)
    held_back: int = 0  # gone, but so many at once that the brake keeps them
    unreadable: dict[str, str] = field(default_factory=dict)  # absolute path → why
    stopped: bool = False

    def exclude(self, reasons: Iterable[str]) -> None:
        """Count known files that are left out from now on, each by what leaves it out."""
        self.excluded = dict(Counter(self.excluded) + Counter(reasons))

    def as_json(self) -> dict[str, Any]:
        """Return it in the one JSON shape: its fields, with paths as text."""
        return asdict(self) | {"unreadable": {to_text(path): why for path, why in self.unreadable.items()}}


@dataclass(slots=True)
class Noticed:
    """What one run came across that a later one, or the forgetting after it, needs to know."""

    skipped: list[tuple[Root, str]] = field(default_factory=list)  # the files that the summary counts
    # Still being written: to be looked at again.
    unsettled: list[tuple[Root, str]] = field(default_factory=list)
    links: list[tuple[Root, str]] = field(default_factory=list)  # to folders outside a root
    compared_before: dict[int, str | None] = field(default_factory=dict)  # when each root last was, UTC


@dataclass(frozen=True, slots=True)
class Result:
    """What comes of a run."""

    summary: Summary = field(default_factory=Summary)
    noticed: Noticed = field(default_factory=Noticed)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come."""

    done: int
    total: int
    embedded: int
    skipped: int
    # Seconds of this process by stage: one that takes most of them holds up the rest.
    spent: Mapping[str, float]


# Reads and embeds files, and says what the time went into; each block has been saved when the next is asked for.
Blocks = Callable[["Run", list[Task], TimeSpent], Iterator[Block]]


@dataclass(slots=True)
class Run:
    """What every stage of a run needs, and how it is asked to behave."""

    library: Library
    embedder: Embedder
    model: Model
    on_indexed: OnIndexed | None = None
    on_progress: Callable[[Progress], None] | None = None
    stop: Event = field(default_factory=Event)
    workers: int = WORKERS  # that decode; 0 does everything in one thread, in order
    isolated: bool = False  # decode in processes, which a bad file may crash, rather than in threads
    confirm_missing: bool = False
    only_new: bool = False  # leave photos alone that are in the library, but have no vector of this model
    only_settled: bool = False  # leave files alone that are still being written
    blocks: Blocks | None = None  # that other machines read and embed; None: this one does
