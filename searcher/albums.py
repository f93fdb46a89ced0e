"""What is in an album, and copies of it for elsewhere."""

import filecmp
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from searcher.errors import ExportFailed
from searcher.query import Filter, Query
from searcher.search import Searcher
from storage import Library, UnknownName, for_terminal


def album_photos(searcher: Searcher, name: str) -> list[str]:
    """Give the paths of the photos in an album, and of what belongs to them. Raises UnknownName."""
    answer = searcher.find(Query(filters=(Filter("album", name),)), limit=2**31 - 1)
    return [path for hit in answer.hits for path in (hit.path, *hit.companions)]


def photo_ids(library: Library, paths: list[Path]) -> list[int]:
    """Give the photos that lie at these paths. Raises UnknownName for one that is not in the library."""
    found = []
    for path in paths:
        if path.is_dir():
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


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export copied, what it found copied before, and the originals that it could not read."""

    copies: list[Path]
    there: list[Path]  # the same content, from an export before
    left_out: list[str]  # they can't be read just now, as on a disk that is not mounted


def export(searcher: Searcher, name: str, folder: Path) -> Exported:
    """Copy the photos of an album into `folder`, none over a file that is there.

    The originals are only read. Raises UnknownName or ExportFailed.
    """
    paths = album_photos(searcher, name)
    exported = Exported([], [], [])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in paths:
            try:
                source = Path(path).open("rb")  # noqa: SIM115 (it is closed below)
            except OSError:
                exported.left_out.append(path)
                continue
            with source:
                copy, is_new = _copy(source, Path(path), folder)
                (exported.copies if is_new else exported.there).append(copy)
    except OSError as error:
        raise ExportFailed(
            f"can't copy into {for_terminal(str(folder))} ({(error.strerror or str(error)).lower()}): "
            "check its permissions and the free space"
        ) from error
    exported.left_out.sort()
    return exported


def _copy(source: BinaryIO, original: Path, folder: Path) -> tuple[Path, bool]:
    """Copy a photo under a name that is free; tell whether it is a new file, or was there already."""
    copy = folder / original.name
    number = 1
    while True:
        try:
            with copy.open("xb") as target:
                _copy_whole(source, target, copy)
        except FileExistsError:
            if copy.is_file() and filecmp.cmp(original, copy, shallow=False):
                return copy, False
            number += 1
            copy = folder / f"{original.stem} ({number}){original.suffix}"
        else:
            shutil.copystat(original, copy)
            return copy, True


def _copy_whole(source: BinaryIO, target: BinaryIO, copy: Path) -> None:
    """Leave no part of a photo behind where a disk fills up, or Ctrl-C comes: it would look like a whole one."""
    try:
        shutil.copyfileobj(source, target)
    except BaseException:
        copy.unlink(missing_ok=True)
        raise
