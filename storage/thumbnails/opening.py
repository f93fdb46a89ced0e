"""Which place has the thumbnails of a library: its folder, unless the environment names a shared one."""

import os
from pathlib import Path

from photoseek.storage.objects.urls import LOCAL, ObjectPath, is_url, parsed
from photoseek.storage.thumbnails.folder import FolderThumbnails
from photoseek.storage.thumbnails.protocol import THUMBNAILS_NAME, Thumbnails

# Commands that a command starts must know it too, so it is no argument.
THUMBNAILS_VARIABLE = "PHOTOSEEK_THUMBNAILS"


def thumbnails_of(folder: Path) -> Thumbnails:
    """Return the thumbnails of the library whose caches are in a folder; nothing is asked of their place yet."""
    place = os.environ.get(THUMBNAILS_VARIABLE)
    if not place:
        return FolderThumbnails(folder / THUMBNAILS_NAME)
    of = parsed(place) if is_url(place) else ObjectPath(LOCAL, place)
    if of.scheme == LOCAL:
        return FolderThumbnails(Path(of.path, THUMBNAILS_NAME), is_shared=True)
    from photoseek.storage.thumbnails.objects import ObjectThumbnails  # no folder needs what it loads

    return ObjectThumbnails(of.url)
