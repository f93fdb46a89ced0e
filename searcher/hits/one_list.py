"""One list of hits by what photos show and by their names.

Reciprocal rank fusion (Cormack et al. 2009) would change a photo's rank whenever photos are added, and pages would
skip hits. So each hit has a `standing` of its own: a name with all the words ranks before any similarity, a rare
word before any weak hit (`photoseek.searcher.scoring.name_matches`), and the score decides between equals.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from photoseek.searcher.hits.records import Hit
from photoseek.searcher.scoring.name_matches import NameGroup, NameMatch, standing

Nearest = Callable[[int], list[Hit]]  # gives the so many nearest


def one_list(
    nearest: Nearest,
    within: Callable[[frozenset[int]], Nearest],
    groups: Sequence[NameGroup],
    *,
    alone: bool = True,
) -> Nearest:
    """Return a function that finds the n hits of the highest standing; `within` finds the nearest of given photos.

    If `alone` is set and no name matches, hits keep the order of their scores.
    """
    if alone and not groups:
        return nearest
    by_name = frozenset().union(*(group.photo_ids for group in groups))

    def first(wanted: int) -> list[Hit]:
        # A name only raises a photo, so the first n of this list are among the first n of their own kind.
        hits = [_placed(hit) for hit in nearest(wanted) if hit.photo.photo_id not in by_name]
        for group in groups:
            hits += [_placed(hit, group) for hit in within(group.photo_ids)(wanted)]
        return sorted(hits, key=lambda hit: -(hit.standing or 0.0))[:wanted]

    return first


def best_of(lists: Sequence[Nearest]) -> Nearest:
    """Return a function that finds the n hits of the highest standing in any list, each photo once."""

    def first(wanted: int) -> list[Hit]:
        best: dict[int, Hit] = {}
        for hit in (hit for nearest in lists for hit in nearest(wanted)):
            known = best.setdefault(hit.photo.photo_id, hit)
            if (hit.standing or 0.0) > (known.standing or 0.0):
                best[hit.photo.photo_id] = hit
        return sorted(best.values(), key=lambda hit: -(hit.standing or 0.0))[:wanted]

    return first


def _placed(hit: Hit, group: NameGroup | None = None) -> Hit:
    match = NameMatch.OTHERWISE if group is None else group.match
    words = () if group is None else group.words
    place = standing(match, hit.relevance, hit.score)
    return replace(hit, words=words, standing=place, is_named=match is NameMatch.EXACTLY)
