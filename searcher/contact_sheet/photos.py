"""Photos of the library on a contact sheet, read a few at a time as the sheet is written."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import BytesIO
from itertools import islice

from PIL import Image

from photoseek.searcher.contact_sheet.page import SheetPhoto
from photoseek.storage import Library, Photo, Stamp, for_terminal

# Makes the thumbnail of a content hash from a file, if the file is unchanged: returns the JPEG, or why it can't.
MakeThumbnail = Callable[[bytes, str, Stamp], bytes | str]

_SIDE = 256  # pixels: about 12 KB a photo
_JPEG_QUALITY = 75
_AT_ONCE = 100


def sheet_photos(
    library: Library, shown: Iterable[tuple[int, Sequence[str]]], make: MakeThumbnail
) -> Iterator[SheetPhoto]:
    """Yield photos by id, each with lines to show below its name; those that the library lacks are left out.

    A thumbnail that was deleted is made again by `make` from an unchanged file.
    """
    waiting = iter(shown)
    while some := list(islice(waiting, _AT_ONCE)):
        with library.catalog.read() as transaction:
            photos = transaction.photos.by_id([photo_id for photo_id, _ in some])
        for photo_id, lines in some:
            if photo := photos.get(photo_id):
                yield SheetPhoto(_name(photo), _small(library, photo, make), tuple(lines))


def _name(photo: Photo) -> str:
    """Return the name of the photo's first file, or a number for a photo whose files are all gone."""
    if not photo.paths:
        return f"number {photo.photo_id}"
    return for_terminal(os.path.basename(photo.paths[0]))  # noqa: PTH119 (paths stay str)


def _small(library: Library, photo: Photo, make: MakeThumbnail) -> bytes | None:
    """Return a small JPEG of the photo; None if it has no thumbnail and none can be made."""
    jpeg = library.thumbnails.read(photo.facts.content_hash) or _made_again(library, photo, make)
    return None if jpeg is None else _shrunk(jpeg)


def _made_again(library: Library, photo: Photo, make: MakeThumbnail) -> bytes | None:
    with library.catalog.read() as transaction:
        files = transaction.files.of([photo.photo_id])
        roots = {root.root_id: root.path for root in transaction.roots.all()}
    for file in files:
        if file.missing_since is None:
            path = os.path.join(roots[file.root_id], file.path)
            made = make(photo.facts.content_hash, path, file.stamp)
            if isinstance(made, bytes):
                return made
    return None


def _shrunk(jpeg: bytes) -> bytes | None:
    small = BytesIO()
    try:
        with Image.open(BytesIO(jpeg), formats=["JPEG"]) as opened:
            opened.draft("RGB", (_SIDE, _SIDE))
            picture = opened.convert("RGB")
            picture.thumbnail((_SIDE, _SIDE))
            picture.save(small, "JPEG", quality=_JPEG_QUALITY)
    except (OSError, ValueError, SyntaxError):  # damaged
        return None
    return small.getvalue()
