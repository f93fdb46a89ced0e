"""An album's photos in another folder, as copies or links: each is checked, and a failure costs one photo."""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from photoseek.searcher.albums.copying import Changed, Copy
from photoseek.searcher.albums.folders import FULL, folder_below, takes_files
from photoseek.searcher.albums.linking import Link, NoLink, hard_link, symbolic_link
from photoseek.searcher.albums.portable_names import names_for
from photoseek.searcher.errors import ExportFailed
from photoseek.searcher.hits.companions import begins_as_video
from photoseek.searcher.hits.records import Hit
from photoseek.storage import (
    Library,
    Photo,
    Stamp,
    Transaction,
    content_hash_of,
    for_terminal,
    holds,
    is_url,
    open_regular,
    status_of,
)
from photoseek.storage.photo_formats import is_motion_name

_CANT_READ = "it can't be read now"
_CHANGED = "it is not what was indexed any more"
_NO_NAME = "the folder takes none of the names that it could have"
_NOT_TAKEN = "the folder doesn't take it"
_NO_VIDEO = "it is not a video"
_HANGS = "its disk does not answer"
_FEW = 12  # bytes at the start of a file that show whether it is a video


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote, what it found from before, and what it left out."""

    copies: list[Path] = field(default_factory=list)
    links: list[Path] = field(default_factory=list)
    there: list[Path] = field(default_factory=list)  # the same content, from an export before
    left_out: dict[str, str] = field(default_factory=dict)  # why, by the original's path
    not_linked: Counter[str] = field(default_factory=Counter)  # why photos were copied in place of linking
    without_times: list[Path] = field(
        default_factory=list
    )  # copies whose time or permissions couldn't be set


class _LeftOut(Exception):
    """A file that can't be exported; the message is the reason."""


@dataclass(frozen=True, slots=True)
class _Original:
    """One file to export."""

    paths: tuple[str, ...]  # of the same content, tried in this order
    content_hash: bytes | None = None  # None for a video: videos aren't indexed
    stamps: frozenset[Stamp] = frozenset()  # of its files as they were indexed


def export_each(  # noqa: PLR0913 (what, where to, how, and what came of it)
    library: Library,
    hits: Sequence[Hit],
    folder: Path,
    exported: Exported,
    *,
    below: str = "",
    link: Link | None = None,
) -> None:
    """Export photos and their companions into `folder`, overwriting nothing, and add to `exported`.

    With `below`, the name of a nested album, it is into a folder in that one. Raises ExportFailed if the folder
    can't be made, or accepts no files.
    """
    try:
        place = folder_below(folder, below)
        for original in list(_originals(library, hits)):  # no transaction is held while files are copied
            try:
                _export(original, place, exported, link)
            except _LeftOut as error:
                exported.left_out[original.paths[0]] = str(error)
    except OSError as error:
        raise ExportFailed(
            f"can't write into {for_terminal(str(folder))} ({(error.strerror or str(error)).lower()}): "
            "check its permissions and the free space"
        ) from error


def _originals(library: Library, hits: Sequence[Hit]) -> Iterator[_Original]:
    with library.catalog.read() as transaction:
        for hit in hits:
            others = (path for path in hit.photo.paths if path != hit.path)
            yield _photo(transaction, hit.photo, (hit.path, *others))
            for path in hit.companions:
                if is_motion_name(path):
                    yield _Original((path,))
                    continue
                file = transaction.files.at(*library.locate(Path(path)))
                photos = {} if file is None else transaction.photos.by_id([file.photo_id])
                yield from (_photo(transaction, photo, (path,)) for photo in photos.values())


def _photo(transaction: Transaction, photo: Photo, paths: tuple[str, ...]) -> _Original:
    stamps = frozenset(file.stamp for file in transaction.files.of([photo.photo_id]))
    return _Original(paths, photo.facts.content_hash, stamps)


def _export(original: _Original, folder: Path | None, exported: Exported, link: Link | None) -> None:
    """Export the first path with unchanged content. Raises _LeftOut."""
    if folder is None:
        raise _LeftOut(_NO_NAME)
    why = _CANT_READ
    for path in original.paths:
        try:
            source = open_regular(path, follow=original.content_hash is not None)
        except OSError as error:
            why = _HANGS if isinstance(error, TimeoutError) else why
            continue
        with source:
            try:
                _refuse_changed(source, path, original, by_stamp=link is not None)
                _link_or_copy(source, path, original, folder, exported, link)
            except _LeftOut as error:
                why = str(error)
            else:
                return
    raise _LeftOut(why)


