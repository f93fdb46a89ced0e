"""The files of a photo: where it lies, and which of them are still what was indexed."""

import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Annotated, BinaryIO

from fastapi import Path

from photoseek.searcher.web.errors import Refused
from photoseek.storage import Photo, Stamp, Transaction, holds, open_regular, within

_LOOK_S = 5.0  # that a disk may be silent
_MOST_ID = 2**63 - 1  # that a row can have

PhotoId = Annotated[int, Path(ge=1, le=_MOST_ID, description="A hit's `photo_id`.")]


@dataclass(frozen=True, slots=True)
class Original:
    """A file of a photo, as it was indexed."""

    path: str
    stamp: Stamp
    content_hash: bytes

    def unchanged(self) -> os.stat_result | None:
        """Look at it; None where it is not what was indexed, as when a link to another took its place."""
        try:
            there = within(_LOOK_S, self.path, partial(os.stat, self.path))
        except OSError:
            return None
        return there if self._is_like(there) else None

    def opened(self) -> BinaryIO | None:
        """Open it for reading; None where it is not what was indexed, or can't be opened.

        What is sent is what was opened and has the content of the photo, whatever its size and time say: a file
        that is deleted or replaced meanwhile breaks no answer off, and a link put in its place leads nowhere.
        """
        if self.unchanged() is None:
            return None
        try:
            file = open_regular(self.path)
        except OSError:
            return None
        with suppress(OSError):
            if self._is_like(os.fstat(file.fileno())) and holds(file, self.path, self.content_hash):
                return file
        file.close()
        return None

    def _is_like(self, there: os.stat_result) -> bool:
        # Some disks number their files anew each time that they are mounted.
        return Stamp.of(there)[:2] == self.stamp[:2] and stat.S_ISREG(there.st_mode)


def present(transaction: Transaction, photo_id: int) -> Photo:
    """Give a photo that lies somewhere. Raises Refused."""
    found = transaction.photos.by_id([photo_id]).get(photo_id)
    if found is None:
        raise Refused(404, "no-photo", f"there is no photo #{photo_id}: /api/find shows the ids of photos")
    if not found.paths:
        raise Refused(
            404, "missing", f"photo {photo_id} is kept, but missing: none of its files is there now"
        )
    return found


def originals(transaction: Transaction, photo: Photo) -> list[Original]:
    """Give the files of a photo that lies somewhere, the one that is shown first."""
    roots = {root.root_id: root.path for root in transaction.roots.all()}
    stamps = {
        os.path.join(roots[file.root_id], file.path): file.stamp
        for file in transaction.files.of([photo.photo_id])
    }
    return [Original(path, stamps[path], photo.facts.content_hash) for path in photo.paths]


def none_unchanged(photo_id: int) -> Refused:
    """Give what is said where no file of a photo is what was indexed."""
    return Refused(
        409,
        "changed",
        f"no file of photo {photo_id} is as it was when it was indexed: `photoseek index` looks again",
    )
