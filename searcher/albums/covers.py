"""The cover of an album: its most relevant photo that isn't blurred."""

from collections.abc import Sequence
from io import BytesIO

import numpy as np
from PIL import Image, ImageFilter, ImageStat

from photoseek.searcher.query.parsing import parse_line
from photoseek.searcher.query.query import Filter, Query
from photoseek.searcher.search import Searcher
from photoseek.storage import Library, Photo

_CANDIDATES = 12  # whose thumbnails are read
_MOST_COMPARED = 2000  # photos whose middle is looked for
_SIDE = 256  # pixels: a larger thumbnail would have more detail at the same sharpness
_BLURRED = 0.25  # of the candidates' median sharpness, or less
_LAPLACIAN = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)


def cover(searcher: Searcher, library: Library, name: str) -> Photo | None:
    """Return the cover of an album and those below it; None for an album without photos. Raises as `find`."""
    candidates = _most_relevant(searcher, library, name)
    with library.catalog.read() as transaction:
        photos = transaction.photos.by_id(candidates)
    shown = [photos[photo_id] for photo_id in candidates if photos.get(photo_id) and photos[photo_id].paths]
    measured = [sharpness(library, photo) for photo in shown]
    known = [one for one in measured if one is not None]
    least = _BLURRED * float(np.median(known)) if known else 0.0
    sharp = [
        photo
        for photo, one in zip(shown, measured, strict=True)
        if known and one is not None and one >= least
    ]
    return next(iter([*sharp, *shown]), None)


def sharpness(library: Library, photo: Photo) -> float | None:
    """Return the variance of the thumbnail's Laplacian (Pech-Pacheco et al. 2000); None without a thumbnail."""
    jpeg = library.thumbnails.read(photo.facts.content_hash)
    if jpeg is None:
        return None
    try:
        with Image.open(BytesIO(jpeg), formats=["JPEG"]) as opened:
            opened.draft("L", (_SIDE, _SIDE))
            grey = opened.convert("L")
            grey.thumbnail((_SIDE, _SIDE))
    except (OSError, ValueError, SyntaxError):  # damaged
        return None
    if min(grey.size) < 3:  # noqa: PLR2004 (the kernel's side)
        return 0.0
    # The edge has no neighbours, so Pillow copies it: it would count as detail.
    inner = grey.filter(_LAPLACIAN).crop((1, 1, grey.width - 1, grey.height - 1))
    return float(ImageStat.Stat(inner).var[0])


def _most_relevant(searcher: Searcher, library: Library, name: str) -> list[int]:
    """Return the ids of a few photos, the most relevant first.

    Of a saved query with words they are its first hits; else the photos nearest to the middle of the album.
    """
    with library.catalog.read() as transaction:
        albums = transaction.albums.tree(name)
    saved = parse_line(albums[0].query) if len(albums) == 1 and albums[0].query is not None else None
    if saved is not None and saved.embeds:
        hits = searcher.find(saved, _CANDIDATES).hits
        return [hit.photo.photo_id for hit in hits if hit.fits or hit.relevance is None]
    photo_ids = sorted(searcher.matching(Query(filters=(Filter("album", name),))).photo_ids)
    return _nearest_to_the_middle(searcher, library, photo_ids)


def _nearest_to_the_middle(searcher: Searcher, library: Library, photo_ids: Sequence[int]) -> list[int]:
    step = -(-len(photo_ids) // _MOST_COMPARED) or 1
    with library.catalog.read() as transaction:
        vectors = transaction.vectors.of(searcher.model, photo_ids[::step])
    if not vectors:
        return list(photo_ids[:_CANDIDATES])
    matrix = np.stack(list(vectors.values()))
    nearest = np.argsort(-(matrix @ matrix.mean(axis=0)), kind="stable")[:_CANDIDATES]
    listed = list(vectors)
    return [listed[row] for row in nearest]
