"""Copies of an album's photos for elsewhere: each as it was indexed, and one bad one costs no other."""

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
from photoseek.searcher.hits.companions import begins_as_film, is_film
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

# The folder itself takes nothing more, whatever is copied next.
_FULL = frozenset({errno.ENOSPC, errno.EROFS, getattr(errno, "EDQUOT", errno.ENOSPC)})
_CANT_READ = "it can't be read now"
_CHANGED = "it is not what was indexed any more"
_NO_NAME = "the folder takes none of the names that it could have"
_NOT_TAKEN = "the folder doesn't take it"
_NO_FILM = "it is no film"
_HANGS = "its disk does not answer"
_RIGHTS = 0o777
_FEW = 12  # bytes, that tell a film


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export copied, what it found copied before, and what it left out."""

    copies: list[Path]
    there: list[Path]  # the same content, from an export before
    left_out: dict[str, str]  # why, by the original's path


class _LeftOut(Exception):
    """This one can't be copied, for a reason that begins a sentence."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One file to copy."""

    paths: tuple[str, ...]  # where it lies, the first one to be tried first
    content_hash: bytes | None = None  # None: nobody knows its content, as a film's
    sizes: frozenset[int] = frozenset()  # bytes of that content


def copy_each(library: Library, hits: Sequence[Hit], folder: Path) -> Exported:
    """Copy photos and what belongs to them into `folder`, none over a file that is there. Raises ExportFailed."""
    exported = Exported([], [], {})
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for wanted in list(_wanted(library, hits)):  # no transaction is held while files are copied
            try:
                copy, is_new = _copy(wanted, folder)
            except _LeftOut as error:
                exported.left_out[wanted.paths[0]] = str(error)
            else:
                (exported.copies if is_new else exported.there).append(copy)
    except OSError as error:
        raise ExportFailed(
            f"can't copy into {for_terminal(str(folder))} ({(error.strerror or str(error)).lower()}): "
            "check its permissions and the free space"
        ) from error
    return exported


def _wanted(library: Library, hits: Sequence[Hit]) -> Iterator[_Wanted]:
    with library.catalog.read() as transaction:
        for hit in hits:
            others = (path for path in hit.photo.paths if path != hit.path)
            yield _photo(transaction, hit.photo, (hit.path, *others))
            for path in hit.companions:
                if is_film(path):
                    yield _Wanted((path,))
                    continue
                file = transaction.files.at(*library.locate(Path(path)))
                photos = {} if file is None else transaction.photos.by_id([file.photo_id])
                yield from (_photo(transaction, photo, (path,)) for photo in photos.values())


def _photo(transaction: Transaction, photo: Photo, paths: tuple[str, ...]) -> _Wanted:
    sizes = frozenset(file.stamp.size for file in transaction.files.of([photo.photo_id]))
    return _Wanted(paths, photo.facts.content_hash, sizes)


def _copy(wanted: _Wanted, folder: Path) -> tuple[Path, bool]:
    """Copy the first of the places of a file that is as it was indexed; tell whether the copy is new."""
    why = _CANT_READ
    for path in wanted.paths:
        try:
            source = open_regular(path, follow=wanted.content_hash is not None)
        except OSError as error:
            why = _HANGS if isinstance(error, TimeoutError) else why
            continue
        with source:
            try:
                return _copy_of(source, path, wanted, folder)
            except _LeftOut as error:
                why = str(error)
    raise _LeftOut(why)


def _copy_of(source: BinaryIO, path: str, wanted: _Wanted, folder: Path) -> tuple[Path, bool]:
    """Copy an open file under a name that is free, unless a copy is there already."""
    content_hash = wanted.content_hash
    if content_hash is None:
        if not begins_as_film(source.read(_FEW)):
            raise _LeftOut(_NO_FILM)
        source.seek(0)
    elif os.fstat(source.fileno()).st_size not in wanted.sizes or not holds(source, path, content_hash):
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
    """Begin a copy under the first of the names that the disk takes; none is begun where that is not free."""
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
    """Tell whether it is the name that a folder refuses, rather than any file."""
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
    """Write a copy; what is no photo's content, or no whole one, is taken away again.

    It would look like a whole one where a disk fills up, or Ctrl-C comes.
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
    with suppress(OSError):  # a disk that keeps no times or rights has the photo all the same
        os.utime(copy, ns=(status.st_atime_ns, status.st_mtime_ns))
    with suppress(OSError):
        copy.chmod(stat.S_IMODE(status.st_mode) & _RIGHTS)


def _refuse_changed(made: ContentHash, content_hash: bytes | None) -> None:
    """Raise _LeftOut where a file was written to while it was copied."""
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
