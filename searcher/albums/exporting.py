"""Copies of an album's photos in another folder: each is checked, and a failure skips one file."""

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from photoseek.searcher.albums.portable_names import names_for
from photoseek.searcher.errors import ExportFailed
from photoseek.searcher.hits.companions import begins_as_video, is_video
from photoseek.searcher.hits.records import Hit
from photoseek.storage import (
    ContentHash,
    Library,
    Photo,
    Transaction,
    content_hash_of,
    for_terminal,
    holds,
    open_regular,
    portions,
)

# Errors of the folder as a whole: no other file could be copied either.
_FULL = frozenset({errno.ENOSPC, errno.EROFS, getattr(errno, "EDQUOT", errno.ENOSPC)})
_CANT_READ = "it can't be read now"
_CHANGED = "it is not what was indexed any more"
_NO_NAME = "the folder takes none of the names that it could have"
_NOT_TAKEN = "the folder doesn't take it"
_NO_VIDEO = "it is not a video"
_HANGS = "its disk does not answer"
_RIGHTS = 0o777
_FEW = 12  # bytes at the start of a file that show whether it is a video


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export copied, what it found copied before, and what it left out."""

    copies: list[Path]
    there: list[Path]  # the same content, from an export before
    left_out: dict[str, str]  # why, by the original's path


class _LeftOut(Exception):
    """A file that can't be copied; the message is the reason."""


@dataclass(frozen=True, slots=True)
class _ToCopy:
    """One file to copy."""

    paths: tuple[str, ...]  # of the same content, tried in this order
    content_hash: bytes | None = None  # None for a video: videos aren't indexed
    sizes: frozenset[int] = frozenset()  # bytes of that content


def copy_each(library: Library, hits: Sequence[Hit], folder: Path) -> Exported:
    """Copy photos and their companions into `folder`, overwriting nothing. Raises ExportFailed."""
    exported = Exported([], [], {})
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for to_copy in list(_files_to_copy(library, hits)):  # no transaction is held while files are copied
            try:
                copy, is_new = _copy(to_copy, folder)
            except _LeftOut as error:
                exported.left_out[to_copy.paths[0]] = str(error)
            else:
                (exported.copies if is_new else exported.there).append(copy)
    except OSError as error:
        raise ExportFailed(
            f"can't copy into {for_terminal(str(folder))} ({(error.strerror or str(error)).lower()}): "
            "check its permissions and the free space"
        ) from error
    return exported


def _files_to_copy(library: Library, hits: Sequence[Hit]) -> Iterator[_ToCopy]:
    with library.catalog.read() as transaction:
        for hit in hits:
            others = (path for path in hit.photo.paths if path != hit.path)
            yield _photo(transaction, hit.photo, (hit.path, *others))
            for path in hit.companions:
                if is_video(path):
                    yield _ToCopy((path,))
                    continue
                file = transaction.files.at(*library.locate(Path(path)))
                photos = {} if file is None else transaction.photos.by_id([file.photo_id])
                yield from (_photo(transaction, photo, (path,)) for photo in photos.values())


def _photo(transaction: Transaction, photo: Photo, paths: tuple[str, ...]) -> _ToCopy:
    sizes = frozenset(file.stamp.size for file in transaction.files.of([photo.photo_id]))
    return _ToCopy(paths, photo.facts.content_hash, sizes)


def _copy(to_copy: _ToCopy, folder: Path) -> tuple[Path, bool]:
    """Copy the first path with unchanged content. Returns the copy's path, and whether it was made now."""
    why = _CANT_READ
    for path in to_copy.paths:
        try:
            source = open_regular(path, follow=to_copy.content_hash is not None)
        except OSError as error:
            why = _HANGS if isinstance(error, TimeoutError) else why
            continue
        with source:
            try:
                return _copy_of(source, path, to_copy, folder)
            except _LeftOut as error:
                why = str(error)
    raise _LeftOut(why)


def _copy_of(source: BinaryIO, path: str, to_copy: _ToCopy, folder: Path) -> tuple[Path, bool]:
    """Copy an open file under a free name, unless the folder has a copy already."""
    content_hash = to_copy.content_hash
    if content_hash is None:
        if not begins_as_video(source.read(_FEW)):
            raise _LeftOut(_NO_VIDEO)
        source.seek(0)
    elif os.fstat(source.fileno()).st_size not in to_copy.sizes or not holds(source, path, content_hash):
        raise _LeftOut(_CHANGED)
    number = 1
    while True:
        copy, target = _begun(folder, os.path.basename(path), number)  # noqa: PTH119 (paths stay str)
        if target is not None:
            _fill(source, path, target, copy, content_hash)
            return copy, True
        content_hash = content_hash or content_hash_of(source, path)
        if _is_there(copy, content_hash):
            return copy, False
        number += 1


def _begun(folder: Path, name: str, number: int) -> tuple[Path, BinaryIO | None]:
    """Create the copy under the first name that the disk accepts. The file is None where that name is taken."""
    refused: OSError | None = None
    for given in names_for(name, number):
        copy = folder / given
        try:
            return copy, copy.open("xb")
        except FileExistsError:
            return copy, None
        except OSError as error:
            if error.errno in _FULL or not _takes_files(folder):
                raise
            refused = error
    raise _LeftOut(_NO_NAME) from refused


def _takes_files(folder: Path) -> bool:
    """Return whether the folder accepts files at all, so that only the name was refused."""
    probe = folder / f".photoseek-{os.getpid()}"
    try:
        probe.open("xb").close()
    except FileExistsError:
        return True
    except OSError:
        return False
    probe.unlink()
    return True


def _fill(source: BinaryIO, path: str, target: BinaryIO, copy: Path, content_hash: bytes | None) -> None:
    """Write a copy, and delete it if its content is wrong or incomplete.

    Otherwise a full disk or Ctrl-C would leave a file that looks like a whole photo.
    """
    made = ContentHash()
    try:
        with target:
            for portion in portions(source, path):
                made.take(portion)
                _write(target, portion)
        _refuse_changed(made, content_hash)
    except BaseException as error:
        with suppress(OSError):
            copy.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno not in _FULL:
            raise _LeftOut(_CANT_READ) from error
        raise
    status = os.fstat(source.fileno())
    with suppress(OSError):  # some disks store no times or permissions
        os.utime(copy, ns=(status.st_atime_ns, status.st_mtime_ns))
    with suppress(OSError):
        copy.chmod(stat.S_IMODE(status.st_mode) & _RIGHTS)


def _refuse_changed(made: ContentHash, content_hash: bytes | None) -> None:
    """Raise _LeftOut if the file was changed while it was copied."""
    if content_hash not in {None, made.digest()}:
        raise _LeftOut(_CHANGED)


def _write(target: BinaryIO, portion: bytes) -> None:
    try:
        target.write(portion)
    except OSError as error:
        if error.errno in _FULL:
            raise
        raise _LeftOut(_NOT_TAKEN) from error


def _is_there(copy: Path, content_hash: bytes) -> bool:
    try:
        with open_regular(str(copy)) as before:
            return holds(before, str(copy), content_hash)
    except OSError:
        return False
