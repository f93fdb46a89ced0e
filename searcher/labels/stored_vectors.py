"""Vectors that the library already has of photos on disk, so that they aren't decoded and embedded again."""

from collections.abc import Iterable
from pathlib import Path

from photoseek.embedder import Vectors
from photoseek.storage import KnownFile, Library, Model, Stamp, Transaction, UnknownName


def stored_vectors(library: Library, model: Model, paths: Iterable[Path]) -> dict[Path, Vectors]:
    """Return the (dimension,) vectors of those paths whose files are unchanged since they were indexed."""
    in_folders: dict[Path, list[Path]] = {}
    for path in paths:
        in_folders.setdefault(path.parent, []).append(path)
    known: dict[Path, int] = {}
    with library.catalog.read() as transaction:
        for folder, within in in_folders.items():
            for path, file in _files(transaction, _place(library, folder), within).items():
                if _is_as_known(path, file):
                    known[path] = file.photo_id
        vectors = transaction.vectors.of(model, sorted(set(known.values())))
    return {path: vectors[photo_id] for path, photo_id in known.items() if photo_id in vectors}


def _place(library: Library, folder: Path) -> tuple[int, str] | None:
    try:
        return library.locate(folder)
    except UnknownName:
        return None


def _files(
    transaction: Transaction, place: tuple[int, str] | None, within: Iterable[Path]
) -> dict[Path, KnownFile]:
    """Return the catalog's files for paths in one folder, whose location in the library is `place`."""
    if place is None:
        return {}
    root_id, below = place
    places = {path: f"{below}/{path.name}" if below else path.name for path in within}
    files = transaction.files.at_all(root_id, places.values())
    return {path: files[place] for path, place in places.items() if place in files}


def _is_as_known(path: Path, file: KnownFile) -> bool:
    try:
        now = Stamp.of(path.stat())
    except OSError:
        return False
    return file.stamp in {now, now._replace(inode=0)}  # stored as 0 for file systems that invent inodes
