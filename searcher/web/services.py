"""What the routes share: the library with its searcher, what makes pictures, and the settings of the server."""

from collections.abc import Callable
from dataclasses import dataclass, field

from photoseek.searcher.warm import WarmSearcher
from photoseek.searcher.web.access.access import Access
from photoseek.searcher.web.tasks import Tasks
from photoseek.storage import Library, Stamp

# Makes the thumbnail of a content hash from a file, if the file is unchanged. Returns the reason if it can't.
MakeThumbnail = Callable[[bytes, str, Stamp], str | None]

ANSWER_S = 4.0  # of work on one question; docs/http.md states it


def _has_none() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Services:
    """What the routes share, for one library."""

    warm: WarmSearcher
    make_thumbnail: MakeThumbnail  # makes deleted thumbnails again, in processes of its own
    has_resident: Callable[[], bool] = _has_none  # whether `photoseek find` has a process to ask
    answer_s: float = ANSWER_S  # of work on one question
    tasks: Tasks = field(default_factory=Tasks)  # commands that a person starts; without a command, none
    access: Access = field(default_factory=Access)  # who is let in, for the guard and the sign-in page

    @property
    def library(self) -> Library:
        """Return the library that is served."""
        return self.warm.library
