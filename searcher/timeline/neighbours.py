"""Which photos lie before and behind one in a grid of all photos?"""

from typing import NamedTuple

import numpy as np

from photoseek.searcher.timeline.columns import Columns


class Neighbours(NamedTuple):
    """The ids of the photos before and behind one; None at an end."""

    previous: int | None
    next: int | None


def neighbours(columns: Columns, photo_id: int) -> Neighbours:
    """Return the neighbours of a photo, but for hidden ones; a photo that has no file has none."""
    at = np.flatnonzero(columns.ids == photo_id)
    if not len(at):
        return Neighbours(None, None)
    row = int(at[0])
    before = np.flatnonzero(~columns.hidden[:row][::-1])[:1]
    behind = np.flatnonzero(~columns.hidden[row + 1 :])[:1]
    return Neighbours(
        int(columns.ids[row - 1 - before[0]]) if len(before) else None,
        int(columns.ids[row + 1 + behind[0]]) if len(behind) else None,
    )