def _refuse_changed(source: BinaryIO, path: str, original: _Original, *, by_stamp: bool) -> None:
    """Raise _LeftOut unless an open file is what was indexed; with `by_stamp`, its content need not be read."""
    content_hash = original.content_hash
    if content_hash is None:
        if not begins_as_video(source.read(_FEW)):
            raise _LeftOut(_NO_VIDEO)
        source.seek(0)
        return
    stamp = Stamp.of(status_of(source))
    if (by_stamp or is_url(path)) and stamp in original.stamps:
        return
    sizes = {one.size for one in original.stamps}
    if stamp.size not in sizes or not holds(source, path, content_hash):
        raise _LeftOut(_CHANGED)


def _link_or_copy(  # noqa: PLR0913 (an open file and what it is, where to, and how)
    source: BinaryIO, path: str, original: _Original, folder: Path, exported: Exported, link: Link | None
) -> None:
    if link is not None:
        make = hard_link if link == "hard" else symbolic_link
        try:
            made, is_new = _placed(source, path, original, folder, lambda place: make(source, path, place))
        except NoLink as error:
            exported.not_linked[str(error)] += 1
        except Changed as error:
            raise _LeftOut(_CHANGED) from error
        else:
            (exported.links if is_new is not None else exported.there).append(made)
            return
    with Copy(source, path, folder, original.content_hash) as copy:
        made, is_new = _placed(
            source, path, original, folder, lambda place: _copied(copy, folder, place), links_count=False
        )
    if is_new is None:
        exported.there.append(made)
        return
    exported.copies.append(made)
    if not copy.keeps_time_and_rights:
        exported.without_times.append(made)


def _copied(copy: Copy, folder: Path, place: Path) -> Path:
    """Copy to a free name. Raises FileExistsError, _LeftOut, and OSError of the name or the disk."""
    if os.path.lexists(place):
        raise FileExistsError
    try:
        copy.fill()
    except Changed as error:
        raise _LeftOut(_CHANGED) from error
    except OSError as error:
        if error.errno in FULL or not takes_files(folder):
            raise
        raise _LeftOut(_NOT_TAKEN if copy.is_at_fault(error) else _CANT_READ) from error
    copy.put(place)
    return place


def _placed(  # noqa: PLR0913 (an open file and what it is, where to, and how)
    source: BinaryIO,
    path: str,
    original: _Original,
    folder: Path,
    make: Callable[[Path], Path],
    *,
    links_count: bool = True,
) -> tuple[Path, Path | None]:
    """Make a file under a free name, unless the folder holds the photo already: then None.

    With `links_count`, a link to the photo is enough.
    """
    content_hash, number = original.content_hash, 1
    while True:
        place, made = _made(folder, os.path.basename(path), number, make)  # noqa: PTH119 (paths stay str)
        if made is not None:
            return place, made
        if links_count or not _is_link(source, path, place, original):
            if _is_same_file(source, place):
                return place, None
            content_hash = content_hash or content_hash_of(source, path)
            if _is_there(place, content_hash):
                return place, None
        number += 1


def _made(folder: Path, name: str, number: int, make: Callable[[Path], Path]) -> tuple[Path, Path | None]:
    """Make a file under the first name that the disk accepts. It is None where that name is taken."""
    refused: OSError | None = None
    for given in names_for(name, number):
        place = folder / given
        try:
            return place, make(place)
        except FileExistsError:
            return place, None
        except OSError as error:
            if error.errno in FULL or not takes_files(folder):
                raise
            refused = error
    raise _LeftOut(_NO_NAME) from refused


def _is_link(source: BinaryIO, path: str, place: Path, original: _Original) -> bool:
    """Return whether a file is a link to a photo, symbolic or hard, and not the original itself."""
    if {str(place.absolute()), _location(str(place))} & {*original.paths, _location(path)}:
        return False
    try:
        return place.is_symlink() or _is_same_file(source, place) or Stamp.of(place.stat()) in original.stamps
    except OSError:
        return False


def _location(path: str) -> str:
    """Return where a file or a link lies, whatever its folder is called."""
    folder, name = os.path.split(path)
    return os.path.join(os.path.realpath(folder), name)


def _is_same_file(source: BinaryIO, place: Path) -> bool:
    """Return whether a file is the original itself, by another name or through a link."""
    try:
        return os.path.samestat(os.fstat(source.fileno()), place.stat())
    except OSError:
        return False


def _is_there(copy: Path, content_hash: bytes) -> bool:
    try:
        with open_regular(str(copy)) as before:
            return holds(before, str(copy), content_hash)
    except OSError:
        return False
