"""The files of a photo, and which of them are unchanged since they were indexed."""

import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Annotated, BinaryIO

from fastapi import Path

from photoseek.searcher.web.errors import Refused
from photoseek.storage import (
    Photo,
    Stamp,
    Transaction,
    holds,
    is_url,
    open_regular,
    status_at,
    status_of,
    within,
)

_LOOK_S = 5.0  # the longest that a disk may take to answer
MOST_ID = 2**63 - 1  # the highest id of a row

PhotoId = Annotated[int, Path(ge=1, le=MOST_ID, description="A hit's `photo_id`.")]


@dataclass(frozen=True, slots=True)
class Original:
    """A file of a photo, as it was indexed."""

    path: str
    stamp: Stamp
    content_hash: bytes

    def unchanged(self) -> os.stat_result | None:
        """Return its status if it is unchanged, else None, as when a link to another file replaced it."""
        try:
            there = within(_LOOK_S, self.path, partial(status_at, self.path))
        except OSError:
            return None
        return there if self._is_like(there) else None

    def opened(self) -> BinaryIO | None:
        """Open the file for reading; None if its content has changed or it can't be opened.

        The content of the open file is checked, whatever its size and time. A file that is deleted or replaced
        meanwhile is still sent whole, and a link put in its place is not followed.
        """
        file = self.opened_by_stamp()
        if file is None or is_url(self.path):  # of an object, the ETag stands for its content
            return file
        with suppress(OSError):
            if holds(file, self.path, self.content_hash):
                return file
        file.close()
        return None

    def opened_by_stamp(self) -> BinaryIO | None:
        """Open the file for reading if it has the size and time that it was indexed with, else return None.

        Its content isn't read, as `opened` does: of thousands of files, that would take as long as sending them.
        """
        if not is_url(self.path) and self.unchanged() is None:  # to open an object asks as much
            return None
        try:
            file = open_regular(self.path)
        except OSError:
            return None
        with suppress(OSError):
            if self._is_like(status_of(file)):
                return file
        file.close()
        return None

    def _is_like(self, there: os.stat_result) -> bool:
        # Some disks assign new inodes at each mount.
        compared = 3 if is_url(self.path) else 2
        return Stamp.of(there)[:compared] == self.stamp[:compared] and stat.S_ISREG(there.st_mode)


def present(transaction: Transaction, photo_id: int) -> Photo:
    """Return a photo that has a file. Raises Refused."""
    found = transaction.photos.by_id([photo_id]).get(photo_id)
    if found is None:
        raise Refused(404, "no-photo", f"there is no photo #{photo_id}: /api/find shows the ids of photos")
    if not found.paths:
        raise Refused(
            404, "missing", f"photo {photo_id} is kept, but missing: none of its files is there now"
        )
    return found


def originals(transaction: Transaction, photo: Photo) -> list[Original]:
    """Return the files of a photo, the one that is shown first."""
    roots = {root.root_id: root.path for root in transaction.roots.all()}
    stamps = {
        os.path.join(roots[file.root_id], file.path): file.stamp
        for file in transaction.files.of([photo.photo_id])
    }
    return [Original(path, stamps[path], photo.facts.content_hash) for path in photo.paths]


def none_unchanged(photo_id: int) -> Refused:
    """Return the error for a photo whose files have all changed."""
    return Refused(
        409,
        "changed",
        f"no file of photo {photo_id} is as it was when it was indexed: `photoseek index` looks again",
    )
