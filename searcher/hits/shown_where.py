"""Hits at those of their files alone that lie where a query wants them."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from photoseek.searcher.hits.records import Hit
from photoseek.searcher.query.folders import AnyLying, Lying, fits


def shown_where(
    nearest: Callable[[int], list[Hit]], asked: Sequence[Lying | AnyLying]
) -> Callable[[int], list[Hit]]:
    """Give hits as `nearest` does, each at those of its files alone that lie where they must."""
    if not asked:
        return nearest
    return lambda wanted: [_at(hit, asked) for hit in nearest(wanted)]


def _at(hit: Hit, asked: Sequence[Lying | AnyLying]) -> Hit:
    paths = tuple(path for path in hit.photo.paths if fits(path, hit.photo.photo_id, asked))
    return replace(hit, photo=replace(hit.photo, paths=paths or hit.photo.paths))
