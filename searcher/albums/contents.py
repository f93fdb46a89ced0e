"""The photos of an album, and copies of them in another folder."""

import os
from collections.abc import Iterable
from pathlib import Path

from photoseek.searcher.albums.exporting import Exported, export_each
from photoseek.searcher.albums.linking import Link
from photoseek.searcher.hits.companions import with_videos
from photoseek.searcher.hits.records import Hit
from photoseek.searcher.query.query import Filter, Query
from photoseek.searcher.search import Searcher
from photoseek.storage import Library, UnknownName, for_terminal, within
from photoseek.storage.rows.albums.albums import NESTED_BY

_ALL = 2**31 - 1
_DISK_S = 5.0  # the longest that a disk may take to answer: one that slept takes a while


def album_photos(searcher: Searcher, name: str) -> list[str]:
    """Return the paths of an album's photos and of their companions (raw photos, videos). Raises UnknownName."""
    return paths_of(album_hits(searcher, name))


def paths_of(hits: Iterable[Hit]) -> list[str]:
    """Return the paths of hits and of their companions."""
    return [path for hit in hits for path in (hit.path, *hit.companions)]


def export(
    searcher: Searcher, library: Library, name: str, folder: Path, link: Link | None = None
) -> Exported:
    """Export the photos of an album into `folder`, and of those below it into folders in it.

    They are copied or linked, none over a file that is there; the originals are only read. Raises UnknownName or
    ExportFailed.
    """
    exported = Exported()
    for below, hits in hits_by_album(searcher, name):
        export_each(library, hits, folder, exported, below=below, link=link)
    return exported


def hits_by_album(searcher: Searcher, name: str) -> list[tuple[str, list[Hit]]]:
    """Return the photos of an album and of each below it: its name below the first ("" for that), and its hits."""
    albums = searcher.photos_by_album(name)
    hits = album_hits(searcher, name)
    depth = len(name.split(NESTED_BY))
    return [
        (
            NESTED_BY.join(album.name.split(NESTED_BY)[depth:]),
            [hit for hit in hits if hit.photo.photo_id in photos],
        )
        for album, photos in albums
    ]


def album_hits(searcher: Searcher, name: str) -> list[Hit]:
    """Return the photos in an album as hits, with their companions. Raises UnknownName."""
    answer = searcher.find(Query(filters=(Filter("album", name),)), limit=_ALL)
    return with_videos(answer.hits, _DISK_S)


def photo_ids(library: Library, paths: list[Path]) -> list[int]:
    """Return the ids of the photos at these paths. Raises UnknownName for a path that is not in the library."""
    found = []
    for path in paths:
        if _is_folder(path):
            raise UnknownName(
                f"{for_terminal(str(path))} is a folder: name the photos in it, as in FOLDER/*.jpg"
            )
        root_id, below = library.locate(path)
        with library.catalog.read() as transaction:
            file = transaction.files.at(root_id, below)
        if file is None:
            raise UnknownName(
                f"{for_terminal(str(path))} is not in the library: `photoseek status` with its path says why"
            )
        found.append(file.photo_id)
    return found


def _is_folder(path: Path) -> bool:
    """Return whether the path is a folder's. On a disk that doesn't answer it counts as a file."""
    try:
        return within(_DISK_S, os.path.abspath(path), path.is_dir)  # noqa: PTH100 (links stay links)
    except TimeoutError:
        return False
