"""Exclusion patterns, stored in the library for each watched folder."""

from collections.abc import Callable, Iterable
from pathlib import Path

from photoseek.indexer.disk.ignoring import MOST_LENGTH_WITH_FOLDER, MOST_PATTERNS, OURS, why_wrong
from photoseek.indexer.disk.locations import known_places
from photoseek.indexer.errors import IndexerError
from photoseek.storage import Library, UnknownName, for_terminal, pattern_below


def add_excluded(library: Library, folders: Iterable[Path], patterns: Iterable[str]) -> None:
    """Leave out of these folders, which are watched, what the patterns say. Raises UnknownName, IndexerError."""
    new = list(patterns)
    if new:
        _change(library, folders, lambda before, below: [*before, *(_written(below, one) for one in new)])


def _written(below: str, pattern: str) -> str:
    """Write a pattern of a folder for its root. Raises IndexerError where that can't be used."""
    written = pattern_below(below, pattern)
    if why := why_wrong(written, MOST_LENGTH_WITH_FOLDER):
        what = f"“{for_terminal(pattern)}” can't be kept for the folder {for_terminal(below)}, for {why}"
        raise IndexerError(f"{what}: write it into a {OURS} there")
    return written


def remove_excluded(library: Library, folders: Iterable[Path], patterns: Iterable[str]) -> None:
    """Leave out by these patterns no more. Raises UnknownName, also for one that is not there."""
    gone = list(patterns)

    def without(before: tuple[str, ...], below: str) -> list[str]:
        written = [pattern_below(below, pattern) for pattern in gone]
        for pattern in written:
            if pattern not in before:
                raise UnknownName(
                    f"“{for_terminal(pattern)}” is no pattern of this folder: `photoseek roots` lists them"
                )
        return [pattern for pattern in before if pattern not in written]

    _change(library, folders, without)


def _change(
    library: Library, folders: Iterable[Path], change: Callable[[tuple[str, ...], str], list[str]]
) -> None:
    places = known_places(library, list(folders))
    with library.catalog.write() as transaction:
        for root, below in places.items():
            for folder in below:
                changed = change(transaction.roots.excluded(root.root_id), folder)
                if len(changed) > MOST_PATTERNS:
                    raise IndexerError(
                        f"a folder has at most {MOST_PATTERNS} patterns: put more into its .photoseekignore"
                    )
                transaction.roots.exclude(root.root_id, changed)
