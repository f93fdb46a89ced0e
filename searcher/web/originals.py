"""The files of a photo: where it lies, and which of them are still what was indexed."""

import os
import stat
from dataclasses import dataclass
from typing import Annotated, BinaryIO

from fastapi import Path

from searcher.web.errors import Refused
from storage import Photo, Stamp, Transaction

_MOST_ID = 2**63 - 1  # that a row can have

PhotoId = Annotated[int, Path(ge=1, le=_MOST_ID, description="A hit's `photo_id`.")]


@dataclass(frozen=True, slots=True)
class Original:
    """A file of a photo, as it was indexed."""

    path: str
    stamp: Stamp

    def unchanged(self) -> os.stat_result | None:
        """Look at it; None where it is not what was indexed, as when a link to another took its place."""
        try:
            there = os.stat(self.path)  # noqa: PTH116 (paths stay str)
        except OSError:
            return None
        return there if self._is_like(there) else None

    def opened(self) -> BinaryIO | None:
        """Open it for reading; None where it is not what was indexed, or can't be opened.

        What is sent is what was opened: a file that is deleted or replaced meanwhile breaks no answer off.
        """
        if self.unchanged() is None:
            return None
        try:
            file = open(self.path, "rb", opener=_without_waiting)  # noqa: SIM115 (whoever sends it closes it)
        except OSError:
            return None
        if self._is_like(os.fstat(file.fileno())):
            return file
        file.close()
        return None

    def _is_like(self, there: os.stat_result) -> bool:
        # Some disks number their files anew each time that they are mounted.
        return Stamp.of(there)[:2] == self.stamp[:2] and stat.S_ISREG(there.st_mode)


def _without_waiting(path: str, flags: int) -> int:
    """Open what a pipe may have taken the place of this moment: it would wait for who writes."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


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
    return [Original(path, stamps[path]) for path in photo.paths]


def none_unchanged(photo_id: int) -> Refused:
    """Give what is said where no file of a photo is what was indexed."""
    return Refused(
        409,
        "changed",
        f"no file of photo {photo_id} is as it was when it was indexed: `photoseek index` looks again",
    )
