"""Vectors that the library has already of photos on disk, so that nobody decodes and embeds them again."""

from collections.abc import Iterable
from pathlib import Path

from embedder import Vectors
from storage import KnownFile, Library, Model, Stamp, Transaction, UnknownName


def stored_vectors(library: Library, model: Model, paths: Iterable[Path]) -> dict[Path, Vectors]:
    """Give the (dimension,) vectors of the photos at these paths that are in the library, as it knows them."""
    folders: dict[Path, tuple[int, str] | None] = {}
    known: dict[Path, int] = {}
    with library.catalog.read() as transaction:
        for path in paths:
            if path.parent not in folders:
                folders[path.parent] = _place(library, path.parent)
            file = _file(transaction, folders[path.parent], path.name)
            if file is not None and _is_as_known(path, file):
                known[path] = file.photo_id
        vectors = transaction.vectors.of(model, sorted(set(known.values())))
    return {path: vectors[photo_id] for path, photo_id in known.items() if photo_id in vectors}


def _place(library: Library, folder: Path) -> tuple[int, str] | None:
    try:
        return library.locate(folder)
    except UnknownName:
        return None


def _file(transaction: Transaction, place: tuple[int, str] | None, name: str) -> KnownFile | None:
    if place is None:
        return None
    root_id, below = place
    return transaction.files.at(root_id, f"{below}/{name}" if below else name)


def _is_as_known(path: Path, file: KnownFile) -> bool:
    try:
        now = Stamp.of(path.stat())
    except OSError:
        return False
    return file.stamp in {now, now._replace(inode=0)}  # known without, where file systems make inodes up
