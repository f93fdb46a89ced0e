"""Sidecars that were moved together with their photos since they were written."""

import os
from collections.abc import Sequence

from photoseek.indexer.decode.formats import is_indexed_name
from photoseek.indexer.sidecars.files import hash_of, read_sidecar
from photoseek.indexer.sidecars.finding import targets_of
from photoseek.storage import Photo, SidecarWrite


def writes_of_moved(path: str, photo: Photo, writes: Sequence[SidecarWrite]) -> list[SidecarWrite]:
    """Return what was written to a sidecar before it was moved to `path`.

    `writes` is what was written beside its photo, wherever that lay, the latest first.
    Of several that moved, it is the one that holds what was written last, else the one that was written last.
    """
    try:
        there = hash_of(read_sidecar(path))
    except OSError:
        return []
    moved = [write for write in writes if _is_gone(write, photo)]
    if there is None or not moved:
        return []
    own = next((write for write in moved if write.after_hash == there), moved[0])
    return [write for write in moved if write.path == own.path]


def moved_to(write: SidecarWrite, photo: Photo | None) -> str | None:
    """Return where a sidecar lies now that was moved with its photo, and holds just what was written."""
    if photo is None or not _is_gone(write, photo):
        return None
    for target, why_not in targets_of([photo]):
        try:
            if why_not is None and hash_of(read_sidecar(target.path)) == write.after_hash:
                return target.path
        except OSError:
            continue
    return None


def is_photo_there(sidecar: str) -> bool:
    """Return whether a photo lies in the folder that a sidecar of this path belongs to."""
    if os.path.lexists(sidecar[: -len(".xmp")]):
        return True
    folder = os.path.dirname(sidecar)  # noqa: PTH120 (paths stay str)
    try:
        names = os.listdir(folder)  # noqa: PTH208 (as above)
    except OSError:
        return False
    return any(is_indexed_name(name) and _is_beside(sidecar, os.path.join(folder, name)) for name in names)


def _is_gone(write: SidecarWrite, photo: Photo) -> bool:
    """Return whether a sidecar is gone together with the photo's file there, as the catalog has it."""
    return not os.path.lexists(write.path) and not any(_is_beside(write.path, path) for path in photo.paths)


def _is_beside(sidecar: str, photo: str) -> bool:
    of = sidecar[: -len(".xmp")].casefold()
    return of in {photo.casefold(), os.path.splitext(photo)[0].casefold()}  # noqa: PTH122 (as above)
