"""What a library that lies in a folder holds, seen by opening it anew."""

from pathlib import Path

from photoseek.storage import Library


def roots_of(folder: Path) -> list[str]:
    """Return the paths of its watched folders."""
    library = Library(folder)
    with library.catalog.read() as transaction:
        roots = [root.path for root in transaction.roots.all()]
    library.close()
    return roots


def add_root(library: Library, path: str) -> None:
    """Watch a folder, which need not be there."""
    with library.catalog.write() as transaction:
        transaction.roots.add(path)
