"""The order of hits: the nearest first, less what they are nearer to something else.

A photo that is near everything (a hub) is near any question. CSLS (Conneau et al. 2018) takes off how near it is
to its nearest texts, whatever was asked; here counts only how much nearer it is to a stored caption than to the
question. So no score is above its cosine, and what the index has not given yet can't come before what it has.
"""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from photoseek.embedder import Vectors
from photoseek.searcher.scoring.background import Background
from photoseek.storage import Neighbours, check_time

# docs/lab/relevance.md has the recall with other numbers. The more can be taken off a cosine, the more photos come
# into question: with a third, up to 0.1, a third more of them for one more caption in a thousand.
RIVALS_SHARE = 0.25
MOST_TAKEN_OFF = 0.075
_SEVERAL = 4  # times as many as are wanted are taken from the index at first
_AT_ONCE = 32  # photos that are compared with captions together, or an eighth of what is wanted
_MOST_AT_ONCE = 512  # seven megabytes of cosines
_KEPT = 2_000  # vectors, of some five megabytes: more hits than that are seldom asked for
_REMEMBERED = 100_000  # photos, in some 10 MB

Ids = NDArray[np.int64]
VectorsOf = Callable[[list[int]], Mapping[int, Vectors]]  # (dimension,) vectors of photos by their ids


class KeptVectors:
    """Gives vectors of photos, and reads each once for a question: to order, to leave out, and to grade."""

    def __init__(self, vectors_of: VectorsOf) -> None:
        """Take what reads them."""
        self._vectors_of = vectors_of
        self._kept: dict[int, Vectors] = {}

    def __call__(self, photo_ids: list[int]) -> dict[int, Vectors]:
        """Give the (dimension,) vectors of those photos that have one."""
        new = self._vectors_of([photo_id for photo_id in photo_ids if photo_id not in self._kept])
        known = {photo_id: self._kept[photo_id] for photo_id in photo_ids if photo_id in self._kept}
        if len(self._kept) + len(new) <= _KEPT:
            self._kept.update(new)
        return known | dict(new)


class Rivals:
    """Says how near photos are to the caption that is nearest to each; asked again, it remembers."""

    def __init__(self, background: Background, revision: int) -> None:
        """Take the captions, and the revision of the catalog that vectors will come from."""
        self.revision = revision
        self._background = background
        self._known: dict[int, float] = {}

    def cosines(self, vectors_of: VectorsOf, photo_ids: Ids) -> Vectors:
        """Give (n,) cosines, reading the vectors it lacks; -1 for a photo that has none any more."""
        asked = photo_ids.tolist()
        if len(self._known) >= _REMEMBERED:
            self._known = {}
        known = self._known  # another thread may begin anew meanwhile
        vectors = vectors_of([photo_id for photo_id in asked if photo_id not in known])
        if vectors:
            _, cosines = self._background.nearest(np.stack(list(vectors.values())))
            known.update(zip(vectors, cosines.tolist(), strict=True))
        return np.array([known.get(photo_id, -1) for photo_id in asked], np.float32)


def taken_off(cosines: Vectors, rivals: Vectors) -> Vectors:
    """Say what (n,) photos of these cosines with the question lose to captions, by theirs."""
    lost: Vectors = np.clip(RIVALS_SHARE * (rivals - cosines), 0, MOST_TAKEN_OFF)
    return lost


def first(
    search: Callable[[int], Neighbours], rivals: Callable[[Ids], Vectors] | None, limit: int
) -> tuple[Ids, Vectors]:
    """Give the `limit` photos of the highest scores, (n,), and those; `search` finds the so many nearest.

    `rivals` gives the cosines of the captions nearest to photos; without it, a score is the cosine.
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
            less = cosines - taken_off(cosines, rivals(found.photo_ids[some]))
            scores = np.concatenate([scores, less])
            if np.count_nonzero(scores > cosines[-1]) >= limit:
                break
        else:
            if not are_all:
                wanted *= 2
                continue
        best = np.argsort(-scores, kind="stable")[:limit]
        return found.photo_ids[best], scores[best]
