"""What the routes share: the library with its searcher, what makes pictures, and the settings of the server."""

import math
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

from photoseek.errors import PhotoseekError
from photoseek.searcher.kept import Kept
from photoseek.searcher.timeline.cache import ColumnCache
from photoseek.searcher.timeline.views import Views
from photoseek.searcher.warm import WarmSearcher
from photoseek.searcher.web.access.access import Access
from photoseek.searcher.web.kept.sent_pictures import SentPictures
from photoseek.searcher.web.kept.undo_log import UndoLog
from photoseek.searcher.web.metrics import Metrics
from photoseek.searcher.web.tasks import Tasks
from photoseek.searcher.web.turns import Turns
from photoseek.storage import Library, Stamp, Transaction

_Value = TypeVar("_Value")

# Decodes a picture in a process of its own: the path of its file → a PIL image. Raises PhotoseekError.
ReadPicture = Callable[[Path], Any]
# Makes the thumbnail of a content hash from a file, if the file is unchanged: returns the JPEG, or why it can't.
MakeThumbnail = Callable[[bytes, str, Stamp], bytes | str]

PATIENCE_S = 20.0  # that a question may wait for earlier ones
BUSY = "others are being answered: ask again in a moment"
ANSWER_S = 4.0  # of work on one question; docs/http.md states it


def has_no_resident() -> bool:
    """Return False: nobody asks the process of a part of the library."""
    return False


@dataclass(frozen=True)  # without slots: cached properties need a place
class Services:
    """What the routes share, for one library."""

    warm: WarmSearcher
    make_thumbnail: MakeThumbnail  # makes deleted thumbnails again, in processes of its own
    has_resident: Callable[[], bool] = has_no_resident  # whether `photoseek find` has a process to ask
    answer_s: float = ANSWER_S  # of work on one question
    tasks: Tasks = field(default_factory=Tasks)  # commands that a person starts; without a command, none
    access: Access = field(default_factory=Access)  # who is let in, for the guard and the sign-in page
    make_small: MakeThumbnail | None = None  # makes smaller ones of stored thumbnails; None: those are sent
    make_large: MakeThumbnail | None = None  # makes larger ones of originals; None: the stored are sent
    metrics: Metrics | None = None  # None: nothing is counted
    # The one line in which the questions of all wait: waiting ones don't occupy threads.
    turns: Turns = field(default_factory=lambda: Turns(PATIENCE_S, BUSY))
    read_picture: ReadPicture | None = None  # None: no picture can be sent as a question
    shows_all: bool = True  # False: what one user may see, and nothing may be kept for longer than a right
    undo: UndoLog = field(default_factory=UndoLog)  # how the latest changes are taken back

    def stage(self, name: str) -> AbstractContextManager[None]:
        """Time a stage of a question, where stages are counted."""
        return nullcontext() if self.metrics is None else self.metrics.stage(name)

    def waiting(self) -> AbstractContextManager[None]:
        """Count a question as waiting, likewise."""
        return nullcontext() if self.metrics is None else self.metrics.waiting()

    def get_ready(self) -> None:
        """Begin to read what a grid shows, so that the first page that is opened needn't wait for it."""
        Thread(target=self._read_columns, daemon=True).start()

    def _read_columns(self) -> None:
        with suppress(PhotoseekError):  # the next request raises it
            self.columns.read()

    def kept(self, make: Callable[[Transaction], _Value]) -> Kept[_Value]:
        """Return a value of the library that is kept; one that a user asks for is never of an earlier state."""
        return Kept(self.library, make) if self.shows_all else Kept(self.library, make, quick_s=math.inf)

    @property
    def library(self) -> Library:
        """Return the library that is served."""
        return self.warm.library

    @cached_property
    def columns(self) -> ColumnCache:
        """Return what a grid shows of the library's photos, kept in memory."""
        return ColumnCache(self.library)

    @cached_property
    def views(self) -> Views:
        """Return the parts of that grid that people look at."""
        return Views(self.library, self.columns)

    @cached_property
    def pictures(self) -> SentPictures:
        """Return the pictures that were sent as questions."""
        return SentPictures(self.read_picture)
