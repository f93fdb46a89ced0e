"""Wording that several messages share: numbers of things, and why something can't be read."""

import errno
import shlex
from collections.abc import Iterable

from photoseek.indexer.errors import PatternsUnread
from photoseek.storage import StoreFailure, now

NO_MEMORY = "there is not enough memory to decode it: close other programs, or export a smaller copy"
HELD_BACK = (
    "too many at once to believe: is a disk not mounted? If they are gone, "
    "run `photoseek index --confirm-missing`"
)
_MOST_NAMED = 20  # labels in one sentence
_DAMAGED = frozenset({errno.EIO, getattr(errno, "EUCLEAN", None), errno.EBADMSG})
_NOT_ALLOWED = frozenset({errno.EACCES, errno.EPERM})


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number of things as text: `1 photo`, `2 photos`."""
    return f"{number} {one}" if number == 1 else f"{number} {many or one + 's'}"


def tried_again(again_at: str) -> str:
    """Say when a file is tried again that was skipped for a cause outside it; `again_at` is UTC, ISO 8601."""
    if again_at <= now():
        return "tried again by the next `photoseek index`, or within a minute by `photoseek watch`"
    return f"tried again from {again_at} on; `photoseek skipped --retry` does it now"


def tag_again(labels: Iterable[str]) -> str:
    """Return what to do about labels that the model which answers now knows nothing of."""
    named = list(labels)
    if len(named) > _MOST_NAMED:
        again = f"`photoseek tag --vocabulary FILE --apply` again with the file of these {len(named)} labels"
    else:
        again = f"`photoseek tag --labels {shlex.quote(','.join(named))} --apply` again"
    return f"new photos are no longer tagged by what the old model decided: run {again}"


def why_unread(error: OSError) -> str:
    """Return what the system said, and what to do about it."""
    if isinstance(error, PatternsUnread | StoreFailure):
        return str(error)
    reason = (error.strerror or str(error)).lower()
    if error.errno in _DAMAGED:
        return f"{reason}: its disk may be damaged, so copy what matters off it and check it"
    if error.errno in _NOT_ALLOWED:
        return f"{reason}: see that you may read it"
    return f"{reason}: see that its disk is mounted and that you may read it"
