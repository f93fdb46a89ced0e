"""One list of what photos show and of what they are called.

Reciprocal rank fusion (Cormack et al. 2009) would give a photo another place whenever others come in, and pages
would skip hits. So each hit has a standing of its own: a name that says it all goes before any likeness, a rare
word before any weak one (`photoseek.searcher.scoring.named`), and hits that stand alike go by their nearness.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from photoseek.searcher.hits.records import Hit
from photoseek.searcher.scoring.named import Called, Named, standing

Nearest = Callable[[int], list[Hit]]  # gives the so many nearest


def one_list(
    nearest: Nearest,
    within: Callable[[frozenset[int]], Nearest],
    groups: Sequence[Named],
    *,
    alone: bool = True,
) -> Nearest:
    """Give what finds the so many hits that stand highest; `within` says which of some photos are nearest.

    Alone, and where no name counts, hits keep the order of their scores.
    """
    if alone and not groups:
        return nearest
    by_name = frozenset().union(*(group.photo_ids for group in groups))

    def first(wanted: int) -> list[Hit]:
        # A name only raises a photo, so that what is among the first of this list is so among its own kind too.
        hits = [_placed(hit) for hit in nearest(wanted) if hit.photo.photo_id not in by_name]
        for group in groups:
            hits += [_placed(hit, group) for hit in within(group.photo_ids)(wanted)]
        return sorted(hits, key=lambda hit: -(hit.standing or 0.0))[:wanted]

    return first


def best_of(lists: Sequence[Nearest]) -> Nearest:
    """Give what finds the so many hits that stand highest in any list, each photo as where it stands highest."""

    def first(wanted: int) -> list[Hit]:
        best: dict[int, Hit] = {}
        for hit in (hit for nearest in lists for hit in nearest(wanted)):
            known = best.setdefault(hit.photo.photo_id, hit)
            if (hit.standing or 0.0) > (known.standing or 0.0):
                best[hit.photo.photo_id] = hit
        return sorted(best.values(), key=lambda hit: -(hit.standing or 0.0))[:wanted]

    return first


def _placed(hit: Hit, group: Named | None = None) -> Hit:
    called = Called.OTHERWISE if group is None else group.called
    words = () if group is None else group.words
    place = standing(called, hit.relevance, hit.score)
    return replace(hit, words=words, standing=place, is_named=called is Called.EXACTLY)
