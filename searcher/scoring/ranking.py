"""The order of hits: by cosine, less a penalty for being nearer to a stored caption.

A photo that is near everything (a hub) is near any question. CSLS (Conneau et al. 2018) subtracts the nearness to
the nearest texts, whatever the question; here only the excess over the question's cosine counts. So no score is
above its cosine, and photos that the index has not returned yet can't rank before those that it has.
"""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from photoseek.embedder import Vectors
from photoseek.searcher.scoring.background import Background
from photoseek.storage import Neighbours, check_time

# docs/lab/relevance.md has the recall with other numbers. The larger the penalty, the more photos must be
# compared: with a third, up to 0.1, a third more of them for one more caption in a thousand.
RIVALS_SHARE = 0.25
MOST_PENALTY = 0.075
_SEVERAL = 4  # times `limit` photos are taken from the index at first
_AT_ONCE = 32  # photos compared with captions at once, or an eighth of `limit`
_MOST_AT_ONCE = 512  # seven megabytes of cosines
_KEPT = 2_000  # vectors, about 5 MB: more hits than that are seldom needed
_REMEMBERED = 100_000  # photos, in some 10 MB

Ids = NDArray[np.int64]
VectorsOf = Callable[[list[int]], Mapping[int, Vectors]]  # (dimension,) vectors of photos by their ids


class KeptVectors:
    """Reads photos' vectors, each once for a question: they are needed to order, to exclude and to grade."""

    def __init__(self, vectors_of: VectorsOf) -> None:
        """Take the function that reads vectors."""
        self._vectors_of = vectors_of
        self._kept: dict[int, Vectors] = {}

    def __call__(self, photo_ids: list[int]) -> dict[int, Vectors]:
        """Return the (dimension,) vectors of those photos that have one."""
        new = self._vectors_of([photo_id for photo_id in photo_ids if photo_id not in self._kept])
        known = {photo_id: self._kept[photo_id] for photo_id in photo_ids if photo_id in self._kept}
        if len(self._kept) + len(new) <= _KEPT:
            self._kept.update(new)
        return known | dict(new)


class Rivals:
    """The cosines of photos with their nearest captions. They are cached."""

    def __init__(self, background: Background, revision: int) -> None:
        """Take the captions, and the revision of the catalog that the vectors come from."""
        self.revision = revision
        self._background = background
        self._known: dict[int, float] = {}

    def cosines(self, vectors_of: VectorsOf, photo_ids: Ids) -> Vectors:
        """Return (n,) cosines, reading vectors as needed; -1 for a photo that has none any more."""
        asked = photo_ids.tolist()
        if len(self._known) >= _REMEMBERED:
            self._known = {}
        known = self._known  # another thread may replace the dictionary
        vectors = vectors_of([photo_id for photo_id in asked if photo_id not in known])
        if vectors:
            _, cosines = self._background.nearest(np.stack(list(vectors.values())))
            known.update(zip(vectors, cosines.tolist(), strict=True))
        return np.array([known.get(photo_id, -1) for photo_id in asked], np.float32)


def penalty(cosines: Vectors, rivals: Vectors) -> Vectors:
    """Return the (n,) penalties of photos, from their cosines with the question and with captions."""
    lost: Vectors = np.clip(RIVALS_SHARE * (rivals - cosines), 0, MOST_PENALTY)
    return lost


def top_k(
    search: Callable[[int], Neighbours], rivals: Callable[[Ids], Vectors] | None, limit: int
) -> tuple[Ids, Vectors]:
    """Return the ids of the `limit` photos with the highest scores, (n,), and the scores.

    `search` finds the n nearest photos. `rivals` returns photos' cosines with their nearest captions; without it,
    a score is the cosine.
    """
    if rivals is None:
        found = search(limit)
        return found.photo_ids, found.similarities
    wanted = _SEVERAL * limit
    at_once = min(max(_AT_ONCE, limit // 8), _MOST_AT_ONCE)
    while True:
        found = search(wanted)
        are_all = len(found.photo_ids) < wanted
        scores = np.empty(0, np.float32)
        for start in range(0, len(found.photo_ids), at_once):
            check_time()
            some = slice(start, start + at_once)
            cosines = found.similarities[some]
            less = cosines - penalty(cosines, rivals(found.photo_ids[some]))
            scores = np.concatenate([scores, less])
            if np.count_nonzero(scores > cosines[-1]) >= limit:
                break
        else:
            if not are_all:
                wanted *= 2
                continue
        best = np.argsort(-scores, kind="stable")[:limit]
        return found.photo_ids[best], scores[best]
