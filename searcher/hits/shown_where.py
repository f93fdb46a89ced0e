"""Hits with only those of their paths that lie in the folders that a query asks for."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from photoseek.searcher.hits.records import Hit
from photoseek.searcher.query.folders import AnyFolderRule, FolderRule, fits


def shown_where(
    nearest: Callable[[int], list[Hit]], rules: Sequence[FolderRule | AnyFolderRule]
) -> Callable[[int], list[Hit]]:
    """Return a function that finds hits as `nearest` does, each with only the paths that fit the rules."""
    if not rules:
        return nearest
    return lambda wanted: [_at(hit, rules) for hit in nearest(wanted)]


def _at(hit: Hit, rules: Sequence[FolderRule | AnyFolderRule]) -> Hit:
    paths = tuple(path for path in hit.photo.paths if fits(path, hit.photo.photo_id, rules))
    return replace(hit, photo=replace(hit.photo, paths=paths or hit.photo.paths))
